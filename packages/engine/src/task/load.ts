/**
 * The load of a task: how much there is to do.
 *
 * @module
 */
import { chosenWork, examplesIn, examplesProcessed, isTraining, stepsOf, type Task } from "@potluck/core";
import { GRADIENT_PIECE } from "../pool/sum-gradients.ts";

/** How much there is to do. */
export interface Load {
  /** Solver steps; 1 for gradients. */
  readonly steps: number;
  /** Examples that the answer stands for, ≥ 1. */
  readonly examples: number;
  /** Examples that pass through the model, repetitions included. */
  readonly processed: number;
  /** At once, at most. */
  readonly batchSize: number;
  /** Vectors as long as the parameters that the answer is made of. */
  readonly vectors: number;
}

/** The load of a task for a client that holds so many examples. */
export function loadOf(task: Task, held: number): Load {
  if (isTraining(task)) {
    const work = chosenWork(task);
    const processed = examplesProcessed(work, held);
    return { steps: stepsOf(work, held), examples: held, processed, batchSize: work.batchSize, vectors: 1 };
  }
  const processed = examplesIn(task.gradients);
  const batchSize = Math.min(GRADIENT_PIECE, Math.max(1, processed));
  return { steps: 1, examples: Math.max(1, processed), processed, batchSize, vectors: task.gradients.length };
}
