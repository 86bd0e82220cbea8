/**
 * The gauge: what is measured of the models of a run, on data that was held out.
 *
 * @module
 */
import {
  bothSpent,
  type Direction,
  elementCount,
  type Examples,
  Fault,
  type Machine,
  present,
  type Publication,
  type Scorecard,
  scorecardOf,
  type Seconds,
  type Spending,
  type Targets,
  type TaskId,
} from "@potluck/core";
import { type Evaluation, type EvaluationJob, meanLossOf, type TrainingPool } from "@potluck/engine";
import type { Loss } from "../loss/loss.ts";
import { objectiveOf } from "./objective.ts";
import type { PublishedParams } from "./optimum.ts";
import type { Measurement, ScoresSoFar } from "../result/result.ts";
import type { Stage, TrainingStage } from "../stage/stage.ts";

/** The moment at which a model is published. */
export interface Moment {
  readonly now: Seconds;
  readonly machine: Machine;
  readonly stage: Pick<Stage, "scenario">;
}

/** A published model: its number, and how the run stood when it was published. */
interface Version extends Pick<
  Measurement,
  "model" | "version" | "virtualSeconds" | "trainLoss" | "updatesUsed" | "bytesUp" | "bytesDown" | "scores"
> {
  readonly params: Float32Array;
  /** Versions of the same model before it. */
  readonly earlier: number;
}

/** A version whose scores are read off when they are asked for. */
type Latest = Omit<Version, "scores"> & { readonly scores: () => ScoresSoFar };

/** What is noted of a model that is published. */
type Noted = Pick<Publication, "model" | "version" | "params" | "contributions">;

/** What a gauge remembers: plain data. */
export interface GaugeState {
  readonly measurements: readonly Measurement[];
  readonly trainLosses: ReadonlyMap<TaskId, number>;
  /** What bytes were spent on that have arrived. */
  readonly spent: Spent;
  /** The last version of each model, by its number; that which was published last of all comes last. */
  readonly latest: ReadonlyMap<number, Version>;
  /** Held-out accuracy by class of each model when it was measured last; null for a class without examples. */
  readonly accuracyPerClass: ReadonlyMap<number, readonly (number | null)[]>;
}

/** Encoded bytes each way, by what they were for. */
export type Spent = Readonly<Record<Direction, Spending>>;

/** A model with the last of its versions. */
export type LatestVersion = Pick<Version, "version" | "params" | "virtualSeconds">;

/** What is measured of the models of a run. */
export interface Gauge {
  readonly measurements: readonly Measurement[];
  readonly spent: Spent;
  /** The numbers of the models that were published, from 0: one, unless the plan trains several side by side. */
  readonly models: () => readonly number[];
  /** The last version of a model. */
  readonly latest: (model: number) => LatestVersion;
  /** The last measurement of a model, if it is of its last version; undefined if that has diverged or was not measured. */
  readonly final: (model: number) => Measurement | undefined;
  readonly accuracyPerClass: (model: number) => readonly (number | null)[];
  readonly noteTrainLoss: (task: TaskId, loss: number) => void;
  /** Bytes have arrived that were spent on this. */
  readonly noteSpent: (direction: Direction, spending: Spending) => void;
  /** The update of this task goes into no model. */
  readonly noteRefused: (task: TaskId) => void;
  /** Notes a model, the first one of the run included. */
  readonly notePublished: (publication: Noted, moment: Moment) => void;
  /** Whether the last model was published since it was asked for, and is one of those that are measured. */
  readonly isDue: () => boolean;
  /** Measures a model, by default the last one, on the held-out examples; null when its loss is not a finite number. */
  readonly measure: (model?: number) => Promise<Measurement | null>;
  readonly state: () => GaugeState;
}

/** What a gauge is made for. */
export interface GaugeRequest {
  readonly training: TrainingStage;
  /** How far parameters that were published at an instant are from the optimum; null where that is not known. */
  readonly distanceToOptimum: (published: PublishedParams) => number | null;
  /** Every how many of its versions a model is measured. */
  readonly evaluateEvery: number;
  readonly onMeasured: (measurement: Measurement) => void;
}

/** The state of a gauge that has seen nothing. */
export const INITIAL_GAUGE: GaugeState = {
  measurements: [],
  trainLosses: new Map(),
  spent: { up: {}, down: {} },
  latest: new Map(),
  accuracyPerClass: new Map(),
};

