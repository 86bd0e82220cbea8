/**
 * What was really optimised, as a drawing: for each client by how much its share of all pull, which is weight times solver
 * steps, was more, or less, than the share of its loss in the objective that was asked for. On the line a client was heard as it should.
 *
 * @module
 */
import { largest, smallest, spreadSample } from "@potluck/comparison";
import { axisX, axisY, dot, gridY, link, type PlotOptions, ruleY } from "@observablehq/plot";
import { CLIENTS_SHOWN_LIMIT, frame, MUTED, RULE } from "./chart.ts";

/** A client that was heard: shares in [0, 1]. */
export interface Heard {
  readonly colour: string;
  /** realised − asked. */
  readonly bias: number;
  /** Null where it is not known. */
  readonly standardError: number | null;
  /** What is said of it where the pointer rests. */
  readonly about: string;
}

/** A client at its place among the others of its group, in percent; biases in points of a hundred. */
interface Placed extends Heard {
  readonly place: number;
  readonly points: number;
  readonly low: number;
  readonly high: number;
}

/** Standard errors are drawn up to so many clients; of more they hide each other. */
export const ERRORS_SHOWN_LIMIT = 120;

/** How many standard errors a client may be off by chance. */
export const CHANCE = 2;

/** The drawing: each group from the client that was heard least to the one that was heard most. */
export function biasPlot(groups: readonly (readonly Heard[])[], width: number): PlotOptions {
  const all = groups.flatMap(placed);
  const whiskers = all.length > ERRORS_SHOWN_LIMIT ? [] : all.filter(({ standardError }) => standardError !== null);
  const heights = [...all.map(({ points }) => points), ...whiskers.flatMap(({ low, high }) => [low, high])];
  const [lowest, highest] = [smallest(heights, 0), largest(heights, 0)];
  return {
    ...frame,
    width,
    height: 280,
    marginRight: 16,
    x: { domain: [0, 100] },
    y: { domain: lowest === highest ? [-1, 1] : [lowest, highest], nice: true },
    marks: [
      gridY({ stroke: RULE, strokeOpacity: 1, ticks: 5 }),
      axisX({ label: "clients, least heard first (%)", labelArrow: "none", labelAnchor: "right", ticks: 5 }),
      axisY({ label: "bias (points)", labelArrow: "none", ticks: 5, tickFormat: signed }),
      ruleY([0], { stroke: MUTED }),
      link(whiskers, { x1: "place", x2: "place", y1: "low", y2: "high", stroke: "colour", strokeOpacity: 0.35 }),
      dot(spreadSample(all, CLIENTS_SHOWN_LIMIT), {
        x: "place",
        y: "points",
        r: 3,
        fill: "colour",
        fillOpacity: 0.7,
        title: "about",
      }),
    ],
  };
}

function placed(group: readonly Heard[]): readonly Placed[] {
  return group
    .toSorted((a, b) => a.bias - b.bias)
    .map((heard, at) => {
      const [points, error] = [100 * heard.bias, 100 * CHANCE * (heard.standardError ?? 0)];
      return { ...heard, place: (100 * (at + 0.5)) / group.length, points, low: points - error, high: points + error };
    });
}

function signed(points: number): string {
  return `${points > 0 ? "+" : points < 0 ? "−" : ""}${Math.abs(points)}`;
}
