/**
 * What the arms really optimised, client by client.
 *
 * @module
 */
import { type Arm, type Arms, hasHeard, meanOf, counted, percent } from "@potluck/comparison";
import type { Figure } from "../charts/chart.ts";
import { biasPlot, type Heard } from "../charts/bias-plot.ts";
import { colourLegend, tierColour } from "../tiers.ts";
import { ofFew } from "./note.ts";

/** A client of one run. */
interface ArmClient extends Heard {
  readonly arm: string;
  readonly seed: number;
  readonly client: number;
  readonly asked: number;
  readonly realised: number;
}

/** The chart of what was optimised; none where no run knows. */
export function objectiveFigures(arms: Arms): readonly Figure[] {
  const groups = arms.map(clientsOf);
  const heard = groups.flat();
  if (heard.length === 0) return [];
  return [
    {
      title: "What was really optimised",
      note: `Each dot is a client of one run: by how many points of a hundred its share of all pull, which is weight times solver steps, was more than that of its loss in the objective that was asked for. Above the line it was heard too much, below too little. At the end of each run; the fewer updates, the more of it is chance.${ofFew(arms.flatMap(noteOf))}`,
      draw: (width) => biasPlot(groups, width),
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
  return runs
    .filter(({ outcome }) => hasHeard(outcome))
    .flatMap(({ seed, outcome }) =>
      outcome.effectiveObjective.clients.flatMap(({ bias, ...importance }, client) => {
        if (bias === null) return [];
        const about = `${name}, client ${client}, seed ${seed}: asked ${percent(importance.asked)}, had ${percent(importance.realised)}`;
        return [{ arm: name, colour: tierColour(at), seed, client, about, bias, ...importance }];
      }),
    );
}

/** How far an arm was off, over the runs that heard somebody; and of how many runs nobody was heard in. */
function noteOf({ name, runs }: Arm): readonly string[] {
  const biases = runs
    .filter(({ outcome }) => hasHeard(outcome))
    .map(({ outcome }) => outcome.effectiveObjective.bias)
    .filter((bias) => bias !== null);
  if (biases.length === 0) return [`${name} heard no client.`];
  const unheard = runs.length - biases.length;
  const rest = unheard === 0 ? "" : `; in ${counted(unheard, "run")} it heard no client`;
  return [`${name} gave ${percent(meanOf(biases))} of all pull to the wrong clients${rest}.`];
}
