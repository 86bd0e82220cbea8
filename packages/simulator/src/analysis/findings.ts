/**
 * Findings: what is wrong with a plan on its fleet, where it comes from, and what would mend it.
 *
 * @module
 */
import { cancelsWeights, type PartReference, type Scorecard, type Seconds } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { type Bias, drawsByExamples, isEvenedOut, isNotable, NOTABLE_BIAS, partsIn, worstTier } from "./bias.ts";
import type { TriedRemedy } from "./remedies.ts";

/** Something that a plan does badly, and what to do about it. */
export interface Finding {
  readonly problem: string;
  readonly remedy: string;
}

/** What findings are read off. */
export interface Evidence {
  readonly scenario: Pick<Scenario, "plan" | "objective">;
  readonly scorecard: Scorecard;
  readonly bias: Bias;
  /** What lowers the bias, or null where nothing does; "untried" where that would take too long. */
  readonly biasRemedy: TriedRemedy | null | "untried";
  /** What is so where every conversion is believed and where none is; null where nothing is converted. */
  readonly conversion: ConversionRange | null;
  readonly versions: number;
  /** Updates that went into a model. */
  readonly updates: number;
  readonly clients: number;
  /** The most examples that a client holds. */
  readonly mostExamples: number;
  /** How long the server still had to convert at the end of the run, and how long that was. */
  readonly secondsBehind: Seconds;
  readonly virtualSeconds: Seconds;
  /** Clients whose devices have less memory than any task of the plan needs: nothing that is waited for makes them heard. */
  readonly tooSmall: number;
  /** Whether no task came to an answer. */
  readonly isSilent: boolean;
  /** Most frequent first. */
  readonly failures: readonly TaskFailures[];
}

/** What a run does where all conversions are believed, which is what its analysis shows, and where none is. */
export interface ConversionRange {
  readonly believed: ConversionEnd;
  readonly disbelieved: ConversionEnd;
}

/** The bias of the objective, a share in [0, 1], and the age in versions of the oldest update that was used. */
export interface ConversionEnd {
  readonly bias: number;
  readonly stalenessMax: number | null;
}

/** Tasks that failed for one reason. */
export interface TaskFailures {
  readonly reason: string;
  readonly times: number;
  readonly remedy: string;
}

/** Shares above which clients idle too much and work comes to nothing too often, and ages in versions above which updates are old. */
const MUCH_IDLE = 0.5;
const MUCH_WASTED = 0.5;
const MUCH_BEHIND = 0.1;
const OLD_VERSIONS = 10;

/** Standard deviations from what chance leaves unheard. */
const UNHEARD_DEVIATIONS = 2;

/** What is wrong, worst first; none for a sound plan. */
export function findingsOf(evidence: Evidence): readonly Finding[] {
  return [crowdedOut, unpublished, unheard, untold, congested, biased, wasting, idling, aging].flatMap(
    (find) => find(evidence) ?? [],
  );
}

type Find = (evidence: Evidence) => Finding | null;

const crowdedOut: Find = ({ tooSmall, clients }) => {
  if (tooSmall === 0) return null;
  return {
    problem: `${tooSmall} of ${clients} clients can never be heard: a task needs more memory than their devices have`,
    remedy: "Use a smaller model or smaller batches, or devices with more memory.",
  };
};

/** Where every task fails, what mends the most frequent failure is all that helps. */
const unpublished: Find = ({ versions, isSilent, failures, tooSmall, clients }) => {
  if (versions > 0 || tooSmall === clients) return null;
  const problem = "no model is ever published";
  const [most] = failures;
  return isSilent && most !== undefined
    ? { problem: `${problem}: tasks come to nothing, most often since ${most.reason}`, remedy: most.remedy }
    : { problem, remedy: "Ask fewer clients, or wait longer, or accept a quorum." };
};

const unheard: Find = ({ scorecard, versions, tooSmall, clients, updates }) => {
  const left = scorecard.starvation.clientsNeverUsed - tooSmall;
  if (versions === 0 || left <= mostUnheardByChance(clients - tooSmall, updates)) return null;
  const others = tooSmall === 0 ? "" : "other ";
  return {
    problem: left === 1 ? `one ${others}client is never heard` : `${left} ${others}clients are never heard`,
    remedy: "Run longer, ask more clients at once, or give slow clients more time or less work.",
  };
};

