/**
 * How the rows of an evaluation are shared among workers, and their scores put together again.
 *
 * @module
 */
import { emptyScores, EVALUATION_CHUNK_ROWS, type Scores } from "../runtime/run-evaluation.ts";
import type { EvaluationProgram } from "../training/program.ts";

/** `rows` cut into about equal shares, at most one a worker, each a whole number of evaluation chunks but the last. */
export function shares(rows: Uint32Array, workers: number): readonly Uint32Array[] {
  const chunks = Math.ceil(rows.length / EVALUATION_CHUNK_ROWS);
  const rowsPerShare = Math.max(1, Math.ceil(chunks / workers)) * EVALUATION_CHUNK_ROWS;
  const count = Math.ceil(rows.length / rowsPerShare);
  return Array.from({ length: count }, (_, at) => rows.slice(at * rowsPerShare, (at + 1) * rowsPerShare));
}

/** The scores of all parts, which are those of `rows` rows, one after another. */
export function joined(
  parts: readonly Scores[],
  program: EvaluationProgram,
  rows: number,
): Omit<Scores, "executingSeconds"> {
  const whole = emptyScores(program, rows);
  let at = 0;
  for (const { losses, weights, ranks } of parts) {
    whole.losses.set(losses, at);
    whole.weights?.set(weights ?? [], at);
    whole.ranks?.set(ranks ?? [], at);
    at += losses.length;
  }
  return whole;
}
