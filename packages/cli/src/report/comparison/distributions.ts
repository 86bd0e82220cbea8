/**
 * How arms treat their clients: who is served how well, who takes part how often, and how stale updates are.
 *
 * @module
 */
import {
  type Arm,
  type Arms,
  updatesOf,
  meanOf,
  largest,
  smallest,
  clipped,
  count,
  decimal,
  percent,
  spreadSample,
} from "@potluck/comparison";
import { axisX, axisY, dot, gridX, gridY, line, link, type PlotOptions, text } from "@observablehq/plot";
import { worstDecile } from "@potluck/core";
import { type Figure, frame, INK, MUTED, RULE } from "../charts/chart.ts";
import { colourLegend, tierColour } from "../tiers.ts";
import { ofFew } from "./note.ts";

/** The most points of a curve over clients. */
const DISTRIBUTION_POINTS_LIMIT = 400;

/** A point of a curve over clients; both are shares in [0, 1]. */
interface Point {
  readonly x: number;
  readonly y: number;
}

interface Curve {
  readonly arm: string;
  readonly points: readonly Point[];
}

function legendOf(arms: Arms): NonNullable<Figure["legend"]> {
  return colourLegend(
    arms.map(({ name }) => name),
    "Colours of the arms",
  );
}

/** The chart of how accurate the last models are on the clients' own test rows. */
export function clientAccuracyFigure(arms: Arms): Figure {
  const curves = arms.map((arm) => ({ arm: arm.name, points: cumulative(accuraciesOf(arm)) }));
  const notes = arms.flatMap((arm) => {
    const values = accuraciesOf(arm);
    return values.length === 0
      ? []
      : [`${arm.name}: mean ${percent(meanOf(values))}, ${tenthOf(arm)} in the worst tenth.`];
  });
  return {
    title: "Accuracy over clients",
    note:
      notes.length === 0
        ? "No client's own accuracy was measured."
        : `The share of clients that are served no better than this by the last model, on their own test rows, over all seeds. A curve farther right is better.${ofFew(notes)}`,
    draw: notes.length === 0 ? null : (width) => accuracyPlot(curves, width),
    legend: legendOf(arms),
    data: {
      name: "client-accuracy",
      columns: ["arm", "seed", "client", "tier", "examples", "accuracy"],
      rows: arms.flatMap(({ name, runs }) =>
        runs.flatMap(({ seed, outcome }) =>
          outcome.clients.map(({ id, tier, examples, testAccuracy }) => [name, seed, id, tier, examples, testAccuracy]),
        ),
      ),
    },
  };
}

function accuraciesOf({ runs }: Arm): readonly number[] {
  return runs.flatMap(({ outcome }) => outcome.clients.flatMap(({ testAccuracy }) => testAccuracy ?? []));
}

/** The mean over seeds of the worst tenth. */
function tenthOf({ runs }: Arm): string {
  const tenths = runs.flatMap(
    ({ outcome }) => worstDecile(outcome.clients.flatMap(({ testAccuracy }) => testAccuracy ?? [])) ?? [],
  );
  return percent(meanOf(tenths));
}

/** The share of values ≤ x, from 0 below the smallest. */
function cumulative(values: readonly number[]): readonly Point[] {
  const sorted = [...values].sort((a, b) => a - b);
  const points = sorted.map((x, at) => ({ x, y: (at + 1) / sorted.length }));
  const [first] = points;
  const last = points.at(-1);
  const shown = spreadSample(points, DISTRIBUTION_POINTS_LIMIT);
  return [
    ...(first === undefined ? [] : [{ x: first.x, y: 0 }]),
    ...shown,
    ...(last === undefined ? [] : [last, { x: 1, y: 1 }]),
  ];
}

function accuracyPlot(curves: readonly Curve[], width: number): PlotOptions {
  const start =
    Math.floor(
      10 *
        smallest(
          curves.flatMap(({ points }) => points.map(({ x }) => x)),
          0.9,
        ),
    ) / 10;
  return {
    ...frame,
    width,
    height: 280,
    marginRight: 16,
    x: { domain: [100 * start, 100] },
    y: { domain: [0, 100] },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 4 }),
      axisX({
        label: `accuracy on own test rows (%)${start > 0 ? `; axis from ${percent(start)}` : ""}`,
        labelArrow: "none",
        labelAnchor: "right",
        ticks: width < 500 ? 4 : 8,
      }),
      axisY({ label: "clients up to there (%)", labelArrow: "none", ticks: 4 }),
      ...shareLines(curves, "step-after"),
    ],
  };
}

function shareLines(curves: readonly Curve[], curve: "step-after" | "linear"): readonly ReturnType<typeof line>[] {
  return curves.map(({ points }, at) =>
    line(points, {
      x: ({ x }: Point) => 100 * x,
      y: ({ y }: Point) => 100 * y,
      curve,
      stroke: tierColour(at),
      strokeWidth: 2,
    }),
  );
}