/** So many of n clients may be left out where each of U updates comes from any of them alike. */
function mostUnheardByChance(clients: number, updates: number): number {
  const [one, two] = [(1 - 1 / clients) ** updates, Math.max(0, 1 - 2 / clients) ** updates];
  const mean = clients * one;
  const variance = mean * (1 - one) + clients * (clients - 1) * (two - one * one);
  return mean + UNHEARD_DEVIATIONS * Math.sqrt(Math.max(0, variance));
}

/** Training decides which conversions are believed, and only the clock ran. */
const untold: Find = ({ conversion }) => {
  if (conversion === null) return null;
  const [believed, disbelieved] = [conversion.believed, conversion.disbelieved].map(
    ({ bias, stalenessMax }) =>
      `${percent(bias)} of the pull goes to the wrong clients, and updates are at most ${stalenessMax ?? 0} versions old`,
  );
  return {
    problem: `how far conversions are believed cannot be told without training: with all of them ${believed}, which is what is shown here; with none ${disbelieved}`,
    remedy: "Simulate it with training before you rely on these figures.",
  };
};

/** A server that is slower than updates that want a conversion come in falls ever further behind. */
const congested: Find = ({ conversion, secondsBehind, virtualSeconds }) => {
  if (conversion === null || secondsBehind <= MUCH_BEHIND * virtualSeconds) return null;
  return {
    problem: `the server is ${secondsBehind.toFixed(1)} s behind with conversions at the end of ${virtualSeconds.toFixed(1)} s: it does not keep up`,
    remedy: FASTER_CONVERSIONS,
  };
};

const FASTER_CONVERSIONS = "Give the server more speed, or conversions fewer iterations or a larger fromStaleness.";

const biased: Find = (evidence) => {
  const { bias, biasRemedy } = evidence;
  if (!isNotable(bias)) return null;
  const tier = worstTier(bias);
  const voice =
    tier === null
      ? ""
      : `; tier "${tier.tier}" has ${percent(tier.realised)} of it and should have ${percent(tier.asked)}`;
  const wrong = `${percent(bias.share)} of the pull goes to the wrong clients${voice}`;
  return { problem: `${causesOf(evidence).join(", and ")}: ${wrong}`, remedy: adviceOf(biasRemedy) };
};

/** Where a bias comes from, in words. */
function causesOf(evidence: Evidence): readonly string[] {
  const { scenario, bias } = evidence;
  const causes = bias.participation >= NOTABLE_BIAS ? unevenHearing(evidence) : [];
  if (bias.steps >= NOTABLE_BIAS && !isPerStep(partsIn(scenario.plan)["aggregation"])) {
    causes.push("clients take unequal numbers of steps");
  }
  const wrong = wrongWeighting(evidence);
  if (wrong !== null) causes.push(wrong);
  return causes.length === 0 ? ["clients do not count as they should"] : causes;
}

/** Why updates do not weigh what the objective asks for, in words; null where they do. */
function wrongWeighting({ scenario, bias, mostExamples }: Evidence): string | null {
  const { pacing, aggregation, weighting } = partsIn(scenario.plan);
  if (weighting === undefined || bias.weights < NOTABLE_BIAS) return null;
  if (pacing !== undefined && aggregation !== undefined && cancelsWeights(pacing, aggregation)) {
    return `pacing "${pacing.name}" publishes every update alone, in which aggregation "${aggregation.name}" cancels its weight`;
  }
  const { examplesCap } = weighting.options;
  return typeof examplesCap === "number" && examplesCap < mostExamples && objectiveOf(scenario) === "per-example"
    ? `weighting "${weighting.name}" counts no more than ${examplesCap} examples of a client, which holds up to ${mostExamples}`
    : `weighting "${weighting.name}" is not that of the objective, which is ${objectiveOf(scenario)}`;
}

