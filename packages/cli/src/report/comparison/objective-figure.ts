/**
 * What the arms really optimised: for each client the share of its loss in the objective that was asked for, against the share
 * that it had. On the diagonal a client was heard as it should.
 *
 * @module
 */
import { axisX, axisY, dot, gridX, gridY, link, type PlotOptions } from "@observablehq/plot";
import type { Arm, Arms } from "../../comparison/arms.ts";
import { meanOf } from "../../comparison/statistics.ts";
import { CLIENTS_SHOWN_LIMIT, type Figure, frame, MUTED, RULE } from "../charts/chart.ts";
import { spreadSample } from "../charts/sample.ts";
import { percent } from "../format.ts";
import { colourLegend, tierColour } from "../tiers.ts";
import { ofFew } from "./note.ts";

/** A client of one run. */
interface Heard {
  readonly arm: string;
  readonly colour: string;
  readonly seed: number;
  readonly client: number;
  readonly asked: number;
  readonly realised: number;
  readonly bias: number;
  readonly standardError: number;
}

/** The chart of what was optimised; none where no run knows. */
export function objectiveFigures(arms: Arms): readonly Figure[] {
  const heard = arms.flatMap(({ name, runs }, at) =>
    runs.flatMap(({ seed, outcome }) =>
      outcome.effectiveObjective.clients.map((importance, client) => ({
        arm: name,
        colour: tierColour(at),
        seed,
        client,
        ...importance,
      })),
    ),
  );
  if (heard.length === 0) return [];
  return [
    {
      title: "What was really optimised",
      note: `Each dot is a client of one run: the share of its loss in the objective that was asked for, and the share of all aggregation weight that it had. Above the diagonal it was heard too much, below too little.${ofFew(arms.flatMap(noteOf))}`,
      draw: (width) => plotOf(heard, width),
      legend: colourLegend(
        arms.map(({ name }) => name),
        "Colours of the arms",
      ),
      data: {
        name: "effective-objective",
        columns: ["arm", "seed", "client", "asked", "realised", "bias", "standardError"],
        rows: heard.map((one) => [one.arm, one.seed, one.client, one.asked, one.realised, one.bias, one.standardError]),
      },
    },
  ];
}

function noteOf({ name, runs }: Arm): readonly string[] {
  const biases = runs.flatMap(({ outcome }) => outcome.effectiveObjective.bias);
  return biases.length === 0 ? [] : [`${name} gave ${percent(meanOf(biases))} of all weight to the wrong clients.`];
}

function plotOf(heard: readonly Heard[], width: number): PlotOptions {
  const most = 100 * heard.reduce((highest, { asked, realised }) => Math.max(highest, asked, realised), 0);
  const ticks = width < 500 ? 4 : 6;
  return {
    ...frame,
    width,
    height: 320,
    marginRight: 16,
    x: { domain: [0, most] },
    y: { domain: [0, most] },
    marks: [
      gridX({ stroke: RULE, strokeOpacity: 1, ticks }),
      gridY({ stroke: RULE, strokeOpacity: 1, ticks }),
      axisX({ label: "asked for (%)", labelArrow: "none", labelAnchor: "right", ticks }),
      axisY({ label: "had (%)", labelArrow: "none", ticks }),
      link([most], { x1: 0, y1: 0, x2: (end: number) => end, y2: (end: number) => end, stroke: MUTED }),
      dot(spreadSample(heard, CLIENTS_SHOWN_LIMIT), {
        x: ({ asked }: Heard) => 100 * asked,
        y: ({ realised }: Heard) => 100 * realised,
        r: 3,
        fill: "colour",
        fillOpacity: 0.7,
        title: ({ arm, client, seed, asked, realised }: Heard) =>
          `${arm}, client ${client}, seed ${seed}: asked ${percent(asked)}, had ${percent(realised)}`,
      }),
    ],
  };
}
