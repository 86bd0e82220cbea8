/**
 * Which rows make up which batch.
 *
 * Epoch e of a task visits the rows in the order `permutation(fold(key, e), rows)`. FixedWork in epochs cuts each epoch into
 * batches of `batchSize`, the last of which may be smaller. FixedWork in steps cuts the epochs, written one after another,
 * into batches of exactly min(batchSize, rows), which may run over the border between two epochs.
 * Where the batch size divides the rows, the two are the same.
 *
 * @module
 */
import { assertKey, assertWork, Fault, fold, type Key, permutation, type FixedWork, wordStream } from "@potluck/core";

/** The batches of a task: batch k is the rows `order[starts[k] … ends[k])`. */
export interface Batches {
  /** Row numbers in [0, rows). */
  readonly order: BigInt64Array;
  readonly starts: BigInt64Array;
  readonly ends: BigInt64Array;
  /** For each batch what decides the chance in its step, such as what dropout drops: in [0, 2^32). */
  readonly seeds: BigInt64Array;
}

/** The most examples that one task may pass through the model, repetitions included. */
export const MAX_EXAMPLES_PER_TASK: number = 2 ** 26;

/** The batches of `work` on `rows` ≥ 1 rows. Throws Fault "option-invalid" or, for no rows, "data-invalid". */
export function planBatches(key: Key, rows: number, work: FixedWork): Batches {
  assertKey("planBatches", key);
  checkWork(rows, work);
  const batchSize = "steps" in work ? Math.min(work.batchSize, rows) : work.batchSize;
  const passLength = "steps" in work ? work.steps * batchSize : rows;
  const passes = "steps" in work ? 1 : work.epochs;
  const order = shuffledRows(key, rows, passes * passLength);
  const stepsPerPass = Math.ceil(passLength / batchSize);
  const starts = new BigInt64Array(passes * stepsPerPass);
  const ends = new BigInt64Array(passes * stepsPerPass);
  for (let step = 0; step < starts.length; step++) {
    const passEnd = (Math.floor(step / stepsPerPass) + 1) * passLength;
    const start = passEnd - passLength + (step % stepsPerPass) * batchSize;
    starts[step] = BigInt(start);
    ends[step] = BigInt(Math.min(start + batchSize, passEnd));
  }
  const word = wordStream(fold(key, "seeds"));
  const seeds = BigInt64Array.from(starts, () => BigInt(word()));
  return { order, starts, ends, seeds };
}

/** The first `length` row numbers of the epochs written one after another. */
function shuffledRows(key: Key, rows: number, length: number): BigInt64Array {
  const order = new BigInt64Array(length);
  for (let at = 0; at < length; at += rows) {
    const epoch = permutation(fold(key, at / rows), rows).subarray(0, length - at);
    for (let i = 0; i < epoch.length; i++) order[at + i] = BigInt(epoch[i] as number);
  }
  return order;
}

function checkWork(rows: number, work: FixedWork): void {
  if (!Number.isSafeInteger(rows) || rows < 1) {
    const what = rows === 0 ? "a task without rows" : `the number of rows is ${rows}`;
    throw new Fault("data-invalid", what, "Give the client at least one example, and their number.");
  }
  assertWork(work);
  const examples = "steps" in work ? work.steps * Math.min(work.batchSize, rows) : work.epochs * rows;
  if (examples > MAX_EXAMPLES_PER_TASK) {
    const limit = `one task may train on ${MAX_EXAMPLES_PER_TASK} examples at most, repetitions included`;
    throw new Fault("option-invalid", `work: ${examples} examples; ${limit}`, "Give the client fewer epochs or steps.");
  }
}
