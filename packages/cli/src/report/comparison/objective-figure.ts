/**
 * What the arms really optimised, client by client.
 *
 * @module
 */
import type { Arm, Arms } from "../../comparison/arms.ts";
import { meanOf } from "../../comparison/statistics.ts";
import type { Figure } from "../charts/chart.ts";
import { type Heard, objectivePlot } from "../charts/objective-plot.ts";
import { percent } from "../format.ts";
import { colourLegend, tierColour } from "../tiers.ts";
import { ofFew } from "./note.ts";

/** A client of one run. */
interface ArmClient extends Heard {
  readonly arm: string;
  readonly seed: number;
  readonly client: number;
  readonly bias: number;
}

/** The chart of what was optimised; none where no run knows. */
export function objectiveFigures(arms: Arms): readonly Figure[] {
  const heard = arms.flatMap(clientsOf);
  if (heard.length === 0) return [];
  return [
    {
      title: "What was really optimised",
      note: `Each dot is a client of one run: the share of its loss in the objective that was asked for, and the share of all aggregation weight that it had. Above the diagonal it was heard too much, below too little.${ofFew(arms.flatMap(noteOf))}`,
      draw: (width) => objectivePlot(heard, width),
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

function clientsOf({ name, runs }: Arm, at: number): readonly ArmClient[] {
  return runs.flatMap(({ seed, outcome }) =>
    outcome.effectiveObjective.clients.map((importance, client) => ({
      arm: name,
      colour: tierColour(at),
      seed,
      client,
      about: `${name}, client ${client}, seed ${seed}: asked ${percent(importance.asked)}, had ${percent(importance.realised)}`,
      ...importance,
    })),
  );
}

function noteOf({ name, runs }: Arm): readonly string[] {
  const biases = runs.flatMap(({ outcome }) => outcome.effectiveObjective.bias);
  return biases.length === 0 ? [] : [`${name} gave ${percent(meanOf(biases))} of all weight to the wrong clients.`];
}
