/**
 * What runs a graph: ONNX Runtime's native library in Node, its WebAssembly in a browser, there with WebGPU if one likes.
 * `#onnxruntime` (see this package's package.json) is the one or the other, in `../platform/`.
 *
 * @module
 */
import type { Targets, Tensors } from "./tensor.ts";

/** "cpu" is Node's. "wasm" and "webgpu" are a browser's; what WebGPU cannot do is left to WebAssembly. */
export type Backend = "cpu" | "wasm" | "webgpu";

/** How graphs are run. */
export interface RuntimeOptions {
  /** "cpu" in Node and "wasm" in a browser by default. */
  readonly backend?: Backend;
  /**
   * In a browser, the address of the folder that holds the `.wasm` and `.mjs` files of onnxruntime-web's `dist`. By
   * default they are where the bundler put them.
   */
  readonly files?: string;
}

/** A session of ONNX Runtime. Its errors are ONNX Runtime's own. */
export interface NativeSession {
  /** Runs the graph and writes the outputs that have a tensor in `targets` into it. */
  readonly run: (feeds: Tensors, targets: Targets) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a session for an ONNX file. Rejects with Fault "option-invalid" where there is no such backend. */
export type OpenNativeSession = (model: Uint8Array, options: RuntimeOptions) => Promise<NativeSession>;
