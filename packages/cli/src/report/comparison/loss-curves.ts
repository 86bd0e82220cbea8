/**
 * Loss of the arms along virtual time, bytes and versions of the model, for losses that have no accuracy: a line for the
 * mean over seeds in the band of its spread. The axis is logarithmic where a loss falls to a small part of what it was.
 *
 * @module
 */
import { areaY, axisX, axisY, gridY, line, type PlotOptions } from "@observablehq/plot";
import { type Arms, seedsOf } from "../../comparison/arms.ts";
import { largest, smallest } from "../../extremes.ts";
import { type Figure, frame, RULE } from "../charts/chart.ts";
import { counted, decimal } from "../format.ts";
import { colourLegend, tierColour } from "../tiers.ts";
import { type Along, axes, ticksOf } from "./accuracy-curves.ts";
import { type CurvePoint, curveOf } from "./curve.ts";
import { ofFew } from "./note.ts";

/** The axis is logarithmic where the largest mean is more than so many times the smallest. */
const LOGARITHMIC_FROM = 20;

interface NamedCurve {
  readonly arm: string;
  readonly colour: string;
  readonly points: readonly CurvePoint[];
}

/** Whether no run of these arms has an accuracy. */
export function areWithoutAccuracy(arms: Arms): boolean {
  const measurements = arms.flatMap(({ runs }) => runs.flatMap(({ outcome }) => outcome.measurements));
  return measurements.length > 0 && measurements.every(({ testAccuracy }) => testAccuracy === null);
}

/** The charts of loss. */
export function lossCurves(arms: Arms): readonly Figure[] {
  return axes.map((along) => {
    const curves = arms.map((arm, at) => ({
      arm: arm.name,
      colour: tierColour(at),
      points: curveOf(arm, along.placeOf, ({ testLoss }) => testLoss),
    }));
    const drawn = curves.some(({ points }) => points.length > 0);
    return {
      title: `Loss against ${along.title}`,
      note: drawn ? noteOf(along, curves, seedsOf(arms).length) : "No version of any model was evaluated.",
      draw: drawn ? (width) => plotOf(along, curves, width) : null,
      legend: colourLegend(
        arms.map(({ name }) => name),
        "Colours of the arms",
      ),
      data: {
        name: `loss-by-${along.column}`,
        columns: ["arm", along.column, "meanLoss", "meanMinusDeviation", "meanPlusDeviation"],
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
    return end === undefined ? [] : [`${arm} has ${decimal(end.mean)} at ${text(end.place)}.`];
  });
  const band = seeds === 1 ? "" : ` over ${counted(seeds, "seed")}, in a band of one standard deviation to each side`;
  return `Means of the held-out loss${band}. A curve ends with the first of its seeds.${ofFew(ends)}`;
}

function plotOf({ unitOf, labelOf }: Along, curves: readonly NamedCurve[], width: number): PlotOptions {
  const all = curves.flatMap(({ points }) => points);
  const end = largest(all.map(({ place }) => place));
  const unit = unitOf(end);
  const means = all.map(({ mean }) => mean);
  const least = smallest(means);
  const isLogarithmic = least > 0 && largest(means) > LOGARITHMIC_FROM * least;
  const floor = isLogarithmic ? least / 2 : 0;
  const x = ({ place }: CurvePoint): number => place / unit.factor;
  const shape = { x, curve: "step-after" } as const;
  return {
    ...frame,
    width,
    height: 300,
    marginLeft: 64,
    marginRight: 16,
    x: { domain: [0, end > 0 ? end / unit.factor : 1] },
    y: isLogarithmic ? { type: "log" } : { zero: true },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisX({ label: labelOf(unit), labelArrow: "none", labelAnchor: "right", ...ticksOf(unit, end, width) }),
      axisY({ label: isLogarithmic ? "loss (logarithmic)" : "loss", labelArrow: "none", ticks: 5 }),
      ...curves.flatMap(({ points, colour }) => [
        areaY(points, {
          ...shape,
          y1: ({ low }: CurvePoint) => Math.max(floor, low),
          y2: "high",
          fill: colour,
          fillOpacity: 0.15,
        }),
        line(points, { ...shape, y: "mean", stroke: colour, strokeWidth: 2 }),
      ]),
    ],
  };
}
