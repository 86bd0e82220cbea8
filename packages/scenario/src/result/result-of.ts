/**
 * The result of a simulation that has ended.
 *
 * @module
 */
import {
  accountOf,
  accountsOf,
  clientId,
  clientTimes,
  type Direction,
  type Machine,
  type Measured,
  present,
  rowsAt,
  type Scorecard,
  scorecardOf,
  type Seconds,
  type ServerLinkScores,
  type TaskNotes,
} from "@potluck/core";
import { withParams, writeModel } from "@potluck/engine";
import { warningsIn } from "../contradiction.ts";
import { lossOf } from "../scenario.ts";
import { accuracyIn, evaluationOf, type Gauge, isOf, lossIn } from "../measure/gauge.ts";
import { objectiveOf } from "../measure/objective.ts";
import { optimumDistances } from "../measure/optimum.ts";
import type { ClientResult, ConversionCosts, Measurement, RunResult, TimingResult } from "./result.ts";
import { conditionsOf, dataSummary, tierSummaries } from "../stage/setting.ts";
import { modelHashOf } from "./sha256.ts";
import { type Ending, endingText, type FailureTally } from "./ending.ts";
import type { Stage, TrainingStage } from "../stage/stage.ts";
import { reachesTarget, type Target } from "../measure/target.ts";

/** What a result is read off, whatever has driven the run. */
export interface EndedSimulation {
  readonly clock: NonNullable<RunResult["clock"]> | "virtual";
  readonly stage: Stage;
  readonly machine: Machine;
  /** When it ended, and how many things had happened by then. */
  readonly now: Seconds;
  readonly events: number;
  /** Null where it was interrupted. */
  readonly ending: Ending | null;
  readonly failures: FailureTally;
  /** What became of tasks of gradients; nothing where there are none. */
  readonly notes: TaskNotes;
  readonly converter: { readonly costs: () => ConversionCosts };
  /** What the server's link was used for, each way. */
  readonly links: Readonly<Record<Direction, { readonly use: (now: Seconds) => LinkUse }>>;
}

/** How much of a link was used until some instant. */
interface LinkUse {
  readonly saturatedSeconds: Seconds;
  readonly peakBytesPerSecond: number;
}

/** A run that has ended. */
export interface EndedRun {
  readonly simulation: EndedSimulation;
  readonly stage: Stage & { readonly training: TrainingStage };
  readonly gauge: Gauge;
  /** From which it can go on, if it was interrupted. */
  readonly checkpoint: Uint8Array | null;
  readonly wallSeconds: () => Seconds;
}

/** Measures what is still to be measured, and puts the result together. */
export async function resultOf(ended: EndedRun): Promise<RunResult> {
  const { simulation, stage, gauge, checkpoint, wallSeconds } = ended;
  for (const model of gauge.models()) if (gauge.final(model) === undefined) await gauge.measure(model);
  const kept = bestOf(gauge);
  const measurements = gauge.measurements.filter((measurement) => isOf(measurement, kept));
  const { params, virtualSeconds } = gauge.latest(kept);
  const { model, pool } = stage.training;
  const clients = await clientResults(ended, params);
  const { executingSeconds, busySeconds } = pool.usage();
  const measured = {
    secondsToTarget: secondsToTarget(measurements, stage.scenario),
    clientAccuracies: clients.map(({ testAccuracy }) => testAccuracy),
    accuracyPerClass: gauge.accuracyPerClass(kept),
  };
  const outcome = outcomeOf(simulation, measured);
  const { targetAccuracy, targetLoss } = stage.scenario;
  const published = { params, now: virtualSeconds };
  const optimum = optimumDistances(stage, published, outcome.effectiveObjective);
  return {
    ...outcome,
    data: dataSummary(stage.training),
    targetAccuracy: targetAccuracy ?? null,
    ...(targetLoss !== undefined && { targetLoss }),
    ...(optimum !== null && { optimum }),
    measurements,
    spent: gauge.spent,
    ...(gauge.models().length > 1 && (await modelResults(ended))),
    clients,
    ...(simulation.notes.tasks.size > 0 && { tasks: [...simulation.notes.tasks.values()] }),
    modelHash: await modelHashOf(params),
    model: writeModel(withParams(model, params)),
    params,
    layout: pool.layout,
    wall: { wallSeconds: wallSeconds(), executingSeconds, busySeconds, workers: pool.workers },
    checkpoint,
  };
}

/** The model with the lowest loss at the end; the last one where none could be measured. */
function bestOf(gauge: Gauge): number {
  const lossOfModel = (model: number): number => gauge.final(model)?.testLoss ?? Infinity;
  return gauge.models().reduce((best, model) => (lossOfModel(model) < lossOfModel(best) ? model : best));
}

