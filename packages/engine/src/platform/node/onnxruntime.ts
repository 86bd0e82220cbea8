/**
 * ONNX Runtime's native library: `#onnxruntime` in Node. A session runs on the calling thread and blocks it until it is
 * done.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { InferenceSession, Tensor as NativeTensor } from "onnxruntime-node";
import type { OpenNativeSession } from "../../runtime/backend.ts";
import type { Targets, Tensor, Tensors } from "../../runtime/tensor.ts";

/** One thread each, so that clients run side by side and results do not depend on how many. */
const OPTIONS: InferenceSession.SessionOptions = {
  executionProviders: ["cpu"],
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  logSeverityLevel: 3,
};

/** Whether there can be kernels for channels in blocks: on most processors there are. */
export const mayHaveBlocks: boolean = true;

/** Opens a session of the native library. */
export const openNativeSession: OpenNativeSession = async (model, { backend = "cpu" }) => {
  if (backend !== "cpu") {
    const message = `there is no backend "${backend}" in Node`;
    throw new Fault("option-invalid", message, 'Use the backend "cpu", or train in a browser.');
  }
  const session = await InferenceSession.create(model, OPTIONS);
  return {
    run: async (feeds, targets) => {
      await session.run(nativeFeeds(feeds), nativeTargets(targets));
    },
    close: () => session.release(),
  };
};

function nativeFeeds(feeds: Tensors): Readonly<Record<string, NativeTensor>> {
  return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, nativeTensor(tensor)]));
}

function nativeTargets(targets: Targets): Readonly<Record<string, NativeTensor | null>> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, tensor]) => [name, tensor === null ? null : nativeTensor(tensor)]),
  );
}

/** The same tensor as ONNX Runtime's own, over the same memory. */
function nativeTensor({ type, data, dims }: Tensor): NativeTensor {
  return new NativeTensor(type, data, dims);
}
