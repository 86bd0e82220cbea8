/**
 * The bias of the objective that a simulated plan optimises: how large it is, where it comes from, and whether it may be chance.
 *
 * @module
 */
import {
  cancelsWeights,
  catalogue,
  clientId,
  columnOf,
  countsAbsence,
  type EffectiveObjective,
  type Ledger,
  type Machine,
  makePart,
  normalised,
  type PartReference,
  type Plan,
  total,
  totalVariation,
} from "@potluck/core";
import type { Simulation } from "../run/simulation.ts";
import { objectiveOf, type Scenario, type Stage } from "@potluck/scenario";

/** A bias: shares of all weight in [0, 1], beyond those that clients should have which can never be heard. */
export interface Bias {
  /** The whole of it. */
  readonly share: number;
  /** What chance alone leaves in a run of this length. */
  readonly ofChance: number;
  /** What is due to clients that take more steps than others. */
  readonly steps: number;
  /** How far it is from what they should be, how often clients are heard: alike, or by their examples where those draw them. */
  readonly participation: number;
  /** How far it is from what the objective asks for, how much an update counts where each client is heard as often as it should be. */
  readonly weights: number;
  /** The tiers of devices. */
  readonly tiers: readonly TierVoice[];
}

/** What the clients of a tier have together, shares in [0, 1]. */
export interface TierVoice {
  readonly tier: string;
  readonly asked: number;
  readonly realised: number;
  /** The standard error of `realised`, with its clients taken as independent; 0 where it is not known. */
  readonly standardError: number;
}

/** A bias is told if it is this large, and so many times what chance would leave, or so many standard errors of a tier. */
export const NOTABLE_BIAS = 0.03;
const TIMES_CHANCE = 2;
const TIMES_ERROR = 4;

/** The bias of a simulation, beyond what the clients of `neverHeard` leave to the others: their share is one however the others are weighted. */
export function biasOf({ stage, machine }: Simulation, neverHeard: ReadonlySet<number>): Bias {
  const { ledger } = machine;
  const objective = objectiveOf(stage.scenario, machine);
  const missing = total(objective.clients.map(({ asked }, id) => (neverHeard.has(id) ? asked : 0)));
  return {
    share: beyond(objective.bias ?? 0, missing),
    ofChance: chanceOf(objective),
    steps: stepsIn(ledger),
    participation: participationIn(stage.scenario, ledger, neverHeard),
    weights: weightsIn(stage.scenario, machine, objective),
    // Where nobody is heard, or the others have the voice of those that cannot be, no weights are at fault.
    tiers: objective.bias === null || neverHeard.size > 0 ? [] : tiersIn(stage, objective),
  };
}

function participationIn(scenario: Scenario, ledger: Ledger, neverHeard: ReadonlySet<number>): number {
  const uses = normalised(columnOf(ledger, "timesUsed"));
  const isByExamples = drawsByExamples(scenario) && scenario.objective !== "per-client";
  const meant = isByExamples ? normalised(columnOf(ledger, "examples")) : uses.map(() => 1 / uses.length);
  return beyond(totalVariation(uses, meant), total(meant.filter((_, id) => neverHeard.has(id))));
}

/** By its weight alone: neither how often a client is heard nor how many steps it takes is in it. */
function weightsIn({ plan, objective }: Scenario, { ledger, fleet }: Machine, { clients }: EffectiveObjective): number {
  const { weighting, pacing, aggregation } = partsIn(plan);
  if (weighting === undefined || pacing === undefined || aggregation === undefined) return 0;
  const { weigh } = makePart("weighting", catalogue.weighting, weighting);
  const isIdle = cancelsWeights(pacing, aggregation);
  const isDrawn = drawsByExamples({ plan }) && objective !== "per-client" && !isEvenedOut(plan);
  const voices = columnOf(ledger, "examples").map((examples, id) => {
    const client = fleet.client(clientId(id));
    const weight = isIdle ? 1 : weigh({ examples, steps: 1, staleness: 0, client });
    return isDrawn ? examples * weight : weight;
  });
  return totalVariation(
    normalised(voices),
    clients.map(({ asked }) => asked),
  );
}

/** Whether it does not matter how often a client is heard, but for discounts. */
export function isEvenedOut(plan: Plan): boolean {
  const { aggregation, participation } = partsIn(plan);
  if (aggregation?.name !== "sum" || participation === undefined) return countsLatest(plan);
  return countsAbsence(participation);
}

/** Whether the latest update of every client counts on in every version. */
function countsLatest(plan: Plan): boolean {
  return partsIn(plan)["aggregation"]?.name === "afa-cs";
}

/** The parts of a plan by their rooms. */
export function partsIn({ parts }: Plan): Readonly<Partial<Record<string, PartReference>>> {
  return Object.fromEntries(parts.map((part) => [part.room, part]));
}

/** Whether the selection means clients to be heard in proportion to their examples, not all alike. */
export function drawsByExamples({ plan }: Pick<Scenario, "plan">): boolean {
  return partsIn(plan)["selection"]?.name === "by-examples";
}

function stepsIn(ledger: Ledger): number {
  return totalVariation(normalised(columnOf(ledger, "pull")), normalised(columnOf(ledger, "contribution")));
}

/** What of a share is more than cannot be avoided. */
function beyond(share: number, unavoidable: number): number {
  return Math.max(0, share - unavoidable);
}

/** Half the sum of the mean absolute deviations of normal errors as large as the standard errors. */
function chanceOf({ clients }: EffectiveObjective): number {
  const errors = clients.reduce((sum, { standardError }) => sum + (standardError ?? 0), 0);
  return (errors * Math.sqrt(2 / Math.PI)) / 2;
}

function tiersIn({ devices }: Stage, { clients }: EffectiveObjective): readonly TierVoice[] {
  const sums = new Map<string, { asked: number; realised: number; squares: number }>();
  clients.forEach(({ asked, realised, standardError }, id) => {
    const tier = devices[id]?.tier ?? "";
    const own = sums.get(tier) ?? { asked: 0, realised: 0, squares: 0 };
    const squares = own.squares + (standardError ?? 0) ** 2;
    sums.set(tier, { asked: own.asked + asked, realised: own.realised + realised, squares });
  });
  return [...sums].map(([tier, { asked, realised, squares }]) => ({
    tier,
    asked,
    realised,
    standardError: Math.sqrt(squares),
  }));
}

/** Whether clients, or whole tiers, are heard too much or too little by more than chance. */
export function isNotable(bias: Bias): boolean {
  return isNotableOfClients(bias) || worstTier(bias) !== null;
}

function isNotableOfClients({ share, ofChance }: Bias): boolean {
  return share > NOTABLE_BIAS && share > TIMES_CHANCE * ofChance;
}

/** The tier that has least of what it should have, if that is more than chance; else null. */
export function worstTier({ tiers }: Bias): TierVoice | null {
  const [worst] = tiers
    .filter(
      ({ asked, realised, standardError }) => asked - realised > Math.max(NOTABLE_BIAS, TIMES_ERROR * standardError),
    )
    .toSorted((a, b) => b.asked - b.realised - (a.asked - a.realised));
  return worst ?? null;
}

/** What is to be lowered: the bias between clients, or, where chance may be behind that, between tiers. */
export function measureOf(bias: Bias): (of: Bias) => number {
  if (isNotableOfClients(bias)) return ({ share }) => share;
  return ({ tiers }) => total(tiers.map(({ asked, realised }) => Math.abs(realised - asked))) / 2;
}
