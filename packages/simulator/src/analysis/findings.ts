/**
 * Findings: what is wrong with a plan on its fleet, where it comes from, and what would mend it.
 *
 * @module
 */
import {
  columnOf,
  type EffectiveObjective,
  type Ledger,
  normalised,
  type PartReference,
  type Scorecard,
  totalVariation,
} from "@potluck/core";
import type { Scenario } from "../scenario.ts";

/** Something that a plan does badly, and what to do about it. */
export interface Finding {
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Where the bias of an objective comes from: shares of all weight in [0, 1], beyond those that clients should have which can
 * never be heard.
 */
export interface Causes {
  /** The whole of it. */
  readonly bias: number;
  /** What is due to clients that take more steps than others. */
  readonly steps: number;
  /** How far the weights ω are from the importance that was asked for, whatever the steps. */
  readonly weights: number;
  /** How far from even it is how often clients are heard. */
  readonly participation: number;
}

/** What findings are read off. */
export interface Evidence {
  readonly scenario: Pick<Scenario, "plan" | "objective">;
  readonly scorecard: Scorecard;
  readonly causes: Causes;
  readonly biasOfChance: number;
  readonly versions: number;
  readonly clients: number;
  /** Clients whose devices have less memory than any task of the plan needs: nothing that is waited for makes them heard. */
  readonly tooSmall: number;
  /** Whether no task came to an answer. */
  readonly isSilent: boolean;
  /** Most frequent first. */
  readonly failures: readonly TaskFailures[];
}

/** Tasks that failed for one reason. */
export interface TaskFailures {
  readonly reason: string;
  readonly times: number;
  readonly remedy: string;
}

/** A bias is told if it is this large, and so many times what chance would leave. */
const NOTABLE_BIAS = 0.03;
const TIMES_CHANCE = 2;

/** Shares above which clients idle too much, and ages in versions above which updates are old. */
const MUCH_IDLE = 0.5;
const OLD_VERSIONS = 10;

/**
 * Where the bias of `objective` comes from, beyond what the clients of `neverHeard` leave to the others: their share a of the
 * objective is a bias of a however the others are weighted, and as many of so many clients are that far from an even hearing.
 */
export function causesOf(
  ledger: Ledger,
  { clients, bias }: EffectiveObjective,
  neverHeard: ReadonlySet<number>,
): Causes {
  const asked = clients.map((client) => client.asked);
  const missing = asked.reduce((sum, share, id) => sum + (neverHeard.has(id) ? share : 0), 0);
  const weights = normalised(columnOf(ledger, "contribution"));
  const pulls = normalised(columnOf(ledger, "pull"));
  const uses = normalised(columnOf(ledger, "timesUsed"));
  const even = uses.map(() => 1 / uses.length);
  return {
    bias: beyond(bias ?? 0, missing),
    steps: totalVariation(pulls, weights),
    weights: beyond(totalVariation(weights, asked), missing),
    participation: beyond(totalVariation(uses, even), neverHeard.size / uses.length),
  };
}

/** What of a share is more than cannot be avoided. */
function beyond(share: number, unavoidable: number): number {
  return Math.max(0, share - unavoidable);
}

/** What is wrong, worst first; none for a sound plan. */
export function findingsOf(evidence: Evidence): readonly Finding[] {
  return [crowdedOut, unpublished, unheard, unevenSteps, unevenWeights, idling, aging].flatMap(
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

const unheard: Find = ({ scorecard, versions, tooSmall }) => {
  const left = scorecard.starvation.clientsNeverUsed - tooSmall;
  if (versions === 0 || left <= 0) return null;
  return {
    problem: `${left} ${tooSmall === 0 ? "" : "other "}clients are never heard`,
    remedy: "Run longer, ask more clients at once, or give slow clients more time or less work.",
  };
};

function isNotable(bias: number, { biasOfChance }: Evidence): boolean {
  return bias > NOTABLE_BIAS && bias > TIMES_CHANCE * biasOfChance;
}

const unevenSteps: Find = (evidence) => {
  const { causes } = evidence;
  if (!isNotable(causes.bias, evidence) || causes.steps < NOTABLE_BIAS) return null;
  return {
    problem: `clients take unequal numbers of steps, so that ${percent(causes.steps)} of the pull is not where the weight is`,
    remedy: 'Use aggregation "fed-nova" ("afa-cd" or "afa-cs" where nobody waits), or work that is counted in steps.',
  };
};

const unevenWeights: Find = (evidence) => {
  const { causes, scenario } = evidence;
  if (!isNotable(causes.bias, evidence) || causes.weights < NOTABLE_BIAS) return null;
  if (causes.participation < NOTABLE_BIAS) {
    return {
      problem: `${percent(causes.weights)} of the weight goes to the wrong clients, though all are heard alike`,
      remedy: `Use weighting "${weightingFor(scenario)}": the objective is ${objectiveOf(scenario)}.`,
    };
  }
  return {
    problem: `some clients are heard more often than others, and ${percent(causes.weights)} of the weight goes to the wrong ones`,
    remedy: correctionFor(evidence),
  };
};

function objectiveOf({ objective }: Evidence["scenario"]): string {
  return objective ?? "per-example";
}

function weightingFor(scenario: Evidence["scenario"]): string {
  return objectiveOf(scenario) === "per-client" ? "uniform" : "by-examples";
}

/** What makes clients count as asked however often they are heard. */
function correctionFor({ scenario }: Evidence): string {
  const { participation, staleness, aggregation } = partsOf(scenario);
  const weighting = weightingFor(scenario);
  const divideBy = weighting === "uniform" ? "clients" : "examples";
  const sum = `aggregation "sum" divided by "${divideBy}", with weighting "${weighting}"`;
  if (participation?.name === "uncorrected") {
    return `Use participation "inverse" and ${sum}; or aggregation "afa-cs", which remembers everyone's latest update.`;
  }
  if (staleness !== undefined && staleness.name !== "constant") {
    return `The discount "${staleness.name}" takes from the slow what the correction gives them: use staleness "constant".`;
  }
  if (aggregation?.name !== "sum") return `A mean undoes the correction: use ${sum}.`;
  return `Use ${sum}; and give the estimates of participation more versions to settle.`;
}

function partsOf({ plan }: Evidence["scenario"]): Readonly<Partial<Record<string, PartReference>>> {
  return Object.fromEntries(plan.parts.map((part) => [part.room, part]));
}

const idling: Find = ({ scorecard, scenario }) => {
  const { idleShare } = scorecard.delay;
  const { pacing } = partsOf(scenario);
  if (idleShare < MUCH_IDLE) return null;
  const remedy =
    pacing?.name === "rounds"
      ? 'Use a larger cohort, or a pacing that does not wait: "fed-buff", "fed-fix", "fed-compass".'
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