/** Why it matters that clients are heard unevenly; nothing where the plan makes up for it. */
function unevenHearing({ scenario, scorecard }: Evidence): string[] {
  const { plan } = scenario;
  const { staleness } = partsIn(plan);
  const causes = isEvenedOut(plan) ? [] : [unevenIn(scenario)];
  const isDiscounted = staleness !== undefined && staleness.name !== "constant";
  if (isDiscounted && (scorecard.delay.stalenessMax ?? 0) > 0) {
    causes.push(`the discount "${staleness.name}" takes from those that are late`);
  }
  return causes;
}

function unevenIn(scenario: Evidence["scenario"]): string {
  if (!drawsByExamples(scenario)) return "some clients are heard more often than others";
  return objectiveOf(scenario) === "per-client"
    ? 'selection "by-examples" is not that of the objective, which is per-client'
    : 'clients are not heard as often as selection "by-examples" means them to be';
}

function objectiveOf({ objective }: Evidence["scenario"]): string {
  return objective ?? "per-example";
}

/** Whether an aggregation makes up for unequal numbers of steps. */
function isPerStep(aggregation: PartReference | undefined): boolean {
  if (aggregation === undefined) return false;
  return ["fed-nova", "afa-cd"].includes(aggregation.name) || aggregation.options["perStep"] === "on";
}

function adviceOf(remedy: Evidence["biasRemedy"]): string {
  if (remedy === "untried") return "The run is too long to try remedies: analyse fewer versions.";
  if (remedy === null) {
    return "No other weights that were tried lower it: give clients work and time that fit their speed.";
  }
  const { use, left, mends, changesAggregation } = remedy;
  const rates = changesAggregation ? " Tune the learning rates again." : "";
  return `Use ${use}: ${mends ? "" : "of what was tried "}that lowers it ${mends ? "" : "most, "}to ${percent(left)}.${rates}`;
}

const wasting: Find = ({ scorecard, scenario, versions, failures }) => {
  const { wastedWorkShare } = scorecard.unfairShare;
  if (versions === 0 || wastedWorkShare <= MUCH_WASTED) return null;
  return {
    problem: `${percent(wastedWorkShare)} of the work comes to nothing`,
    remedy: lessWaste(scorecard, failures, partsIn(scenario.plan)),
  };
};

/** What mends the most frequent reason why work comes to nothing. */
function lessWaste(
  { delay }: Scorecard,
  [failure]: readonly TaskFailures[],
  { pacing, conversion }: ReturnType<typeof partsIn>,
): string {
  const { tasksFailed, updatesAbandoned, updatesLate, tasksRecalled } = delay;
  const most = Math.max(tasksFailed, updatesAbandoned, updatesLate, tasksRecalled);
  if (most === 0) return "Run longer: tasks that are out at the end have come to nothing.";
  if (most === tasksFailed && failure !== undefined) return failure.remedy;
  if (most === updatesAbandoned && pacing?.name !== "rounds") {
    return conversion?.name === "gradient-inversion"
      ? `${FASTER_CONVERSIONS} Updates still waited for it at the end.`
      : "Run longer: updates that waited at the end have come to nothing.";
  }
  if (most === updatesAbandoned) return "Give rounds more time, or accept a smaller quorum.";
  return "Give clients more time or less work, ask fewer beyond those that are wanted, or use a pacing that does not call back.";
}

const idling: Find = ({ scorecard, scenario, clients }) => {
  const { idleShare } = scorecard.delay;
  const { pacing } = partsIn(scenario.plan);
  if (idleShare < MUCH_IDLE) return null;
  const remedy =
    pacing?.name === "rounds"
      ? `Use ${Number(pacing.options["cohort"]) < clients ? "a larger cohort, or " : ""}a pacing that does not wait: "fed-buff", "fed-fix", "fed-compass".`
      : "Let more clients work at once, or make intervals shorter.";
  return { problem: `clients are idle ${percent(idleShare)} of the time that they are there`, remedy };
};

const aging: Find = ({ scorecard }) => {
  const { stalenessP95 } = scorecard.delay;
  if (stalenessP95 === null || stalenessP95 <= OLD_VERSIONS) return null;
  return {
    problem: `one update in twenty is ${stalenessP95} versions old or older`,
    remedy: "Let fewer clients work at once, collect more updates in a version, or give slow clients less work.",
  };
};

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
