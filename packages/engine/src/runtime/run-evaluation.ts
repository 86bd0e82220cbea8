/**
 * Runs evaluation programs on examples. Nothing is derived here.
 *
 * Examples are scored in chunks of fixed size and the losses added in the order of the rows, in float64, so that the
 * result does not depend on how many threads shared the work.
 *
 * @module
 */
import { elementCount, type Layout } from "@potluck/core";
import { type ClassAccuracy, classAccuracies, type LossTotal, totalLoss } from "../objective/metrics.ts";
import { checkFiniteParams, checkParams } from "../training/parameters.ts";
import { EVALUATION, type EvaluationProgram } from "../training/program.ts";
import { checkRows, type ExampleRows, parameterFeeds, targetTensor } from "./feeds.ts";
import type { RuntimeOptions } from "./backend.ts";
import { openSession, type Session } from "./session.ts";
import { featureTensor, float32, int64, type Tensor, type Tensors } from "./tensor.ts";

/** Rows that are scored in one call: enough to be fast, few enough that activations stay small. */
export const EVALUATION_CHUNK_ROWS = 50;

/** How a model does on examples: its loss in all and, where there are classes, its hits. */
export interface Evaluation extends LossTotal {
  readonly examples: number;
  /** Things of all that counts whose class has the highest score; null where there are no classes. */
  readonly correct: number | null;
  /** The same by class; empty where there are no classes, or the targets do not number them. */
  readonly perClass: readonly ClassAccuracy[];
}

/** What a model says about everything that is scored, row after row. */
export interface Scores {
  /** 0 where it does not count. */
  readonly losses: Float32Array;
  /** 1 for what counts and 0 for what does not; null: everything counts. */
  readonly weights: Float32Array | null;
  /** How many classes come before the right one; null where there are no classes. */
  readonly ranks: BigInt64Array | null;
  /** Wall time inside ONNX Runtime. */
  readonly executingSeconds: number;
}

/** What to evaluate on what. */
export interface EvaluationTask extends ExampleRows {
  /** Flat, in the layout of the model. */
  readonly params: Float32Array;
}

/** A model, ready to be evaluated. */
export interface Evaluator {
  readonly layout: Layout;
  /**
   * Blocks the calling thread. Rejects with Fault "data-invalid", or "training-failed" where parameters or losses are
   * not finite, and after `close`.
   */
  readonly evaluate: (task: EvaluationTask) => Promise<Evaluation>;
  /** What {@link evaluate} adds up. Rejects likewise. */
  readonly score: (task: EvaluationTask) => Promise<Scores>;
  readonly close: () => Promise<void>;
}

/** An evaluator for a program that was derived already. Rejects with Fault "model-unsupported". */
export async function openEvaluator(program: EvaluationProgram, runtime: RuntimeOptions = {}): Promise<Evaluator> {
  const session = await openSession(program.model, runtime);
  const scoreTask = (task: EvaluationTask): Promise<Scores> => score(program, session, task);
  return {
    layout: program.layout,
    score: scoreTask,
    evaluate: async (task) => summarise(await scoreTask(task), program, task.targets ?? null),
    close: session.close,
  };
}

/** The sums over all rows of a program; `targets` null = none. Throws Fault "training-failed" where a loss is not finite. */
export function summarise(
  { losses, weights, ranks }: Omit<Scores, "executingSeconds">,
  { labels, scoresPerExample }: Pick<EvaluationProgram, "labels" | "scoresPerExample">,
  targets: ArrayLike<number> | null,
): Evaluation {
  const total = { ...totalLoss(losses, weights, scoresPerExample), examples: losses.length / scoresPerExample };
  if (ranks === null) return { ...total, correct: null, perClass: [] };
  const hit = (rank: bigint, at: number): boolean => rank === 0n && weights?.[at] !== 0;
  const correct = ranks.reduce((sum, rank, at) => sum + (hit(rank, at) ? 1 : 0), 0);
  const perClass =
    targets === null || labels === null ? [] : classAccuracies({ ranks, weights, labels: targets }, labels.classes);
  return { ...total, correct, perClass };
}

async function score(program: EvaluationProgram, session: Session, task: EvaluationTask): Promise<Scores> {
  checkParams(program.layout, task.params);
  checkFiniteParams(program.layout, task.params);
  const rows = checkRows(task, program);
  const scores = emptyScores(program, rows);
  const parameters = parameterFeeds(program.layout, task.params);
  const targets = program.targets === null ? null : targetTensor(task.targets ?? [], rows, program.targets);
  let executingSeconds = 0;
  for (let start = 0; start < rows; start += EVALUATION_CHUNK_ROWS) {
    const chunk = { start, end: Math.min(start + EVALUATION_CHUNK_ROWS, rows) };
    const feeds = { ...parameters, ...chunkFeeds(program, task, targets, chunk) };
    const { seconds } = await session.run(feeds, chunkResults(program, scores, chunk));
    executingSeconds += seconds;
  }
  return { ...scores, executingSeconds };
}

/** Rows [start, end). */
interface Chunk {
  readonly start: number;
  readonly end: number;
}

/** Scores of `rows` examples, all 0. */
export function emptyScores(
  { scoresPerExample, weighted, ranked }: EvaluationProgram,
  rows: number,
): Omit<Scores, "executingSeconds"> {
  const length = rows * scoresPerExample;
  return {
    losses: new Float32Array(length),
    weights: weighted ? new Float32Array(length) : null,
    ranks: ranked ? new BigInt64Array(length) : null,
  };
}

function chunkFeeds(
  { exampleShape }: EvaluationProgram,
  { features }: EvaluationTask,
  targets: Tensor | null,
  { start, end }: Chunk,
): Tensors {
  const rowLength = elementCount(exampleShape);
  const rows = features.subarray(start * rowLength, end * rowLength);
  const taken = { [EVALUATION.features]: featureTensor(rows, [end - start, ...exampleShape]) };
  return targets === null ? taken : { ...taken, [EVALUATION.targets]: rowsOf(targets, start, end) };
}

/** Rows [start, end) of a tensor of targets: a view. */
function rowsOf({ data, dims }: Tensor, start: number, end: number): Tensor {
  const [, ...shape] = dims;
  const rowLength = elementCount(shape);
  const sizes = [end - start, ...shape];
  if (data instanceof BigInt64Array) return int64(data.subarray(start * rowLength, end * rowLength), sizes);
  return float32(Float32Array.from(data, Number).subarray(start * rowLength, end * rowLength), sizes);
}

/** Tensors over the part of `scores` that belongs to a chunk. */
function chunkResults(
  { scoresPerExample: width }: EvaluationProgram,
  { losses, weights, ranks }: Omit<Scores, "executingSeconds">,
  { start, end }: Chunk,
): Tensors {
  const [from, to, shape] = [start * width, end * width, [end - start, width]];
  return {
    [EVALUATION.losses]: float32(losses.subarray(from, to), shape),
    ...(weights === null ? {} : { [EVALUATION.weights]: float32(weights.subarray(from, to), shape) }),
    ...(ranks === null ? {} : { [EVALUATION.ranks]: int64(ranks.subarray(from, to), shape) }),
  };
}
