/**
 * Accuracy of the arms along virtual time, bytes and updates of clients: a line for the mean over seeds in the band of
 * its spread.
 *
 * @module
 */
import { areaY, axisX, axisY, gridY, line, type PlotOptions } from "@observablehq/plot";
import type { Measurement } from "@potluck/simulator";
import { type Arms, bytesAt, seedsOf } from "../../comparison/arms.ts";
import { largest, smallest } from "../../extremes.ts";
import { type Figure, frame, RULE } from "../charts/chart.ts";
import { byteUnit, bytes, counted, duration, percent, timeUnit, type Unit } from "../format.ts";
import { colourLegend, tierColour } from "../tiers.ts";
import { type CurvePoint, curveOf } from "./curve.ts";
import { ofFew } from "./note.ts";

/** What a curve runs along. */
export interface Along {
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

/** All that curves of comparisons run along. */
export const axes: readonly Along[] = [
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

/** The charts of accuracy. */
export function accuracyCurves(arms: Arms): readonly Figure[] {
  return axes.map((along) => {
    const curves = arms.map((arm, at) => ({
      arm: arm.name,
      colour: tierColour(at),
      points: curveOf(arm, along.placeOf),
    }));
    const drawn = curves.some(({ points }) => points.length > 0);
    return {
      title: `Accuracy against ${along.title}`,
      note: drawn ? noteOf(along, curves, seedsOf(arms).length) : "No version of any model was evaluated.",
      draw: drawn ? (width) => plotOf(along, curves, width) : null,
      legend: colourLegend(
        arms.map(({ name }) => name),
        "Colours of the arms",
      ),
      data: {
        name: `accuracy-by-${along.column}`,
        columns: ["arm", along.column, "meanAccuracy", "meanMinusDeviation", "meanPlusDeviation"],
        rows: curves.flatMap(({ arm, points }) =>
          points.map(({ place, mean, low, high }) => [arm, place, mean, low, high]),
        ),
      },
    };
  });
}

function noteOf({ text }: Along, curves: readonly NamedCurve[], seeds: number): string {
  const ends = curves.flatMap(({ arm, points }) => {
    const end = points.at(-1);
    return end === undefined ? [] : [`${arm} has ${percent(end.mean)} at ${text(end.place)}.`];
  });
  const band = seeds === 1 ? "" : ` over ${counted(seeds, "seed")}, in a band of one standard deviation to each side`;
  return `Means of the held-out accuracy${band}. A curve ends with the first of its seeds.${ofFew(ends)}`;
}

/** The share of an axis that counts as the start of a curve: only there may it run below the drawing. */
const START = 0.2;

function plotOf({ unitOf, labelOf }: Along, curves: readonly NamedCurve[], width: number): PlotOptions {
  const all = curves.flatMap(({ points }) => points);
  const end = largest(all.map(({ place }) => place));
  const unit = unitOf(end);
  const settled = all.filter(({ place }) => place >= START * end);
  const lowest = 10 * Math.floor(10 * Math.max(0, smallest(settled.map(({ low }) => low))));
  const highest = 100 * Math.min(1, largest(all.map(({ high }) => high)));
  const x = ({ place }: CurvePoint): number => place / unit.factor;
  const within = (share: number): number => Math.min(100, Math.max(lowest, 100 * share));
  const shape = { x, curve: "step-after" } as const;
  return {
    ...frame,
    width,
    height: 300,
    marginRight: 16,
    x: { domain: [0, end > 0 ? end / unit.factor : 1] },
    y: { domain: [lowest, Math.max(lowest + 5, highest)] },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisX({ label: labelOf(unit), labelArrow: "none", labelAnchor: "right", ...ticksOf(unit, end, width) }),
      axisY({ label: `accuracy (%)${lowest > 0 ? `; axis from ${lowest}%` : ""}`, labelArrow: "none", ticks: 5 }),
      ...curves.flatMap(({ points, colour }) => [
        areaY(points, {
          ...shape,
          y1: ({ low, high }: CurvePoint) => (100 * high < lowest ? Number.NaN : within(low)),
          y2: ({ high }: CurvePoint) => (100 * high < lowest ? Number.NaN : within(high)),
          fill: colour,
          fillOpacity: 0.15,
        }),
        line(points, {
          ...shape,
          y: ({ mean }: CurvePoint) => (100 * mean < lowest ? Number.NaN : 100 * mean),
          stroke: colour,
          strokeWidth: 2,
        }),
      ]),
    ],
  };
}

/** Few ticks; on an axis of updates, of which there are no halves, never more than one for each. */
export function ticksOf(
  { name }: Unit,
  end: number,
  width: number,
): { readonly ticks: number } | { readonly interval: number } {
  const ticks = width < 500 ? 4 : 8;
  return name === "updates" && end < ticks ? { interval: 1 } : { ticks };
}
