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
  accountOf,
  clientId,
  clientTimes,
  type EffectiveObjective,
  present,
  type Scorecard,
  type Seconds,
} from "@potluck/core";
import { objectiveOf } from "../run/objective.ts";
import type { TimingResult } from "../run/result.ts";
import { timingResultOf } from "../run/result-of.ts";
import { tierSummaries } from "../run/setting.ts";
import { runClock, type TimingOptions } from "../run/simulate.ts";
import type { Simulation } from "../run/simulation.ts";
import { causesOf, type Finding, findingsOf } from "./findings.ts";

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
  readonly findings: readonly Finding[];
}

/** Analyses a scenario's plan on its fleet. Throws the faults of its parts. */
export async function analyse(options: TimingOptions): Promise<Analysis> {
  const { simulation } = await runClock(options);
  return analysisOf(simulation);
}

function analysisOf(simulation: Simulation): Analysis {
  const { stage, machine, now } = simulation;
  const { ledger } = machine;
  const timing = timingResultOf(simulation, 0);
  const { scenario, seed, status, ended, versions, scorecard } = timing;
  const effectiveObjective = objectiveOf(stage.scenario, machine);
  const ages = [...ledger.staleness].sort(([a], [b]) => a - b);
  const updates = ages.reduce((sum, [, count]) => sum + count, 0);
  const biasOfChance = chanceOf(effectiveObjective);
  const causes = causesOf(ledger, effectiveObjective);
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
    biasOfChance,
    tiers: tiersOf(simulation, effectiveObjective),
    findings: findingsOf({ scenario: stage.scenario, scorecard, causes, biasOfChance, versions }),
  };
}

/** Half the sum of the mean absolute deviations of normal errors as large as the standard errors. */
function chanceOf({ clients }: EffectiveObjective): number {
  const errors = clients.reduce((sum, { standardError }) => sum + (standardError ?? 0), 0);
  return (errors * Math.sqrt(2 / Math.PI)) / 2;
}

const HOUR_SECONDS = 3600;

function perHour(count: number, seconds: Seconds): number {
  return seconds === 0 ? 0 : (count * HOUR_SECONDS) / seconds;
}

function tiersOf({ stage, machine, now }: Simulation, { clients }: EffectiveObjective): readonly TierAnalysis[] {
  const { ledger } = machine;
  const times = [...clientTimes(ledger, now)];
  const members = Map.groupBy(stage.devices.keys(), (k) => present(stage.devices[k], "device", k).tier);
  return tierSummaries(stage).map(({ tier }) => {
    const ids = members.get(tier) ?? [];
    const sum = (of: (id: number) => number): number => ids.reduce((total, id) => total + of(id), 0);
    const online = sum((id) => (times[id]?.idleSeconds ?? 0) + (times[id]?.busySeconds ?? 0));
    return {
      tier,
      clients: ids.length,
      asked: sum((id) => clients[id]?.asked ?? 0),
      realised: sum((id) => clients[id]?.realised ?? 0),
      updatesPerHour:
        perHour(
          sum((id) => accountOf(ledger, clientId(id)).timesUsed),
          now,
        ) / ids.length,
      idleShare: online === 0 ? null : sum((id) => times[id]?.idleSeconds ?? 0) / online,
    };
  });
}
