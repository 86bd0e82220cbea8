/**
 * Trains a model on the calling thread.
 *
 * @module
 */
import { Fault, type Solver } from "@potluck/core";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { derive } from "../training/derivation.ts";
import { PLAIN_FEATURES } from "../training/program.ts";
import type { StepForm } from "../training/step-form.ts";
import { trainingProgram } from "../training/training-graph.ts";
import type { EvaluatorOptions } from "./evaluator.ts";
import { channelBlocks } from "./channel-blocks.ts";
import { openTrainer, type Trainer } from "./run-training.ts";

/** Options of {@link createTrainer}: those of an evaluator, and how to learn. */
export interface TrainerOptions extends EvaluatorOptions {
  readonly solver: Solver;
  /** What of all that makes steps faster is left out: nothing by default. For measurements. */
  readonly leaveOut?: readonly SpeedUp[];
}

/** What makes steps faster: products that absorb the arithmetic after them, and convolutions in blocks of channels. */
export type SpeedUp = "absorption" | "blocks";

/** A trainer on the calling thread. Rejects with Fault "model-unsupported", "model-invalid" or "option-invalid". */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  checkSolver(options.solver);
  const { model, solver, objective = crossEntropy(), features = PLAIN_FEATURES, parameters = {}, runtime } = options;
  const derivation = derive(standardForm(model, parameters), objective);
  const form = await stepForm(options.leaveOut ?? []);
  return openTrainer(trainingProgram(derivation, solver, features, form), runtime);
}

async function stepForm(leftOut: readonly SpeedUp[]): Promise<StepForm> {
  return {
    absorbed: !leftOut.includes("absorption"),
    blocks: leftOut.includes("blocks") ? null : await channelBlocks(),
  };
}

/** Throws Fault "option-invalid" where a program that nobody type-checked gives something else than a solver. */
function checkSolver(given: unknown): void {
  const isObject = typeof given === "object" && given !== null;
  if (isObject && "slots" in given && "step" in given) return;
  const what = isObject && "name" in given ? `the name and options of "${String(given.name)}"` : String(given);
  throw new Fault(
    "option-invalid",
    `solver: a solver must be given, not ${what}`,
    "Make one: solver.sgd({ learningRate: 0.05 }). Name and options are what the jobs of a pool take.",
  );
}
