/**
 * Trains a model on the calling thread.
 *
 * @module
 */
import type { Solver } from "@potluck/core";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { assertSolver } from "../training/check-solver.ts";
import { derive } from "../training/derivation.ts";
import { plainFeatures } from "../training/plain-features.ts";
import type { StepForm } from "../training/step-form.ts";
import { trainingProgram } from "../training/training-graph.ts";
import type { EvaluatorOptions } from "./evaluator.ts";
import { channelBlocks } from "./channel-blocks.ts";
import { checkCreation, checkWords, EVALUATOR_OPTIONS } from "./check-options.ts";
import { openTrainer, type Trainer } from "./run-training.ts";

/** Options of {@link createTrainer}: those of an evaluator, and how to learn. */
export interface TrainerOptions extends EvaluatorOptions {
  readonly solver: Solver;
  /** What of all that makes steps faster is left out: nothing by default. For measurements. */
  readonly leaveOut?: readonly SpeedUp[];
}

/** What makes steps faster: products that absorb the arithmetic after them, and convolutions in blocks of channels. */
export type SpeedUp = (typeof SPEED_UPS)[number];

const SPEED_UPS = ["absorption", "blocks"] as const;

/** A trainer on the calling thread. Rejects with Fault "model-unsupported", "model-invalid" or "option-invalid". */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  checkCreation("createTrainer", [...EVALUATOR_OPTIONS, "solver", "leaveOut"], options);
  const { model, solver, objective = crossEntropy(), parameters = {}, runtime } = options;
  const { features = plainFeatures(model), leaveOut = [] } = options;
  assertSolver(solver);
  checkWords("leaveOut", SPEED_UPS, leaveOut);
  const derivation = derive(standardForm(model, parameters), objective);
  const form = await stepForm(leaveOut);
  return openTrainer(trainingProgram(derivation, solver, features, form), runtime);
}

async function stepForm(leftOut: readonly SpeedUp[]): Promise<StepForm> {
  return {
    absorbed: !leftOut.includes("absorption"),
    blocks: leftOut.includes("blocks") ? null : await channelBlocks(),
  };
}
