/**
 * Sessions of ONNX Runtime: one thread each, so that clients run side by side and results do not depend on how many.
 *
 * A session runs on the calling thread and blocks it until it is done.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";

/** A tensor on its way into a session or out of it. */
export type { Tensor } from "onnxruntime-node";

/** A graph that is ready to run. */
export interface Session {
  /**
   * The outputs for `feeds`. `targets` names the outputs that are wanted; one that has a tensor is written into it.
   * Rejects with Fault "training-failed".
   */
  readonly run: (feeds: Tensors, targets: Readonly<Record<string, Tensor | null>>) => Promise<Run>;
  readonly close: () => Promise<void>;
}

/** Tensors by the names of the graph's inputs or outputs. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** What a run gave. */
export interface Run {
  readonly outputs: Tensors;
  /** Wall time inside ONNX Runtime. */
  readonly seconds: number;
}

const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ["cpu"],
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
};

/** A session for the ONNX file `model`. Rejects with Fault "model-unsupported" where ONNX Runtime does not take it. */
export async function openSession(model: Uint8Array): Promise<Session> {
  const session = await create(model);
  return {
    run: (feeds, targets) => run(session, feeds, targets),
    close: () => session.release(),
  };
}

/** A float32 tensor over `values`, which are not copied. */
export function float32(values: Float32Array, shape: readonly number[]): Tensor {
  return new Tensor("float32", values, shape);
}

/** An int64 tensor over `values`, which are not copied. */
export function int64(values: BigInt64Array, shape: readonly number[]): Tensor {
  return new Tensor("int64", values, shape);
}

/** A tensor over stored features, which are not copied. */
export function featureTensor(values: Uint8Array | Float32Array, shape: readonly number[]): Tensor {
  return values instanceof Uint8Array ? new Tensor("uint8", values, shape) : float32(values, shape);
}

async function create(model: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(model, OPTIONS);
  } catch (error) {
    throw new Fault(
      "model-unsupported",
      `ONNX Runtime does not run the model: ${messageOf(error)}`,
      "Check the model with onnxruntime in Python; if it runs there, this is a fault of the derived graph.",
    );
  }
}

async function run(
  session: InferenceSession,
  feeds: Tensors,
  targets: Readonly<Record<string, Tensor | null>>,
): Promise<Run> {
  const start = performance.now();
  try {
    const outputs = await session.run(feeds, targets);
    return { outputs, seconds: (performance.now() - start) / 1000 };
  } catch (error) {
    throw new Fault(
      "training-failed",
      `ONNX Runtime stopped: ${messageOf(error)}`,
      "Check that the data have the shape that the model takes and that memory suffices.",
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
