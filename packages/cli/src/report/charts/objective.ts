/**
 * What the run really optimised: for each client by how much its share of all pull, which is weight times solver steps, was off
 * the share of its loss in the objective that was asked for, and whether that is more than chance.
 *
 * @module
 */
import { count, counted, decimal, percent, type Table } from "@potluck/comparison";
import type { Report, ReportClient } from "../report.ts";
import { tierColour, tierLegend, tierNames } from "../tiers.ts";
import type { Figure } from "./chart.ts";
import { biasPlot, CHANCE, ERRORS_SHOWN_LIMIT } from "./bias-plot.ts";

const ASKED = {
  "per-example": "each example was to count alike",
  "per-client": "each client was to count alike",
} as const;

/** The most clients that are listed. */
const FARTHEST_LIMIT = 50;

/** What stands for a number that there is not yet. */
const NONE = "–";

/** A share that is no more than rounding. */
const NEGLIGIBLE = 1e-9;

/** The chart of what was optimised. */
export function objectiveChart(report: Report): Figure {
  const { clients } = report;
  const isHeard = clients.some(({ pull }) => pull > 0);
  const tiers = tierNames(report);
  const heard = clients.map((client) => ({
    colour: tierColour(tiers.indexOf(client.tier)),
    bias: excessOf(client),
    standardError: client.pullError,
    about: titleOf(client),
  }));
  return {
    title: "What was really optimised",
    note: isHeard ? noteOf(report) : "No update has gone into a model.",
    draw: isHeard ? (width) => biasPlot([heard], width) : null,
    legend: tierLegend(report),
    table: tableOf(clients, isHeard),
    data: {
      name: "effective-objective",
      columns: ["client", "tier", "asked", "realised", "bias", "standardError"],
      rows: clients.map((client) => [
        client.id,
        client.tier,
        client.asked,
        client.pull,
        isHeard ? excessOf(client) : null,
        client.pullError,
      ]),
    },
  };
}

function noteOf(report: Report): string {
  const { asked, bias, effectiveClients } = report.objective;
  const hasErrors = report.headline.rounds > 1 && report.clients.length <= ERRORS_SHOWN_LIMIT;
  const errors = hasErrors ? ", with two standard errors to each side" : "";
  const unsteady =
    effectiveClients === null
      ? ""
      : ` Averages over the clients are as unsteady as those of ${decimal(effectiveClients)} clients heard alike.`;
  return (
    `Each dot is a client: by how many points of a hundred its share of all pull, which is weight times solver steps, was more than that of its loss in the ` +
    `objective that was asked for (${ASKED[asked]})${errors}. Above the line it was heard too much, below too little. ` +
    `${percent(bias)} of all pull went to the wrong clients.${chanceNote(report)}${unsteady}`
  );
}

/** How many biases are no matter of chance; of one version nothing can be said, and little of who was never heard. */
function chanceNote({ clients, headline }: Report): string {
  if (headline.rounds < 2) return "";
  const heard = clients.filter(({ pull }) => pull > 0);
  const off = heard.filter(
    ({ pull, pullError, asked }) => pullError !== null && Math.abs(pull - asked) > CHANCE * pullError + NEGLIGIBLE,
  ).length;
  return ` Of the ${counted(heard.length, "client")} that ${heard.length === 1 ? "was" : "were"} heard, ${count(off)} ${off === 1 ? "is" : "are"} off by more than two standard errors.`;
}

/** The clients that are farthest off, in the end; none is while nobody was heard. */
function tableOf(clients: readonly ReportClient[], isHeard: boolean): Table {
  const sorted = clients.toSorted((a, b) => Math.abs(excessOf(b)) - Math.abs(excessOf(a)));
  const all = clients.length <= FARTHEST_LIMIT;
  return {
    caption: all ? "All clients, those farthest off first" : `The ${FARTHEST_LIMIT} clients farthest off`,
    columns: ["client", "tier", "asked for", "had", "bias", "standard error"],
    rows: sorted
      .slice(0, FARTHEST_LIMIT)
      .map((client) => [
        client.id,
        client.tier,
        percent(client.asked),
        percent(client.pull),
        isHeard ? signedPoints(excessOf(client)) : NONE,
        client.pullError === null ? NONE : percent(client.pullError),
      ]),
  };
}

/** By how much its share is more than that asked for: its bias, once anybody was heard. */
function excessOf({ pull, asked }: ReportClient): number {
  return pull - asked;
}

/** "+1.2 points": by how much a share is more than another one. */
function signedPoints(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${(100 * Math.abs(difference)).toFixed(1)} points`;
}

function titleOf({ id, tier, asked, pull }: ReportClient): string {
  return `client ${id} (${tier}): asked ${percent(asked)}, had ${percent(pull)}`;
}