/** The gauge that goes on from `state`. */
export function gaugeOf(request: GaugeRequest, state: GaugeState): Gauge {
  const { training, distanceToOptimum, evaluateEvery, onMeasured } = request;
  const measurements = [...state.measurements];
  const trainLosses = new Map(state.trainLosses);
  const spender = spending(state.spent);
  const fitOf = fitsOf(training.loss, training.dataset.test);
  const accuracyPerClass = new Map(state.accuracyPerClass);
  const latest = new Map(
    [...state.latest].map(([model, noted]) => [model, { ...noted, scores: always(noted.scores) }]),
  );
  const newest = (): number => present([...latest.keys()].at(-1), "a model that was noted");
  const lastOf = (model: number): Latest => present(latest.get(model), "model", model);
  const final = (model: number): Measurement | undefined => finalOf(measurements, model, lastOf(model).version);
  return {
    measurements,
    models: () => [...latest.keys()].toSorted((a, b) => a - b),
    latest: lastOf,
    final,
    accuracyPerClass: (model) => accuracyPerClass.get(model) ?? [],
    ...spender,
    noteTrainLoss: (task, loss) => trainLosses.set(task, loss),
    noteRefused: (task) => trainLosses.delete(task),
    notePublished: (publication, moment) => {
      const { model = 0, version, contributions } = publication;
      const before = latest.get(model);
      const earlier = before === undefined ? Math.min(version, 1) : before.earlier + 1;
      const scores = earlier % evaluateEvery === 0 ? always(scoresAt(moment)) : scoresLater(moment);
      const trainLoss = meanTrainLoss(contributions, trainLosses);
      latest.delete(model);
      latest.set(model, { ...numberOf(publication), ...standingOf(publication, moment), earlier, trainLoss, scores });
      for (const { task } of contributions) trainLosses.delete(task);
    },
    isDue: () => lastOf(newest()).earlier % evaluateEvery === 0 && final(newest()) === undefined,
    measure: async (model = newest()) => {
      const measured = lastOf(model);
      const evaluation = await evaluationOf(training.pool, { params: measured.params, split: "test" });
      if (evaluation === null) return null;
      accuracyPerClass.set(model, accuraciesIn(evaluation));
      const distance = distanceToOptimum({ params: measured.params, now: measured.virtualSeconds });
      const measurement = { ...measurementOf(measured, evaluation, fitOf), ...distanceOf(distance) };
      measurements.push(measurement);
      onMeasured(measurement);
      return measurement;
    },
    state: () => {
      const noted = [...latest].map(([model, version]) => [model, { ...version, scores: version.scores() }] as const);
      return { measurements, trainLosses, spent: spender.spent, latest: new Map(noted), accuracyPerClass };
    },
  };
}

/** What bytes were spent on, going on from `before`. */
function spending(before: Spent): Pick<Gauge, "spent" | "noteSpent"> {
  const spent: Record<Direction, Spending> = { ...before };
  return {
    spent,
    noteSpent: (direction, more) => {
      spent[direction] = bothSpent(spent[direction], more);
    },
  };
}

/** The measurement of a version of a model. The first version is that of all models. */
function finalOf(measurements: readonly Measurement[], number: number, version: number): Measurement | undefined {
  return measurements.findLast((measured) => measured.version === version && isOf(measured, number));
}

/** Whether a measurement belongs to a model: its own, or that of version 0, from which all begin. */
export function isOf({ version, model }: Pick<Measurement, "version" | "model">, number: number): boolean {
  return version === 0 || (model ?? 0) === number;
}

/** The mean training loss of updates by how much they count; null where none does. */
function meanTrainLoss(contributions: Noted["contributions"], trainLosses: ReadonlyMap<TaskId, number>): number | null {
  let [sum, weight] = [0, 0];
  for (const { task, factor } of contributions) {
    sum += factor * (trainLosses.get(task) ?? 0);
    weight += factor;
  }
  return weight === 0 ? null : sum / weight;
}

function measurementOf(latest: Latest, evaluation: Evaluation, fitOf: FitOf): Measurement {
  const { version, virtualSeconds, trainLoss, updatesUsed, bytesUp, bytesDown, scores } = latest;
  const testLoss = lossIn(evaluation);
  return {
    ...numberOf(latest),
    version,
    virtualSeconds,
    testAccuracy: accuracyIn(evaluation),
    testLoss,
    ...fitOf(testLoss),
    trainLoss,
    updatesUsed,
    bytesUp,
    bytesDown,
    scores: scores(),
  };
}

