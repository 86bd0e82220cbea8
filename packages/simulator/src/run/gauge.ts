/**
 * The gauge: what is measured of the models of a run, on data that was held out.
 *
 * @module
 */
import {
  elementCount,
  type Examples,
  Fault,
  type Machine,
  present,
  type Publication,
  type Scorecard,
  scorecardOf,
  type Seconds,
  type Targets,
  type TaskId,
} from "@potluck/core";
import { type Evaluation, type EvaluationJob, meanLossOf, type TrainingPool } from "@potluck/engine";
import type { Loss } from "../loss/loss.ts";
import { objectiveOf } from "./objective.ts";
import type { PublishedParams } from "./optimum.ts";
import type { Measurement, ScoresSoFar } from "./result.ts";
import type { Stage, TrainingStage } from "./stage.ts";

/** The moment at which a model is published. */
export interface Moment {
  readonly now: Seconds;
  readonly machine: Machine;
  readonly stage: Pick<Stage, "scenario">;
}

/** A published model: its number, and how the run stood when it was published. */
interface Version extends Pick<
  Measurement,
  "version" | "virtualSeconds" | "trainLoss" | "updatesUsed" | "bytesUp" | "bytesDown" | "scores"
> {
  readonly params: Float32Array;
}

/** A version whose scores are read off when they are asked for. */
type Latest = Omit<Version, "scores"> & { readonly scores: () => ScoresSoFar };

/** What is noted of a model that is published. */
type Noted = Pick<Publication, "version" | "params" | "contributions">;

/** What a gauge remembers: plain data. */
export interface GaugeState {
  readonly measurements: readonly Measurement[];
  readonly trainLosses: ReadonlyMap<TaskId, number>;
  /** Null before the first model is noted. */
  readonly latest: Version | null;
  /** Held-out accuracy by class of the last measured model; null for a class without examples. */
  readonly accuracyPerClass: readonly (number | null)[];
}

/** What is measured of the models of a run. */
export interface Gauge {
  readonly measurements: readonly Measurement[];
  /** The last published model, its version, and when it was published. */
  readonly latest: () => Pick<Version, "version" | "params" | "virtualSeconds">;
  readonly accuracyPerClass: () => readonly (number | null)[];
  readonly noteTrainLoss: (task: TaskId, loss: number) => void;
  /** The update of this task goes into no model. */
  readonly noteRefused: (task: TaskId) => void;
  /** Notes a model, the first one of the run included. */
  readonly notePublished: (publication: Noted, moment: Moment) => void;
  /** Whether the last model was published since it was asked for, and is one of those that are measured. */
  readonly isDue: () => boolean;
  /** Measures the last model on the held-out examples; null when its loss is not a finite number. */
  readonly measure: () => Promise<Measurement | null>;
  readonly state: () => GaugeState;
}

/** What a gauge is made for. */
export interface GaugeRequest {
  readonly training: TrainingStage;
  /** How far parameters that were published at an instant are from the optimum; null where that is not known. */
  readonly distanceToOptimum: (published: PublishedParams) => number | null;
  /** Every how many versions the model is measured. */
  readonly evaluateEvery: number;
  readonly onMeasured: (measurement: Measurement) => void;
}

/** The state of a gauge that has seen nothing. */
export const INITIAL_GAUGE: GaugeState = {
  measurements: [],
  trainLosses: new Map(),
  latest: null,
  accuracyPerClass: [],
};

/** The gauge that goes on from `state`. */
export function gaugeOf(request: GaugeRequest, state: GaugeState): Gauge {
  const { training, distanceToOptimum, evaluateEvery, onMeasured } = request;
  const measurements = [...state.measurements];
  const trainLosses = new Map(state.trainLosses);
  const fitOf = fitsOf(training.loss, training.dataset.test);
  let { accuracyPerClass } = state;
  let latest = state.latest === null ? null : { ...state.latest, scores: always(state.latest.scores) };
  const last = (): Latest => present(latest, "a model that was noted");
  return {
    measurements,
    latest: last,
    accuracyPerClass: () => accuracyPerClass,
    noteTrainLoss: (task, loss) => trainLosses.set(task, loss),
    noteRefused: (task) => trainLosses.delete(task),
    notePublished: ({ version, params, contributions }, moment) => {
      const trainLoss = meanTrainLoss(contributions, trainLosses);
      const scores = version % evaluateEvery === 0 ? always(scoresAt(moment)) : scoresLater(moment);
      latest = { version, params, trainLoss, ...standingOf(moment), scores };
      for (const { task } of contributions) trainLosses.delete(task);
    },
    isDue: () => last().version % evaluateEvery === 0 && measurements.at(-1)?.version !== last().version,
    measure: async () => {
      const evaluation = await evaluationOf(training.pool, { params: last().params, split: "test" });
      if (evaluation === null) return null;
      accuracyPerClass = evaluation.perClass.map(({ accuracy }) => accuracy);
      const { params, virtualSeconds } = last();
      const distance = distanceToOptimum({ params, now: virtualSeconds });
      const measurement = {
        ...measurementOf(last(), evaluation, fitOf),
        ...(distance !== null && { distanceToOptimum: distance }),
      };
      measurements.push(measurement);
      onMeasured(measurement);
      return measurement;
    },
    state: () => {
      const noted = latest === null ? null : { ...latest, scores: latest.scores() };
      return { measurements, trainLosses, latest: noted, accuracyPerClass };
    },
  };
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

function measurementOf(
  { version, virtualSeconds, trainLoss, updatesUsed, bytesUp, bytesDown, scores }: Latest,
  evaluation: Evaluation,
  fitOf: FitOf,
): Measurement {
  const testLoss = lossIn(evaluation);
  return {
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

/** How a run stands when a model is published. */
function standingOf({ now, machine }: Moment): Omit<Version, "version" | "params" | "trainLoss" | "scores"> {
  const { up, down } = machine.ledger.publishedBytes;
  const updatesUsed = [...machine.ledger.staleness.values()].reduce((sum, updates) => sum + updates, 0);
  return { virtualSeconds: now, updatesUsed, bytesUp: up, bytesDown: down };
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
