/**
 * Curves of the arms along virtual time, bytes and updates of clients: a line for the mean over seeds in the band of its
 * spread. What they are curves of is a {@link CurveMeasure}.
 *
 * @module
 */
import {
  type Arms,
  bytesAt,
  seedsOf,
  largest,
  byteUnit,
  bytes,
  counted,
  duration,
  timeUnit,
  type Unit,
  type CurvePoint,
  curveOf,
} from "@potluck/comparison";
import { areaY, axisX, axisY, gridY, line, type PlotOptions } from "@observablehq/plot";
import type { Measurement } from "@potluck/scenario";
import { type Figure, frame, RULE } from "../charts/chart.ts";
import { colourLegend, tierColour } from "../tiers.ts";
import { ofFew } from "./note.ts";

/** What is drawn along the axes. */
export interface CurveMeasure {
  /** "accuracy" */
  readonly name: string;
  /** Null where a measurement has none. */
  readonly valueOf: (measurement: Measurement) => number | null;
  /** A value in words. */
  readonly textOf: (value: number) => string;
  /** The upright axis for these points of curves that end at `end`. */
  readonly uprightOf: (points: readonly CurvePoint[], end: number) => Upright;
}

/** An upright axis, and where on it a point has its mean and its band; not a number where it has none. */
export interface Upright extends Pick<PlotOptions, "y" | "marginLeft"> {
  readonly label: string;
  readonly mean: (point: CurvePoint) => number;
  readonly low: (point: CurvePoint) => number;
  readonly high: (point: CurvePoint) => number;
}

/** What a curve runs along. */
interface Along {
  /** "virtual time" */
  readonly title: string;
  readonly column: string;
  readonly placeOf: (measurement: Measurement) => number;
  /** The unit of the axis for a length, and its label. */
  readonly unitOf: (length: number) => Unit;
  readonly labelOf: (unit: Unit) => string;
  /** A place in words. */
  readonly text: (place: number) => string;
}

/** All that curves run along. */
const axes: readonly Along[] = [
  {
    title: "virtual time",
    column: "virtualSeconds",
    placeOf: ({ virtualSeconds }) => virtualSeconds,
    unitOf: timeUnit,
    labelOf: ({ name }) => `virtual ${name}`,
    text: (place) => `${duration(place)} of virtual time`,
  },
  {
    title: "bytes",
    column: "bytes",
    placeOf: bytesAt,
    unitOf: byteUnit,
    labelOf: ({ name }) => `${name} up and down`,
    text: bytes,
  },
  {
    title: "updates",
    column: "updatesUsed",
    placeOf: ({ updatesUsed }) => updatesUsed,
    unitOf: () => ({ factor: 1, name: "updates" }),
    labelOf: () => "updates of clients that went into a model",
    text: (place) => counted(place, "update"),
  },
];

interface NamedCurve {
  readonly arm: string;
  readonly colour: string;
  readonly points: readonly CurvePoint[];
}

/** The charts of a measure, one for each axis. */
export function curveFigures(arms: Arms, measure: CurveMeasure): readonly Figure[] {
  const { name, valueOf } = measure;
  const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return axes.map((along) => {
    const curves = arms.map((arm, at) => ({
      arm: arm.name,
      colour: tierColour(at),
      points: curveOf(arm, along.placeOf, valueOf),
    }));
    const drawn = curves.some(({ points }) => points.length > 0);
    return {
      title: `${capital} against ${along.title}`,
      note: drawn ? noteOf(along, measure, curves, seedsOf(arms).length) : "No version of any model was evaluated.",
      draw: drawn ? (width) => plotOf(along, measure, curves, width) : null,
      legend: colourLegend(
        arms.map((arm) => arm.name),
        "Colours of the arms",
      ),
      data: {
        name: `${name}-by-${along.column}`,
        columns: ["arm", along.column, `mean${capital}`, "meanMinusDeviation", "meanPlusDeviation"],
        rows: curves.flatMap(({ arm, points }) =>
          points.map(({ place, mean, low, high }) => [arm, place, mean, low, high]),
        ),
      },
    };
  });
}

function noteOf({ text }: Along, { name, textOf }: CurveMeasure, curves: readonly NamedCurve[], seeds: number): string {
  const ends = curves.flatMap(({ arm, points }) => {
    const end = points.at(-1);
    return end === undefined ? [] : [`${arm} has ${textOf(end.mean)} at ${text(end.place)}.`];
  });
  const band = seeds === 1 ? "" : ` over ${counted(seeds, "seed")}, in a band of one standard deviation to each side`;
  return `Means of the held-out ${name}${band}. A curve ends with the first of its seeds.${ofFew(ends)}`;
}

function plotOf(
  { unitOf, labelOf }: Along,
  { uprightOf }: CurveMeasure,
  curves: readonly NamedCurve[],
  width: number,
): PlotOptions {
  const all = curves.flatMap(({ points }) => points);
  const end = largest(all.map(({ place }) => place));
  const unit = unitOf(end);
  const { label, mean, low, high, ...upright } = uprightOf(all, end);
  const x = ({ place }: CurvePoint): number => place / unit.factor;
  const shape = { x, curve: "step-after" } as const;
  return {
    ...frame,
    width,
    height: 300,
    marginRight: 16,
    x: { domain: [0, end > 0 ? end / unit.factor : 1] },
    ...upright,
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisX({ label: labelOf(unit), labelArrow: "none", labelAnchor: "right", ...ticksOf(unit, end, width) }),
      axisY({ label, labelArrow: "none", ticks: 5 }),
      ...curves.flatMap(({ points, colour }) => [
        areaY(points, { ...shape, y1: low, y2: high, fill: colour, fillOpacity: 0.15 }),
        line(points, { ...shape, y: mean, stroke: colour, strokeWidth: 2 }),
      ]),
    ],
  };
}

/** Few ticks; on an axis of updates, of which there are no halves, never more than one for each. */
function ticksOf(
  { name }: Unit,
  end: number,
  width: number,
): { readonly ticks: number } | { readonly interval: number } {
  const ticks = width < 500 ? 4 : 8;
  return name === "updates" && end < ticks ? { interval: 1 } : { ticks };
}
