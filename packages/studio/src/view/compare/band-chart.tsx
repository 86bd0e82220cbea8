/**
 * Curves of several arms: a line in steps for the mean over seeds, in the band of one standard deviation to each side.
 *
 * @module
 */
import type { CurvePoint } from "@potluck/comparison";
import { type Signal, useSignal } from "@preact/signals";
import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from "preact";
import { SIZE, STEPS, Ticks } from "../chart.tsx";
import { marginFor } from "../labels.ts";
import { type Scale, scaleOf } from "../scale.ts";

/** An arm and its curve. */
export interface BandCurve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

/** Curves, and what they are called. */
export interface BandChartProps {
  readonly name: string;
  readonly curves: readonly BandCurve[];
  readonly x: { readonly name: string; readonly format: (value: number) => string };
  readonly format: (value: number) => string;
  readonly lowest?: number;
  readonly highest?: number;
}

/** So many steps lead from one side of a chart to the other. */
const STEPS_ACROSS = 50;

/** A chart; a pointer or the arrow keys say what each arm has at a place. */
export function BandChart(props: BandChartProps): JSX.Element {
  const { name, curves, x, format } = props;
  const at = useSignal<number | null>(null);
  const end = curves.flatMap(({ points }) => points).reduce((most, { place }) => Math.max(most, place), 0);
  if (curves.every(({ points }) => points.length === 0)) return <p class="empty">{name} was not measured.</p>;
  const place = at.value ?? end;
  return (
    <figure>
      <figcaption>
        {name} <output>{`at ${x.format(place)}`}</output>
      </figcaption>
      <Drawing {...props} at={at} end={end} />
      <Values curves={curves} place={place} format={format} isLive={at.value !== null} />
    </figure>
  );
}

interface DrawingProps extends BandChartProps {
  /** The place that is pointed at; null for none. */
  readonly at: Signal<number | null>;
  /** Where the last curve ends. */
  readonly end: number;
}

function Drawing({ name, curves, x, format, lowest, highest, at, end }: DrawingProps): JSX.Element {
  const ys = scaleOf(
    curves.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high])),
    { from: SIZE.height - SIZE.bottom, to: SIZE.top, lowest, highest },
  );
  const xs = scaleOf([0, end], { from: marginFor(ys, format), to: SIZE.width - SIZE.right, lowest: 0 });
  const place = at.value ?? end;
  const go = (wanted: number): void => {
    at.value = Math.max(0, Math.min(end, wanted));
  };
  const move = (event: TargetedPointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    go(xs.back(((event.clientX - box.left) / box.width) * SIZE.width));
  };
  const step = (event: TargetedKeyboardEvent<SVGSVGElement>): void => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    go(place + (by * end) / STEPS_ACROSS);
  };
  const said = `${name} against ${x.name}, ${curves.length} curves. ${saidAt(curves, place, format)}.`;
  return (
    <svg
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      role="img"
      tabIndex={0}
      aria-label={`${said} Arrow keys lead along.`}
      onPointerMove={move}
      onPointerLeave={() => (at.value = null)}
      onKeyDown={step}
    >
      <Ticks xs={xs} ys={ys} formatX={x.format} formatY={format} />
      {curves.map(({ name: arm, points }, series) => (
        <polygon key={arm} class={`band series-${series + 1}`} points={bandOf(points, xs, ys)} />
      ))}
      {curves.map(({ name: arm, points }, series) => (
        <polyline key={arm} class={`curve series-${series + 1}`} points={lineOf(points, xs, ys)} />
      ))}
      {at.value !== null && (
        <line class="cursor" x1={xs.at(place)} x2={xs.at(place)} y1={SIZE.top} y2={SIZE.height - SIZE.bottom} />
      )}
    </svg>
  );
}

interface ValuesProps {
  readonly curves: readonly BandCurve[];
  readonly place: number;
  readonly format: (value: number) => string;
  readonly isLive: boolean;
}

/** What each arm has at a place; it is the legend, too. */
function Values({ curves, place, format, isLive }: ValuesProps): JSX.Element {
  return (
    <ul class="values" aria-live={isLive ? "polite" : "off"}>
      {curves.map(({ name, points }, series) => (
        <li key={name}>
          <span class={`swatch series-${series + 1}`} aria-hidden="true" />
          {name} <span class="number">{valueAt(points, place, format)}</span>
        </li>
      ))}
    </ul>
  );
}

function saidAt(curves: readonly BandCurve[], place: number, format: (value: number) => string): string {
  return curves.map(({ name, points }) => `${name} ${valueAt(points, place, format)}`).join(", ");
}

function valueAt(points: readonly CurvePoint[], place: number, format: (value: number) => string): string {
  const point = points.findLast((one) => one.place <= place);
  if (point === undefined) return "–";
  const spread = (point.high - point.low) / 2;
  return `${format(point.mean)}${spread === 0 ? "" : ` ± ${format(spread)}`}`;
}

/** In steps: what was measured holds until it is measured anew. */
function lineOf(points: readonly CurvePoint[], xs: Scale, ys: Scale): string {
  return stepped(points, ({ mean }) => mean, xs, ys).join(" ");
}

function bandOf(points: readonly CurvePoint[], xs: Scale, ys: Scale): string {
  const upper = stepped(points, ({ high }) => high, xs, ys);
  const lower = stepped(points, ({ low }) => low, xs, ys);
  return [...upper, ...lower.toReversed()].join(" ");
}

function stepped(
  points: readonly CurvePoint[],
  of: (point: CurvePoint) => number,
  xs: Scale,
  ys: Scale,
): readonly string[] {
  return points.flatMap((point, at) => {
    const here = `${xs.at(point.place).toFixed(1)},${ys.at(of(point)).toFixed(1)}`;
    const before = points[at - 1];
    return before === undefined ? [here] : [`${xs.at(point.place).toFixed(1)},${ys.at(of(before)).toFixed(1)}`, here];
  });
}
