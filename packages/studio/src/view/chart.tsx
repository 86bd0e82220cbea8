/**
 * A curve as an SVG image, with what it is at a point that is pointed at.
 *
 * @module
 */
import { useSignal } from "@preact/signals";
import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { anchorFor, marginFor, shortened } from "./labels.ts";
import { nearest, type Scale, scaleOf, thinned } from "./scale.ts";

/** A curve and what it is called. */
export interface ChartProps {
  readonly name: string;
  /** In the order of x. */
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly x: { readonly name: string; readonly format: (value: number) => string };
  readonly format: (value: number) => string;
  readonly lowest?: number;
  readonly highest?: number;
}

/** The size of a drawing, and how far from its edges the curves are; on the left it depends on what is written there. */
export const SIZE = { width: 480, height: 240, right: 12, top: 12, bottom: 32 } as const;

/** A chart; the arrow keys lead from point to point. */
export function Chart({ name, points, x, format, lowest, highest }: ChartProps): JSX.Element {
  const at = useSignal<number | null>(null);
  const [xs, ys] = scalesOf({ points, format, lowest, highest });
  const last = points.length - 1;
  const shown = points[Math.min(at.value ?? last, last)];
  const move = (event: TargetedPointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const wanted = xs.back(((event.clientX - box.left) / box.width) * SIZE.width);
    at.value = nearest(points, wanted);
  };
  const step = (event: TargetedKeyboardEvent<SVGSVGElement>): void => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    at.value = Math.max(0, Math.min(last, (at.value ?? last) + by));
  };
  if (shown === undefined) return <p class="empty">{name} was not measured.</p>;
  const [px, py] = [xs.at(shown[0]), ys.at(shown[1])];
  const said = `${format(shown[1])} at ${x.format(shown[0])}`;
  const line = thinned(points).map(([u, v]) => `${xs.at(u).toFixed(1)},${ys.at(v).toFixed(1)}`);
  return (
    <figure>
      <figcaption>
        {name} <output aria-live={at.value === null ? "off" : "polite"}>{said}</output>
      </figcaption>
      <svg
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        role="img"
        tabIndex={0}
        aria-label={`${name} against ${x.name}: ${points.length} points, the last ${format(points[last]?.[1] ?? 0)}. Arrow keys go from one to the next.`}
        onPointerMove={move}
        onPointerLeave={() => (at.value = null)}
        onKeyDown={step}
      >
        <Ticks xs={xs} ys={ys} formatX={x.format} formatY={format} />
        <polyline class="curve" points={line.join(" ")} />
        {at.value !== null && <line class="cursor" x1={px} x2={px} y1={SIZE.top} y2={SIZE.height - SIZE.bottom} />}
        <circle class="point" cx={px} cy={py} r={4} />
      </svg>
    </figure>
  );
}

type ScalesOptions = Pick<ChartProps, "points" | "format"> & {
  readonly lowest: number | undefined;
  readonly highest: number | undefined;
};

function scalesOf({ points, format, lowest, highest }: ScalesOptions): readonly [Scale, Scale] {
  const values = points.map(([, y]) => y);
  const ys = scaleOf(values, { from: SIZE.height - SIZE.bottom, to: SIZE.top, lowest, highest });
  const places = points.map(([x]) => x);
  return [scaleOf(places, { from: marginFor(ys, format), to: SIZE.width - SIZE.right, lowest: 0 }), ys];
}

/** What is marked. */
export interface TicksProps {
  readonly xs: Scale;
  readonly ys: Scale;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

/** The marks of both axes. */
export function Ticks({ xs, ys, formatX, formatY }: TicksProps): JSX.Element {
  return (
    <>
      {ys.ticks.map((tick) => (
        <g key={tick} class="tick">
          <line x1={xs.from} x2={xs.to} y1={ys.at(tick)} y2={ys.at(tick)} />
          <text x={xs.from - 8} y={ys.at(tick)} text-anchor="end" dominant-baseline="middle">
            {shortened(formatY(tick))}
          </text>
        </g>
      ))}
      {xs.ticks.map((tick) => (
        <Place key={tick} x={xs.at(tick)} label={shortened(formatX(tick))} />
      ))}
    </>
  );
}

function Place({ x, label }: { readonly x: number; readonly label: string }): JSX.Element {
  const anchor = anchorFor(label, x, SIZE.width);
  return (
    <text x={anchor === "end" ? SIZE.width : x} y={SIZE.height - 10} text-anchor={anchor}>
      {label}
    </text>
  );
}

/** How far keys lead. */
export const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
