/**
 * ONNX Runtime's WebAssembly, alone or with WebGPU: `#onnxruntime` in a browser. Which of the two it is decides what the
 * page loads, at the first session.
 *
 * A session of WebAssembly runs on the calling thread and blocks it until it is done; use a pool, whose sessions run in
 * workers, where the page must go on.
 *
 * @module
 */
import { Fault, invariant, present } from "@potluck/core";
import type * as OnnxRuntime from "onnxruntime-web";
import type { InferenceSession, Tensor as NativeTensor } from "onnxruntime-web";
import type { Backend, NativeSession, OpenNativeSession } from "../../runtime/backend.ts";
import type { Tensor, Tensors } from "../../runtime/tensor.ts";

type Runtime = Pick<typeof OnnxRuntime, "env" | "InferenceSession" | "Tensor">;

const OPTIONS: InferenceSession.SessionOptions = {
  executionMode: "sequential",
  graphOptimizationLevel: "all",
  logSeverityLevel: 3,
};

/** There are no kernels for channels in blocks. */
export const mayHaveBlocks: boolean = false;

/** Opens a session of WebAssembly, or of WebGPU. Rejects with Fault "file-missing" where it cannot be loaded. */
export const openNativeSession: OpenNativeSession = async (model, { backend = "wasm", files }) => {
  const runtime = await load(backend);
  runtime.env.logLevel = "error";
  runtime.env.wasm.numThreads = 1;
  if (files !== undefined) runtime.env.wasm.wasmPaths = files;
  const executionProvider = backend === "webgpu" ? await webgpu(model) : backend;
  const options = { ...OPTIONS, executionProviders: [executionProvider] };
  const session = await inTurn(() => runtime.InferenceSession.create(model, options).catch(refuse));
  return sessionOf(runtime, session);
};

async function load(backend: Backend): Promise<Runtime> {
  switch (backend) {
    case "wasm":
      return import("onnxruntime-web/wasm");
    case "webgpu":
      return import("onnxruntime-web/webgpu");
    case "cpu":
      throw new Fault("option-invalid", 'there is no backend "cpu" in a browser', 'Use "wasm" or "webgpu".');
  }
}

async function webgpu(model: Uint8Array): Promise<InferenceSession.ExecutionProviderConfig> {
  if (!("gpu" in navigator) || (await navigator.gpu.requestAdapter()) === null) {
    throw new Fault("option-invalid", "this browser offers no WebGPU", 'Use the backend "wasm".');
  }
  const { leftToCpu } = await import("./left-to-cpu.ts");
  const forceCpuNodeNames = leftToCpu(model);
  // ONNX Runtime takes no empty list.
  return { name: "webgpu", ...(forceCpuNodeNames.length > 0 ? { forceCpuNodeNames } : {}) };
}

/** Tells that ONNX Runtime itself could not be loaded from that it does not take a model. */
function refuse(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  if (!message.startsWith("no available backend found")) throw error;
  throw new Fault(
    "file-missing",
    `ONNX Runtime cannot be loaded: ${message}`,
    "Serve the .wasm and .mjs files of onnxruntime-web beside the page's program, or say where they are (files).",
  );
}

function sessionOf(runtime: Runtime, session: InferenceSession): NativeSession {
  return {
    run: (feeds, targets) =>
      inTurn(async () => {
        const outputs = await session.run(nativeFeeds(runtime, feeds), Object.keys(targets));
        for (const [name, target] of Object.entries(targets)) {
          if (target !== null) fill(target, present(outputs[name], `output "${name}"`));
        }
      }),
    close: () => inTurn(() => session.release()),
  };
}

function nativeFeeds({ Tensor: Native }: Runtime, feeds: Tensors): Readonly<Record<string, NativeTensor>> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, data, dims }]) => [name, new Native(type, data, dims)]),
  );
}

/** Copies the values of an output: onnxruntime-web does not write into memory that it is given. */
function fill({ type, data }: Tensor, output: NativeTensor): void {
  const values = output.data;
  invariant(output.type === type && ArrayBuffer.isView(values), `an output of type ${type}, got ${output.type}`);
  bytesOf(data).set(bytesOf(values));
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** One call of ONNX Runtime at a time: with WebGPU a second one must not begin while the first waits for the device. */
let last: Promise<unknown> = Promise.resolve();

function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = last.then(work);
  last = result.catch(() => null);
  return result;
}