/** The chart of whose updates were used: clients from the least to the most used, against their part of all updates. */
export function participationFigure(arms: Arms): Figure {
  const curves = arms.map((arm) => ({ arm: arm.name, points: lorenz(arm) }));
  const notes = arms.map(({ name, runs }) => {
    const never = meanOf(runs.map(({ outcome }) => outcome.scorecard.starvation.clientsNeverUsed));
    const used = meanOf(runs.map(({ outcome }) => updatesOf(outcome)));
    return `${name} uses ${decimal(used)} updates and never ${decimal(never)} of ${count(clientCount(runs))} clients.`;
  });
  return {
    title: "Who takes part",
    note: `The share of all used updates that comes from the least used clients up to there, mean over seeds, at the end of each run. On the diagonal all are used equally often; the fewer updates, the farther from it by chance alone.${ofFew(notes)}`,
    draw: (width) => participationPlot(curves, width),
    legend: legendOf(arms),
    data: {
      name: "participation",
      columns: ["arm", "seed", "client", "tier", "timesAsked", "timesUsed"],
      rows: arms.flatMap(({ name, runs }) =>
        runs.flatMap(({ seed, outcome }) =>
          outcome.clients.map(({ id, tier, timesAsked, timesUsed }) => [name, seed, id, tier, timesAsked, timesUsed]),
        ),
      ),
    },
  };
}

function clientCount([{ outcome }]: Arm["runs"]): number {
  return outcome.clients.length;
}

/** The mean over seeds of the share of updates from the least used clients, at every share of the clients. */
function lorenz({ runs }: Arm): readonly Point[] {
  const steps = Math.min(clientCount(runs), DISTRIBUTION_POINTS_LIMIT);
  const shares = runs.map(({ outcome }) => {
    const sorted = outcome.clients.map(({ timesUsed }) => timesUsed).sort((a, b) => a - b);
    const all = sorted.reduce((sum, times) => sum + times, 0);
    const sums = [0];
    for (const times of sorted) sums.push((sums.at(-1) ?? 0) + times);
    return sums.map((sum) => (all === 0 ? 0 : sum / all));
  });
  return Array.from({ length: steps + 1 }, (_, step) => {
    const x = step / steps;
    return { x, y: meanOf(shares.map((sums) => sums[Math.round(x * (sums.length - 1))] ?? 0)) };
  });
}

function participationPlot(curves: readonly Curve[], width: number): PlotOptions {
  return {
    ...frame,
    width,
    height: 280,
    marginRight: 16,
    x: { domain: [0, 100] },
    y: { domain: [0, 100] },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 4 }),
      axisX({ label: "clients, least used first (%)", labelArrow: "none", labelAnchor: "right", ticks: 5 }),
      axisY({ label: "of the used updates (%)", labelArrow: "none", ticks: 4 }),
      link([100], {
        x1: 0,
        y1: 0,
        x2: (end: number) => end,
        y2: (end: number) => end,
        stroke: MUTED,
        strokeDasharray: "4 3",
      }),
      ...shareLines(curves, "linear"),
    ],
  };
}

/** Staleness of an arm in versions, means over seeds. */
interface Staleness {
  readonly arm: string;
  readonly half: number;
  readonly most: number;
  readonly worst: number;
}

/** The chart of how many versions behind the used updates were. */
export function stalenessFigure(arms: Arms): Figure {
  const shown = arms.flatMap(stalenessOf);
  const isFresh = shown.every(({ worst }) => worst === 0);
  return {
    title: "Staleness of used updates",
    note: isFresh
      ? shown.length === 0
        ? "No update was used."
        : "Every used update started from the newest model."
      : "How many versions of the model were published while an update was on its way, means over seeds: the filled dot is the median, the line ends where 95 of 100 updates are no staler, the ring is the stalest.",
    draw: isFresh ? null : (width) => stalenessPlot(shown, width),
    data: {
      name: "staleness",
      columns: ["arm", "seed", "median", "percentile95", "maximum"],
      rows: arms.flatMap(({ name, runs }) =>
        runs.map(({ seed, outcome: { scorecard } }) => {
          const { stalenessP50, stalenessP95, stalenessMax } = scorecard.delay;
          return [name, seed, stalenessP50, stalenessP95, stalenessMax];
        }),
      ),
    },
  };
}

function stalenessOf({ name, runs }: Arm): readonly Staleness[] {
  const scores = runs.map(({ outcome }) => outcome.scorecard.delay);
  const half = scores.flatMap(({ stalenessP50 }) => stalenessP50 ?? []);
  const most = scores.flatMap(({ stalenessP95 }) => stalenessP95 ?? []);
  const worst = scores.flatMap(({ stalenessMax }) => stalenessMax ?? []);
  return half.length === 0 ? [] : [{ arm: name, half: meanOf(half), most: meanOf(most), worst: meanOf(worst) }];
}

function stalenessPlot(shown: readonly Staleness[], width: number): PlotOptions {
  const longest = largest(
    shown.map(({ worst }) => worst),
    1,
  );
  const colour = ({ arm }: Staleness): string => tierColour(shown.findIndex((other) => other.arm === arm));
  return {
    ...frame,
    width,
    height: 70 + 34 * shown.length,
    marginLeft: 110,
    marginRight: 24,
    x: { domain: [0, longest] },
    y: { domain: shown.map(({ arm }) => arm), label: null },
    marks: [
      gridX({ stroke: RULE, strokeOpacity: 1, ticks: 6 }),
      axisX({ label: "versions behind", labelArrow: "none", labelAnchor: "right", ticks: 6 }),
      axisY({ tickSize: 0, tickFormat: (name: string) => clipped(name) }),
      link(shown, { x1: 0, x2: "most", y1: "arm", y2: "arm", stroke: colour, strokeWidth: 3 }),
      dot(shown, { x: "half", y: "arm", r: 5, fill: colour }),
      dot(shown, { x: "worst", y: "arm", r: 5, stroke: colour, strokeWidth: 1.5 }),
      text(shown, { x: "worst", y: "arm", text: ({ worst }: Staleness) => decimal(worst), dy: -12, fill: INK }),
    ],
  };
}
