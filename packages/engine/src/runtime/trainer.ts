/**
 * Trains a model on the calling thread.
 *
 * @module
 */
import type { Solver } from "@potluck/core";
import type { Model } from "../graph/graph.ts";
import { type FeatureFormat, PLAIN_FEATURES } from "../training/program.ts";
import { trainingProgram } from "../training/training-graph.ts";
import { openTrainer, type Trainer } from "./run-training.ts";

/** Options of {@link createTrainer}. */
export interface TrainerOptions {
  /** Features [batch, …] in, scores of classes [batch, classes] out. */
  readonly model: Model;
  readonly solver: Solver;
  /** How the features will be stored; plain float32 by default. */
  readonly features?: FeatureFormat;
}

/** A trainer on the calling thread. Rejects with Fault "model-unsupported" or "model-invalid". */
export async function createTrainer({ model, solver, features = PLAIN_FEATURES }: TrainerOptions): Promise<Trainer> {
  return openTrainer(trainingProgram(model, solver, features));
}