async function modelResults({ gauge, stage }: EndedRun): Promise<Pick<RunResult, "models" | "modelFiles">> {
  const models = await Promise.all(
    gauge.models().map(async (model) => {
      const { version, params } = gauge.latest(model);
      const { testAccuracy = null, testLoss = null } = gauge.final(model) ?? {};
      return { model, version, testAccuracy, testLoss, modelHash: await modelHashOf(params) };
    }),
  );
  const fileOf = (model: number): Uint8Array =>
    writeModel(withParams(stage.training.model, gauge.latest(model).params));
  return { models, modelFiles: gauge.models().map(fileOf) };
}

/** The result where only the clock ran. */
export function timingResultOf(simulation: EndedSimulation, wallSeconds: Seconds): TimingResult {
  const measured = { secondsToTarget: null, clientAccuracies: [], accuracyPerClass: [] };
  const { stage, machine } = simulation;
  const clients = stage.devices.length;
  return { ...outcomeOf(simulation, measured), clients, accounts: () => accountsOf(machine.ledger), wallSeconds };
}

type Outcome = Omit<TimingResult, "clients" | "accounts" | "wallSeconds">;

function outcomeOf(simulation: EndedSimulation, measured: Measured): Outcome {
  const { stage, machine, now, events, ending, failures, converter } = simulation;
  const conversions = converter.costs();
  return {
    ...(simulation.clock === "wall" && { clock: simulation.clock }),
    scenario: stage.scenario.name,
    seed: stage.seed,
    status: ending?.status ?? "interrupted",
    ended: ending === null ? "interrupted from outside" : endingText(ending, failures),
    parts: partsOf(simulation),
    settings: stage.scenario.plan.settings,
    warnings: warningsIn(stage.scenario),
    conditions: conditionsOf(stage.scenario),
    tiers: tierSummaries(stage),
    versions: machine.ledger.versions,
    virtualSeconds: now,
    events,
    scorecard: scorecard(simulation, measured),
    effectiveObjective: objectiveOf(stage.scenario, machine),
    staleness: [...machine.ledger.staleness].toSorted(([one], [other]) => one - other),
    ...(conversions.conversions > 0 && { conversions }),
    failures: new Map([...failures].map(([reason, { times }]) => [reason, times])),
  };
}

function partsOf({ stage }: EndedSimulation): RunResult["parts"] {
  const { model, data, partition, fleet, plan } = stage.scenario;
  return [model.part, lossOf(stage.scenario).part, data.part, partition.part, fleet.part, ...plan.parts];
}

async function clientResults({ simulation, stage }: EndedRun, params: Float32Array): Promise<readonly ClientResult[]> {
  const { machine, now } = simulation;
  const { rows } = stage.training;
  const times = [...clientTimes(machine.ledger, now)];
  return Promise.all(
    rows.map(async (held, id) => ({
      id,
      tier: present(stage.devices[id], `device ${id}`).tier,
      ...(await servedOn(stage.training, params, rowsAt(held, now).test)),
      ...accountOf(machine.ledger, clientId(id)),
      ...present(times[id], `the time of client ${id}`),
    })),
  );
}

/** How well the model serves a client, on its own test rows. */
async function servedOn({ pool }: TrainingStage, params: Float32Array, rows: Uint32Array): Promise<Served> {
  if (rows.length === 0) return { testAccuracy: null, testLoss: null };
  const evaluation = await evaluationOf(pool, { params, split: "train", rows });
  if (evaluation === null) return { testAccuracy: null, testLoss: null };
  return { testAccuracy: accuracyIn(evaluation), testLoss: lossIn(evaluation) };
}

type Served = Pick<ClientResult, "testAccuracy" | "testLoss">;

function scorecard({ machine, links, now }: EndedSimulation, measured: Measured): Scorecard {
  const [up, down] = [links.up.use(now), links.down.use(now)];
  const share = (seconds: Seconds): number => (now === 0 ? 0 : seconds / now);
  const serverLink: ServerLinkScores = {
    saturatedShareUp: share(up.saturatedSeconds),
    saturatedShareDown: share(down.saturatedSeconds),
    peakBytesPerSecondUp: up.peakBytesPerSecond,
    peakBytesPerSecondDown: down.peakBytesPerSecond,
  };
  return scorecardOf(machine.ledger, { ...measured, serverLink }, now);
}

function secondsToTarget(measurements: readonly Measurement[], target: Target): Seconds | null {
  return measurements.find((measurement) => reachesTarget(measurement, target))?.virtualSeconds ?? null;
}
