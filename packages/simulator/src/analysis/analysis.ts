/**
 * The analysis of a plan on a fleet, without training: how much each client will count, how old updates will be, how much
 * is done in an hour, and what is wrong with it.
 *
 * Who is asked when, and who answers when, does not depend on what is learned. So the clock alone says which weighting of
 * the clients a plan really optimises: after the general theory of Fraboni, Vidal, Kameni, Lorenzi, JMLR 2023,
 * https://arxiv.org/abs/2206.10189, see `effectiveObjective`.
 *
 * @module
 */
import {
  clientTimes,
  columnOf,
  type EffectiveObjective,
  present,
  type Scorecard,
  type Seconds,
  type Warning,
} from "@potluck/core";
import { type Scenario, type Stage, type TimingResult, timingResultOf } from "@potluck/scenario";
import { runClock, type TimingOptions } from "../run/simulate.ts";
import type { Simulation } from "../run/simulation.ts";
import { type Bias, biasOf, isNotable } from "./bias.ts";
import {
  type ConversionEnd,
  type ConversionRange,
  type Evidence,
  type Finding,
  findingsOf,
  type TaskFailures,
} from "./findings.ts";
import { remedyOf } from "./remedies.ts";

/** The clients of one tier of devices. */
export interface TierAnalysis {
  readonly tier: string;
  readonly clients: number;
  /** The share of their losses in the objective that was asked for, and in the one that is optimised. */
  readonly asked: number;
  readonly realised: number;
  /** Updates of one of them that go into a model in an hour. */
  readonly updatesPerHour: number;
  /** Share of their time online in which they have no task; null where none is ever online. */
  readonly idleShare: number | null;
}

/** What a plan does on a fleet. All times are virtual. */
export interface Analysis {
  readonly scenario: string;
  readonly seed: number;
  readonly status: TimingResult["status"];
  readonly ended: string;
  readonly versions: number;
  readonly virtualSeconds: Seconds;
  readonly versionsPerHour: number;
  readonly updatesPerHour: number;
  /** Mean age of the updates used, in versions; null where none was. */
  readonly meanStaleness: number | null;
  /** How many updates were used at each age, youngest first. */
  readonly staleness: readonly (readonly [age: number, updates: number])[];
  readonly scorecard: Scorecard;
  readonly effectiveObjective: EffectiveObjective;
  /** The bias that chance alone leaves in a run of this length: what is not above it means nothing. */
  readonly biasOfChance: number;
  readonly tiers: readonly TierAnalysis[];
  /** Why tasks failed, how often, and what to do about it, most frequent first. */
  readonly failures: readonly TaskFailures[];
  /** What is so where every conversion of an old update is believed, as in all the rest, and where none is; null where none is made. */
  readonly conversion: ConversionRange | null;
  readonly findings: readonly Finding[];
  /** What may go wrong with the plan on any fleet. */
  readonly warnings: readonly Warning[];
}

/** Analyses a scenario's plan on its fleet. Throws the faults of its parts. */
export async function analyse(options: TimingOptions): Promise<Analysis> {
  const { simulation } = await runClock(options);
  const bias = biasOf(simulation, tooSmallIn(simulation.stage));
  const biasRemedy = await triedRemedy(simulation, bias, options);
  return analysisOf(simulation, { bias, biasRemedy, conversion: await conversionRange(simulation, options) });
}

/** Conversions that are not believed take their time all the same, and leave updates as they are. */
async function conversionRange(
  simulation: Simulation,
  { seed, signal }: TimingOptions,
): Promise<Evidence["conversion"]> {
  if (simulation.converter.costs().conversions === 0) return null;
  const { scenario } = simulation.stage;
  const without = await runClock({ scenario, seed, believesConversions: false, ...(signal && { signal }) });
  return { believed: endOf(simulation), disbelieved: endOf(without.simulation) };
}

function endOf(simulation: Simulation): ConversionEnd {
  const { scorecard, effectiveObjective } = timingResultOf(simulation, 0);
  return { bias: effectiveObjective.bias ?? 0, stalenessMax: scorecard.delay.stalenessMax };
}

/** The most happenings of a run that is repeated to try remedies. */
const MAX_EVENTS_TO_TRY = 2 ** 20;

