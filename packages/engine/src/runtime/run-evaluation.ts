/**
 * Runs evaluation programs on labelled examples. Nothing is derived here.
 *
 * Examples are scored in chunks of fixed size and the losses added in the order of the rows, in float64, so that the
 * result does not depend on how many threads shared the work.
 *
 * @module
 */
import { Fault, type Layout } from "@potluck/core";
import { checkParams } from "../training/parameters.ts";
import { EVALUATION, type EvaluationProgram } from "../training/program.ts";
import { checkRows, int64Labels, type LabelledRows, parameterFeeds } from "./feeds.ts";
import { featureTensor, float32, int64, openSession, type Session } from "./session.ts";

/** Rows that are scored in one call: enough to be fast, few enough that activations stay small. */
export const EVALUATION_CHUNK_ROWS = 250;

/** How a model does on labelled examples. */
export interface Evaluation {
  readonly examples: number;
  /** Cross-entropy in nats, summed over the examples. */
  readonly lossSum: number;
  /** Examples whose class has the highest score. */
  readonly correct: number;
  /** The same by class: of the `total` examples of class i, `correct`. */
  readonly perClass: readonly ClassCount[];
}

/** Hits among the examples of one class. */
export interface ClassCount {
  readonly correct: number;
  readonly total: number;
}

/** What a model says about each of some rows. */
export interface Scores {
  /** Cross-entropy in nats. */
  readonly losses: Float32Array;
  /** The class with the highest score. */
  readonly predictions: BigInt64Array;
  /** Wall time inside ONNX Runtime. */
  readonly executingSeconds: number;
}

/** What to evaluate on what. */
export interface EvaluationTask extends LabelledRows {
  /** Flat, in the layout of the model. */
  readonly params: Float32Array;
}

/** A model, ready to be evaluated. */
export interface Evaluator {
  readonly layout: Layout;
  /** Blocks the calling thread. Rejects with Fault "data-invalid" or "training-failed" (a loss that is not finite). */
  readonly evaluate: (task: EvaluationTask) => Promise<Evaluation>;
  /** What {@link evaluate} adds up. Rejects likewise. */
  readonly score: (task: EvaluationTask) => Promise<Scores>;
  readonly close: () => Promise<void>;
}

/** An evaluator for a program that was derived already. Rejects with Fault "model-unsupported". */
export async function openEvaluator(program: EvaluationProgram): Promise<Evaluator> {
  const session = await openSession(program.model);
  const scoreTask = (task: EvaluationTask): Promise<Scores> => score(program, session, task);
  return {
    layout: program.layout,
    score: scoreTask,
    evaluate: async (task) => summarise(await scoreTask(task), task.labels, program.classes),
    close: session.close,
  };
}

/** The sums over all rows, for `classes` classes. Throws Fault "training-failed" where a loss is not finite. */
export function summarise(
  { losses, predictions }: Omit<Scores, "executingSeconds">,
  labels: ArrayLike<number>,
  classes: number,
): Evaluation {
  const hits = new Array<number>(classes).fill(0);
  const totals = new Array<number>(classes).fill(0);
  let lossSum = 0;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] ?? 0;
    lossSum += losses[row] ?? Number.NaN;
    totals[label] = (totals[label] ?? 0) + 1;
    if (predictions[row] === BigInt(label)) hits[label] = (hits[label] ?? 0) + 1;
  }
  if (!Number.isFinite(lossSum)) {
    throw new Fault(
      "training-failed",
      "the loss is not finite",
      "Look for parameters or features that are not finite.",
    );
  }
  const perClass = hits.map((correct, label) => ({ correct, total: totals[label] ?? 0 }));
  return { examples: labels.length, lossSum, correct: hits.reduce((sum, hit) => sum + hit, 0), perClass };
}

async function score(program: EvaluationProgram, session: Session, task: EvaluationTask): Promise<Scores> {
  checkParams(program.layout, task.params);
  checkRows(task, program);
  const rows = task.labels.length;
  const labels = int64Labels(task.labels);
  const losses = new Float32Array(rows);
  const predictions = new BigInt64Array(rows);
  const parameters = parameterFeeds(program.layout, task.params);
  const rowLength = rows === 0 ? 0 : task.features.length / rows;
  let executingSeconds = 0;
  for (let start = 0; start < rows; start += EVALUATION_CHUNK_ROWS) {
    const end = Math.min(start + EVALUATION_CHUNK_ROWS, rows);
    const features = task.features.subarray(start * rowLength, end * rowLength);
    const { seconds } = await session.run(
      {
        ...parameters,
        [EVALUATION.features]: featureTensor(features, [end - start, ...program.exampleShape]),
        [EVALUATION.labels]: int64(labels.subarray(start, end), [end - start]),
      },
      {
        [EVALUATION.losses]: float32(losses.subarray(start, end), [end - start]),
        [EVALUATION.predictions]: int64(predictions.subarray(start, end), [end - start]),
      },
    );
    executingSeconds += seconds;
  }
  return { losses, predictions, executingSeconds };
}
