/**
 * The gauge: what is measured of the models of a run, on data that was held out.
 *
 * @module
 */
import { type Command, Fault, type Machine, present, type Seconds, type TaskId } from "@potluck/core";
import type { Evaluation, EvaluationJob, TrainingPool } from "@potluck/engine";
import type { Measurement } from "./result.ts";
import type { Stage } from "./stage.ts";

/** The moment at which something is measured. */
export interface Moment {
  readonly now: Seconds;
  readonly machine: Machine;
}

/** What is measured of the models of a run. */
export interface Gauge {
  readonly measurements: readonly Measurement[];
  /** The last published model and its version. */
  readonly latest: () => { readonly version: number; readonly params: Float32Array };
  /** Held-out accuracy by class of the last measured model; null for a class without examples. */
  readonly accuracyPerClass: () => readonly (number | null)[];
  readonly noteTrainLoss: (task: TaskId, loss: number) => void;
  readonly notePublished: (command: Command & { readonly kind: "publish" }) => void;
  /** Measures a model on the held-out examples; null when its loss is not a finite number. */
  readonly measure: (version: number, params: Float32Array, moment: Moment) => Promise<Measurement | null>;
}

/** The gauge of a stage; `onMeasured` hears of every measurement. */
export function gaugeOf(stage: Stage, onMeasured: (measurement: Measurement) => void): Gauge {
  const measurements: Measurement[] = [];
  const trainLosses = new Map<TaskId, number>();
  let latest = { version: 0, params: stage.params };
  let trainLoss: number | null = null;
  let perClass: Evaluation["perClass"] = [];
  return {
    measurements,
    latest: () => latest,
    accuracyPerClass: () => perClass.map(({ accuracy }) => accuracy),
    noteTrainLoss: (task, loss) => trainLosses.set(task, loss),
    notePublished: ({ version, params, contributions }) => {
      latest = { version, params };
      trainLoss = contributions.reduce((sum, { task, share }) => sum + share * (trainLosses.get(task) ?? 0), 0);
      trainLosses.clear();
    },
    measure: async (version, params, { now, machine }) => {
      const evaluation = await evaluationOf(stage.pool, { params, split: "test" });
      if (evaluation === null) return null;
      ({ perClass } = evaluation);
      const measurement = {
        version,
        virtualSeconds: now,
        testAccuracy: present(evaluation.correct, "the hits of a classifier") / evaluation.examples,
        testLoss: evaluation.lossSum / evaluation.examples,
        trainLoss,
        bytesUp: machine.ledger.publishedBytes.up,
        bytesDown: machine.ledger.publishedBytes.down,
      };
      measurements.push(measurement);
      onMeasured(measurement);
      return measurement;
    },
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
