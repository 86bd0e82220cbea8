/**
 * Runs programs that give gradients of losses. Nothing is derived here.
 *
 * @module
 */
import { type Layout, layoutLength } from "@potluck/core";
import { BATCH, gradientOutput, type GradientProgram } from "../training/batch-program.ts";
import type { RuntimeOptions } from "./backend.ts";
import { batchFeeds, type BatchTask, requireFinite, tensorsOf } from "./run-products.ts";
import { openSession } from "./session.ts";
import { float32 } from "./tensor.ts";

/** The mean loss of a batch, and its gradient. */
export interface LossGradient {
  readonly loss: number;
  /** Flat, in the layout of the model; 0 for statistics. */
  readonly gradient: Float32Array;
  /** Wall time inside ONNX Runtime. */
  readonly executingSeconds: number;
}

/** A model and a loss, ready to give gradients. */
export interface Gradient {
  readonly layout: Layout;
  /** Blocks the calling thread. Rejects with Fault "data-invalid" or "training-failed" (what is not finite). */
  readonly of: (task: BatchTask) => Promise<LossGradient>;
  readonly close: () => Promise<void>;
}

/** Rejects with Fault "model-unsupported". */
export async function openGradient(program: GradientProgram, runtime?: RuntimeOptions): Promise<Gradient> {
  const { layout, trained } = program;
  const session = await openSession(program.model, runtime);
  const of = async (task: BatchTask): Promise<LossGradient> => {
    const [loss, gradient] = [new Float32Array(1), new Float32Array(layoutLength(layout))];
    const { seconds } = await session.run(batchFeeds(program, task), {
      [BATCH.loss]: float32(loss, []),
      ...tensorsOf(layout, trained, gradient, gradientOutput),
    });
    for (const values of [loss, gradient]) requireFinite(values);
    return { loss: loss[0] ?? Number.NaN, gradient, executingSeconds: seconds };
  };
  return { layout, of, close: session.close };
}
