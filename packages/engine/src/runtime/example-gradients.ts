/**
 * The gradients of single examples, on the calling thread.
 *
 * @module
 */
import { Fault, type Layout, layoutLength } from "@potluck/core";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { BATCH, type ExampleGradientsProgram, gradientOutput } from "../training/batch-program.ts";
import { exampleGradientsProgram } from "../training/per-example-program.ts";
import type { RuntimeOptions } from "./backend.ts";
import { checkCreation, EVALUATOR_OPTIONS } from "./check-options.ts";
import type { EvaluatorOptions } from "./evaluator.ts";
import { batchFeeds, type BatchTask, requireFinite, tensorsOf } from "./run-products.ts";
import { checkRows } from "./feeds.ts";
import { openSession } from "./session.ts";
import { float32 } from "./tensor.ts";

/** Options of {@link createExampleGradients}. */
export interface ExampleGradientsOptions extends EvaluatorOptions {
  /** The longest gradient of an example, over all parameters together, > 0; nothing is clipped by default. */
  readonly clipNorm?: number;
}

/** What the examples of a batch give. */
export interface SummedGradients {
  /** The sum of the gradients, each clipped; 0 for statistics. Flat, in the layout of the model. */
  readonly sum: Float32Array;
  /** The norm of each gradient before it was clipped. */
  readonly norms: Float32Array;
  /** The loss of each example. */
  readonly losses: Float32Array;
}

/** A model and a loss, ready to give gradients of single examples. */
export interface ExampleGradients {
  readonly layout: Layout;
  /** Blocks the calling thread. Rejects with Fault "data-invalid" or "training-failed" (what is not finite). */
  readonly sum: (task: BatchTask) => Promise<SummedGradients>;
  readonly close: () => Promise<void>;
}

/**
 * The clipped gradients of single examples. Rejects with Fault "option-invalid", "model-invalid" or
 * "model-unsupported", also for a model that learns batch statistics.
 */
export async function createExampleGradients(options: ExampleGradientsOptions): Promise<ExampleGradients> {
  checkCreation("createExampleGradients", [...EVALUATOR_OPTIONS, "clipNorm"], options);
  const { model, objective = crossEntropy(), features, parameters = {}, runtime, clipNorm = null } = options;
  if (clipNorm !== null && !(clipNorm > 0 && Number.isFinite(clipNorm))) {
    throw new Fault(
      "option-invalid",
      `clipNorm must be a number > 0, got ${clipNorm}`,
      "Change clipNorm or leave it out.",
    );
  }
  const form = standardForm(model, parameters);
  return openExampleGradients(exampleGradientsProgram(form, objective, clipNorm, features), runtime);
}

/** Rejects with Fault "model-unsupported". */
async function openExampleGradients(
  program: ExampleGradientsProgram,
  runtime?: RuntimeOptions,
): Promise<ExampleGradients> {
  const { layout, trained } = program;
  const session = await openSession(program.model, runtime);
  const sum = async (task: BatchTask): Promise<SummedGradients> => {
    const rows = checkRows(task, program);
    const result = {
      sum: new Float32Array(layoutLength(layout)),
      norms: new Float32Array(rows),
      losses: new Float32Array(rows),
    };
    await session.run(batchFeeds(program, task), {
      ...tensorsOf(layout, trained, result.sum, gradientOutput),
      [BATCH.norms]: float32(result.norms, [rows]),
      [BATCH.losses]: float32(result.losses, [rows]),
    });
    for (const values of [result.sum, result.norms, result.losses]) requireFinite(values);
    return result;
  };
  return { layout, sum, close: session.close };
}