async function triedRemedy(
  { events, ending, stage }: Simulation,
  bias: Bias,
  options: TimingOptions,
): Promise<Evidence["biasRemedy"]> {
  if (!isNotable(bias)) return null;
  if (events > MAX_EVENTS_TO_TRY || ending === null) return "untried";
  const { seed, signal } = options;
  const biasWith = async (scenario: Scenario): Promise<Bias | null> => {
    const { simulation } = await runClock({ scenario, seed, ...(signal && { signal }) });
    const isWhole = simulation.ending !== null && simulation.machine.ledger.versions > 0;
    return isWhole ? biasOf(simulation, tooSmallIn(simulation.stage)) : null;
  };
  return remedyOf(stage.scenario, bias, biasWith);
}

function analysisOf(simulation: Simulation, judged: Pick<Evidence, "bias" | "biasRemedy" | "conversion">): Analysis {
  const { stage, machine, now } = simulation;
  const { ledger } = machine;
  const timing = timingResultOf(simulation, 0);
  const { scenario, seed, status, ended, versions, scorecard, effectiveObjective } = timing;
  const ages = [...ledger.staleness].sort(([a], [b]) => a - b);
  const updates = ages.reduce((sum, [, count]) => sum + count, 0);
  const failures = [...simulation.failures]
    .map(([reason, { times, remedy }]) => ({ reason, times, remedy }))
    .toSorted((a, b) => b.times - a.times);
  return {
    scenario,
    seed,
    status,
    ended,
    versions,
    virtualSeconds: now,
    versionsPerHour: perHour(versions, now),
    updatesPerHour: perHour(updates, now),
    meanStaleness: updates === 0 ? null : ages.reduce((sum, [age, count]) => sum + age * count, 0) / updates,
    staleness: ages,
    scorecard,
    effectiveObjective,
    biasOfChance: judged.bias.ofChance,
    tiers: tiersOf(simulation, timing),
    failures,
    conversion: judged.conversion,
    warnings: timing.warnings,
    findings: findingsOf({
      ...judged,
      scenario: stage.scenario,
      scorecard,
      versions,
      updates,
      failures,
      clients: stage.devices.length,
      tooSmall: tooSmallIn(stage).size,
      mostExamples: columnOf(ledger, "examples").reduce((most, own) => Math.max(most, own), 0),
      secondsBehind: simulation.converter.behind(now),
      virtualSeconds: now,
      isSilent: columnOf(ledger, "timesAnswered").every((times) => times === 0),
    }),
  };
}

/** The clients whose devices have less memory than the plan's batches need. */
function tooSmallIn({ scenario, devices, costs }: Stage): ReadonlySet<number> {
  const { batchSize } = scenario.plan.settings;
  if (batchSize === undefined) return new Set();
  const needed = costs.memoryBytes({ batchSize });
  return new Set(devices.flatMap(({ memoryBytes }, id) => (memoryBytes !== null && needed > memoryBytes ? [id] : [])));
}

const HOUR_SECONDS = 3600;

function perHour(count: number, seconds: Seconds): number {
  return seconds === 0 ? 0 : (count * HOUR_SECONDS) / seconds;
}

/** What the clients of a tier add up to. */
interface TierSums {
  clients: number;
  asked: number;
  realised: number;
  used: number;
  idleSeconds: Seconds;
  onlineSeconds: Seconds;
}

function tiersOf(
  { stage, machine, now }: Simulation,
  { tiers, effectiveObjective: objective }: TimingResult,
): readonly TierAnalysis[] {
  const { ledger } = machine;
  const used = columnOf(ledger, "timesUsed");
  const sums = new Map(tiers.map(({ tier }) => [tier, noSums()]));
  let id = 0;
  for (const { idleSeconds, busySeconds } of clientTimes(ledger, now)) {
    const own = present(sums.get(present(stage.devices[id], "device", id).tier), "the tier of device", id);
    own.clients += 1;
    own.asked += objective.clients[id]?.asked ?? 0;
    own.realised += objective.clients[id]?.realised ?? 0;
    own.used += used[id] ?? 0;
    own.idleSeconds += idleSeconds;
    own.onlineSeconds += idleSeconds + busySeconds;
    id += 1;
  }
  return [...sums].map(([tier, own]) => ({
    tier,
    clients: own.clients,
    asked: own.asked,
    realised: own.realised,
    updatesPerHour: perHour(own.used, now) / own.clients,
    idleShare: own.onlineSeconds === 0 ? null : own.idleSeconds / own.onlineSeconds,
  }));
}

function noSums(): TierSums {
  return { clients: 0, asked: 0, realised: 0, used: 0, idleSeconds: 0, onlineSeconds: 0 };
}