function accuraciesIn({ perClass }: Evaluation): readonly (number | null)[] {
  return perClass.map(({ accuracy }) => accuracy);
}

/** The share of what counts that was answered rightly; null where the loss does not say so. */
export function accuracyIn({ correct, weightSum }: Evaluation): number | null {
  return correct === null || weightSum === 0 ? null : correct / weightSum;
}

/** The mean loss of what counts; 0 where nothing does. */
export function lossIn(evaluation: Evaluation): number {
  return meanLossOf(evaluation) ?? 0;
}

/** How good predictions with this mean squared error are; nothing where the loss is another one. */
type FitOf = (meanSquaredError: number) => Pick<Measurement, "testRmse" | "testR2">;

function fitsOf({ isSquaredError }: Loss, { targets }: Examples): FitOf {
  if (!isSquaredError || targets === undefined) return () => ({});
  const variance = varianceOf(targets);
  return (error) => ({
    testRmse: Math.sqrt(error),
    ...(variance > 0 && { testR2: 1 - error / variance }),
  });
}

/** The mean square of how far each number is from its mean over the examples. */
function varianceOf({ values, shape }: Targets): number {
  const width = elementCount(shape);
  const means = Array.from({ length: width }, (_, at) => meanOf(values.filter((__, i) => i % width === at)));
  return meanOf(Float64Array.from(values, (value, i) => (value - (means[i % width] ?? 0)) ** 2));
}

function meanOf(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

const NOT_MEASURED = { secondsToTarget: null, clientAccuracies: [], accuracyPerClass: [] };

/** A model, and how its run stands when it is published. */
function standingOf(
  { version, params }: Noted,
  { now, machine }: Moment,
): Pick<Version, "version" | "params" | "virtualSeconds" | "updatesUsed" | "bytesUp" | "bytesDown"> {
  const { publishedBytes, used: updatesUsed } = machine.ledger;
  const { up, down } = publishedBytes;
  return { version, params, virtualSeconds: now, updatesUsed, bytesUp: up, bytesDown: down };
}

/** Which of several models it is. */
function numberOf({ model }: Pick<Measurement, "model">): Pick<Measurement, "model"> {
  return model === undefined ? {} : { model };
}

function distanceOf(distance: number | null): Pick<Measurement, "distanceToOptimum"> {
  return distance === null ? {} : { distanceToOptimum: distance };
}

/** The scores as they stand at a moment. */
function scoresAt({ now, machine, stage }: Moment): ScoresSoFar {
  const { bias } = objectiveOf(stage.scenario, machine);
  return { ...scoresSoFar(scorecardOf(machine.ledger, NOT_MEASURED, now)), objectiveBias: bias };
}

/**
 * The same, for a model that will be measured only if it turns out to be the last: to copy the books is much quicker than to
 * add them up, and plans that publish with every update do it thousands of times.
 */
function scoresLater({ now, machine, stage }: Moment): () => ScoresSoFar {
  const ledger = structuredClone(machine.ledger);
  return () => scoresAt({ now, machine: { ...machine, ledger }, stage });
}

function always(scores: ScoresSoFar): () => ScoresSoFar {
  return () => scores;
}

function scoresSoFar(scorecard: Scorecard): Omit<ScoresSoFar, "objectiveBias"> {
  const { starvation, delay, unfairShare, bottleneck } = scorecard;
  return {
    clientsNeverUsed: starvation.clientsNeverUsed,
    participationFairness: starvation.participationFairness,
    stalenessP95: delay.stalenessP95,
    idleShare: delay.idleShare,
    contributionGap: unfairShare.contributionGap,
    wastedWorkShare: unfairShare.wastedWorkShare,
    bytesLost: bottleneck.bytesLost,
  };
}

/** An evaluation, or null when the model has diverged so far that its loss is not a finite number. */
export async function evaluationOf(pool: TrainingPool, job: EvaluationJob): Promise<Evaluation | null> {
  try {
    return await pool.evaluate(job);
  } catch (error) {
    if (error instanceof Fault && error.code === "training-failed") return null;
    throw error;
  }
}
