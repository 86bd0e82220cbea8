/**
 * The result of a simulation that has ended.
 *
 * @module
 */
import { present, type Scorecard, scorecardOf, type Seconds } from "@potluck/core";
import { withParams, writeModel } from "@potluck/engine";
import { evaluationOf } from "./gauge.ts";
import type { ClientResult, Measurement, RunResult } from "./result.ts";
import { dataSummary, tierSummaries } from "./setting.ts";
import type { Simulation } from "./simulation.ts";

/** Measures what is still to be measured, and puts the result together. */
export async function resultOf(simulation: Simulation, wallSeconds: () => Seconds): Promise<RunResult> {
  const { stage, gauge, machine, now, ending } = simulation;
  const { version, params } = gauge.latest();
  if (gauge.measurements.at(-1)?.version !== version) await gauge.measure(version, params, simulation);
  const clients = await clientResults(simulation, params);
  const { executingSeconds, busySeconds } = stage.pool.usage();
  return {
    scenario: stage.scenario.name,
    seed: stage.seed,
    status: ending?.status ?? "interrupted",
    ended: endedOf(simulation),
    parts: partsOf(simulation),
    settings: stage.scenario.plan.settings,
    data: dataSummary(stage),
    tiers: tierSummaries(stage),
    targetAccuracy: stage.scenario.targetAccuracy ?? null,
    versions: machine.ledger.versions,
    virtualSeconds: now,
    measurements: gauge.measurements,
    clients,
    scorecard: scorecard(simulation, clients),
    modelHash: await sha256(params),
    model: writeModel(withParams(stage.model, params)),
    params,
    layout: stage.pool.layout,
    wall: { wallSeconds: wallSeconds(), executingSeconds, busySeconds, workers: stage.pool.workers },
    failures: new Map([...simulation.failures].map(([reason, { times }]) => [reason, times])),
  };
}

/** Why the run ended; of one that could not go on also what failed most often, and what to do about it. */
function endedOf({ ending, failures }: Simulation): string {
  if (ending === null) return "interrupted from outside";
  const counted = [...failures].map(([reason, { times, remedy }]) => ({ reason, times, remedy }));
  const [most] = counted.toSorted((a, b) => b.times - a.times);
  if (ending.status === "finished" || most === undefined) return ending.reason;
  const all = counted.reduce((sum, { times }) => sum + times, 0);
  const advice = most.remedy.replace(/\.$/, "");
  return `${ending.reason}; ${most.times} of ${all} failures: ${most.reason}. ${advice}`;
}

function partsOf({ stage }: Simulation): RunResult["parts"] {
  const { model, data, partition, fleet, plan } = stage.scenario;
  return [model.part, data.part, partition.part, fleet.part, ...plan.parts];
}

async function clientResults({ stage, machine }: Simulation, params: Float32Array): Promise<readonly ClientResult[]> {
  return Promise.all(
    stage.rows.map(async ({ train, test }, id) => ({
      id,
      tier: present(stage.devices[id], `device ${id}`).tier,
      examples: train.length,
      testAccuracy: test.length === 0 ? null : await accuracyOn(stage, params, test),
      ...present(machine.ledger.clients[id], `the account of client ${id}`),
    })),
  );
}

async function accuracyOn(
  { pool }: Simulation["stage"],
  params: Float32Array,
  rows: Uint32Array,
): Promise<number | null> {
  const evaluation = await evaluationOf(pool, { params, split: "train", rows });
  return evaluation === null ? null : present(evaluation.correct, "the hits of a classifier") / evaluation.examples;
}

function scorecard({ stage, gauge, machine, now }: Simulation, clients: readonly ClientResult[]): Scorecard {
  const measured = {
    secondsToTarget: secondsToTarget(gauge.measurements, stage.scenario.targetAccuracy),
    clientAccuracies: clients.map(({ testAccuracy }) => testAccuracy),
    accuracyPerClass: gauge.accuracyPerClass(),
  };
  return scorecardOf(machine.ledger, machine.fleet, measured, now);
}

function secondsToTarget(measurements: readonly Measurement[], target: number | undefined): Seconds | null {
  if (target === undefined) return null;
  return measurements.find(({ testAccuracy }) => testAccuracy >= target)?.virtualSeconds ?? null;
}

async function sha256(params: Float32Array): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", params.slice());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
