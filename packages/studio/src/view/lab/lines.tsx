/**
 * Curves of several plans in one image, with what each is at a point that is pointed at.
 *
 * @module
 */
import { type Signal, useSignal } from "@preact/signals";
import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { SIZE, Ticks } from "../chart.tsx";
import { marginFor } from "../labels.ts";
import { type Scale, scaleOf, thinned } from "../scale.ts";

/** A curve and what it is called. */
export interface Line {
  readonly name: string;
  /** In the order of x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Curves over the same axes. */
export interface LinesProps {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly x: { readonly name: string; readonly format: (value: number) => string };
  readonly format: (value: number) => string;
  readonly lowest?: number;
  readonly highest?: number;
}

/** So many steps of the arrow keys lead from one end to the other. */
const STEPS = 50;

/** A chart; the arrow keys move the cursor. */
export function Lines(props: LinesProps): JSX.Element {
  const { name, lines, x, format } = props;
  const cursor = useSignal<number | null>(null);
  const end = lines.reduce((most, { points }) => Math.max(most, points.at(-1)?.[0] ?? 0), 0);
  const at = Math.min(cursor.value ?? end, end);
  return (
    <figure class="lines">
      <figcaption>
        {name} <output>{end === 0 ? "nothing was measured yet" : `at ${x.format(at)}`}</output>
      </figcaption>
      <Picture {...props} cursor={cursor} end={end} />
      <ul class="line-names" aria-live={cursor.value === null ? "off" : "polite"}>
        {lines.map((line, place) => (
          <li key={place} class={`line-${place + 1}`}>
            {line.name} <span class="number">{valueAt(line, at, format)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

interface PictureProps extends LinesProps {
  /** The x that is pointed at; null for none. */
  readonly cursor: Signal<number | null>;
  /** The largest x. */
  readonly end: number;
}

function Picture({ name, lines, x, format, lowest, highest, cursor, end }: PictureProps): JSX.Element {
  const up = { from: SIZE.height - SIZE.bottom, to: SIZE.top, lowest, highest };
  const ys = scaleOf(
    lines.flatMap(({ points }) => points.map(([, y]) => y)),
    up,
  );
  const xs = scaleOf([end], { from: marginFor(ys, format), to: SIZE.width - SIZE.right, lowest: 0 });
  const at = xs.at(Math.min(cursor.value ?? end, end));
  return (
    <svg
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      role="img"
      tabIndex={0}
      aria-label={`${name} against ${x.name}. ${lines.map((line) => spoken(line, format)).join("; ")}. Arrow keys move the cursor.`}
      onPointerMove={(event) => (cursor.value = pointedAt(event, xs))}
      onPointerLeave={() => (cursor.value = null)}
      onKeyDown={(event) => step(event, cursor, end)}
    >
      <Ticks xs={xs} ys={ys} formatX={x.format} formatY={format} />
      {cursor.value !== null && <line class="cursor" x1={at} x2={at} y1={SIZE.top} y2={SIZE.height - SIZE.bottom} />}
      {lines.map(({ points }, place) => (
        <polyline key={place} class={`curve line-${place + 1}`} points={drawn(points, xs, ys)} />
      ))}
    </svg>
  );
}

function drawn(points: Line["points"], xs: Scale, ys: Scale): string {
  return thinned(points)
    .map(([x, y]) => `${xs.at(x).toFixed(1)},${ys.at(y).toFixed(1)}`)
    .join(" ");
}

function pointedAt({ currentTarget, clientX }: TargetedPointerEvent<SVGSVGElement>, xs: Scale): number {
  const box = currentTarget.getBoundingClientRect();
  return Math.max(0, xs.back(((clientX - box.left) / box.width) * SIZE.width));
}

function step(event: TargetedKeyboardEvent<SVGSVGElement>, cursor: Signal<number | null>, end: number): void {
  const by = { ArrowLeft: -1, ArrowRight: 1, Home: -STEPS, End: STEPS }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  cursor.value = Math.max(0, Math.min(end, (cursor.value ?? end) + (by * end) / STEPS));
}

/** What a curve has reached at some place: its last point up to there. */
function valueAt({ points }: Line, at: number, format: LinesProps["format"]): string {
  const reached = points.findLast(([x]) => x <= at);
  return reached === undefined ? "" : format(reached[1]);
}

function spoken({ name, points }: Line, format: LinesProps["format"]): string {
  const last = points.at(-1);
  return last === undefined ? `${name}: nothing yet` : `${name}: ${points.length} points, the last ${format(last[1])}`;
}
