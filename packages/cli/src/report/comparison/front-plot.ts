/**
 * The drawing of models by their bytes and how good they are.
 *
 * @module
 */
import { type PricedPoint, largest, smallest, bytes } from "@potluck/comparison";
import { axisX, axisY, dot, gridX, gridY, line, type Markish, type PlotOptions, text } from "@observablehq/plot";
import { frame, INK, MAIN, MUTED, RULE } from "../charts/chart.ts";

/** A point whose model was measured. */
type Measured = PricedPoint & { readonly quality: number };

/** How high a point stands, in the units of the axis. */
type Height = (point: Measured) => number;

/** How it is drawn. */
interface Drawing {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether quality is an accuracy. */
  readonly accuracy: boolean;
  /** Whether names stand below in a list, by numbers, where there is room for all of them; beside their dots by default. */
  readonly isListed?: boolean;
}

const LINE = 18;

/** The points of which the model was measured. */
export function measuredOnes(points: readonly PricedPoint[]): readonly Measured[] {
  return points.filter((point): point is Measured => point.quality !== null);
}

/** The drawing: of the points are named the first and those on the front. */
export function frontPlot(
  shown: readonly Measured[],
  { width, height, accuracy, isListed = false }: Drawing,
): PlotOptions {
  const y: Height = ({ quality }) => (accuracy ? 100 * quality : quality);
  const front = shown.filter(({ isOnFront }) => isOnFront).toSorted((a, b) => a.bytes - b.bytes);
  const named = shown.filter(({ isOnFront, at }) => isOnFront || at === 0);
  const middle = Math.sqrt(smallest(shown.map((one) => one.bytes)) * largest(shown.map((one) => one.bytes)));
  return {
    ...frame,
    width,
    height,
    marginRight: 24,
    ...(isListed && { marginBottom: frame.marginBottom + LINE * (named.length + 1) }),
    inset: 16,
    x: { type: "log", tickFormat: (size: number) => bytes(size) },
    marks: [
      gridX({ stroke: RULE, strokeOpacity: 1, ticks: 4 }),
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisX({
        label: "bytes, both ways (logarithmic)",
        labelArrow: "none",
        labelAnchor: "right",
        labelOffset: frame.marginBottom - 4,
        ticks: 4,
        tickFormat: (size: number) => bytes(size),
      }),
      axisY({ label: accuracy ? "accuracy (%)" : "loss", labelArrow: "none", ticks: 5 }),
      line(front, { x: "bytes", y, stroke: MUTED, curve: "step-after" }),
      dot(shown, {
        x: "bytes",
        y,
        r: 4.5,
        fill: (point: Measured) => (named.includes(point) ? MAIN : MUTED),
        fillOpacity: 0.8,
        title: ({ name, bytes: own }: Measured) => `${name}: ${bytes(own)}`,
      }),
      ...(isListed ? listOf(named, y) : namesOf(named, y, middle)),
    ],
  };
}

/** Names at the dots: to the right of those with fewer bytes than `middle`, to the left of all others. */
function namesOf(named: readonly Measured[], y: Height, middle: number): readonly Markish[] {
  const label = { x: "bytes", y, text: ({ name }: Measured) => name, dy: -10, fill: INK } as const;
  const isRight = (point: Measured): boolean => point.bytes > middle;
  return [
    text(
      named.filter((point) => !isRight(point)),
      { ...label, textAnchor: "start", dx: -4 },
    ),
    text(named.filter(isRight), { ...label, textAnchor: "end", dx: 4 }),
  ];
}

/** Numbers at the dots, and under the axis what each of them is. */
function listOf(named: readonly Measured[], y: Height): readonly Markish[] {
  const inOrder = named.toSorted((a, b) => a.bytes - b.bytes);
  const numbers = text(inOrder, { x: "bytes", y, text: (_, at: number) => String(at + 1), dy: -11, fill: INK });
  const lines = inOrder.map(({ name }, at) =>
    text([`${at + 1}  ${name}`], {
      text: (words: string) => words,
      frameAnchor: "bottom-left",
      textAnchor: "start",
      dy: frame.marginBottom + LINE * (at + 1),
      fill: INK,
    }),
  );
  return [numbers, ...lines];
}
