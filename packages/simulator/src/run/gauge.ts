/**
 * The gauge: what is measured of the models of a run, on data that was held out.
 *
 * @module
 */
import {
  type Command,
  Fault,
  type Machine,
  present,
  type Scorecard,
  scorecardOf,
  type Seconds,
  type TaskId,
} from "@potluck/core";
import type { Evaluation, EvaluationJob, TrainingPool } from "@potluck/engine";
import type { Measurement } from "./result.ts";
import type { TrainingStage } from "./stage.ts";

/** The moment at which something is measured. */
export interface Moment {
  readonly now: Seconds;
  readonly machine: Machine;
}

/** A model and its number. */
interface Version {
  readonly version: number;
  readonly params: Float32Array;
}

/** What a gauge remembers: plain data. */
export interface GaugeState {
  readonly measurements: readonly Measurement[];
  readonly trainLosses: ReadonlyMap<TaskId, number>;
  readonly latest: Version;
  readonly trainLoss: number | null;
  /** Held-out accuracy by class of the last measured model; null for a class without examples. */
  readonly accuracyPerClass: readonly (number | null)[];
}

/** What is measured of the models of a run. */
export interface Gauge {
  readonly measurements: readonly Measurement[];
  /** The last published model and its version. */
  readonly latest: () => Version;
  readonly accuracyPerClass: () => readonly (number | null)[];
  readonly noteTrainLoss: (task: TaskId, loss: number) => void;
  readonly notePublished: (command: Command & { readonly kind: "publish" }) => void;
  /** Whether the last model was published since it was asked for, and is one of those that are measured. */
  readonly isDue: () => boolean;
  /** Measures the last model on the held-out examples; null when its loss is not a finite number. */
  readonly measure: (moment: Moment) => Promise<Measurement | null>;
  readonly state: () => GaugeState;
}

/** What a gauge is made for. */
export interface GaugeRequest {
  readonly training: TrainingStage;
  /** Every how many versions the model is measured. */
  readonly evaluateEvery: number;
  readonly onMeasured: (measurement: Measurement) => void;
}

/** The state of a gauge that has seen nothing but the first model. */
export function initialGauge(params: Float32Array): GaugeState {
  return {
    measurements: [],
    trainLosses: new Map(),
    latest: { version: 0, params },
    trainLoss: null,
    accuracyPerClass: [],
  };
}

/** The gauge that goes on from `state`. */
export function gaugeOf({ training, evaluateEvery, onMeasured }: GaugeRequest, state: GaugeState): Gauge {
  const measurements = [...state.measurements];
  const trainLosses = new Map(state.trainLosses);
  let { latest, trainLoss, accuracyPerClass } = state;
  return {
    measurements,
    latest: () => latest,
    accuracyPerClass: () => accuracyPerClass,
    noteTrainLoss: (task, loss) => trainLosses.set(task, loss),
    notePublished: ({ version, params, contributions }) => {
      latest = { version, params };
      trainLoss = contributions.reduce((sum, { task, share }) => sum + share * (trainLosses.get(task) ?? 0), 0);
      trainLosses.clear();
    },
    isDue: () => latest.version % evaluateEvery === 0 && measurements.at(-1)?.version !== latest.version,
    measure: async (moment) => {
      const evaluation = await evaluationOf(training.pool, { params: latest.params, split: "test" });
      if (evaluation === null) return null;
      accuracyPerClass = evaluation.perClass.map(({ accuracy }) => accuracy);
      const measurement = measurementOf({ version: latest.version, trainLoss }, evaluation, moment);
      measurements.push(measurement);
      onMeasured(measurement);
      return measurement;
    },
    state: () => ({ measurements, trainLosses, latest, trainLoss, accuracyPerClass }),
  };
}

function measurementOf(
  { version, trainLoss }: Pick<Measurement, "version" | "trainLoss">,
  { correct, examples, lossSum }: Evaluation,
  { now, machine }: Moment,
): Measurement {
  return {
    version,
    virtualSeconds: now,
    testAccuracy: present(correct, "the hits of a classifier") / examples,
    testLoss: lossSum / examples,
    trainLoss,
    bytesUp: machine.ledger.publishedBytes.up,
    bytesDown: machine.ledger.publishedBytes.down,
    scores: scoresSoFar(scorecardOf(machine.ledger, machine.fleet, NOT_MEASURED, now)),
  };
}

const NOT_MEASURED = { secondsToTarget: null, clientAccuracies: [], accuracyPerClass: [] };

function scoresSoFar({ starvation, delay, unfairShare, bottleneck }: Scorecard): Measurement["scores"] {
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
