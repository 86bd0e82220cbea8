/**
 * Chooses between the two forms of the hot loops. It happens at once, without waiting: the compiled module is small.
 *
 * @module
 */
import { InvariantViolation, plainKernels, type VectorKernels } from "@potluck/core";
import { vectorKernelsBase64 } from "./gen/vector-kernels.wasm.ts";
import { simdKernels } from "./simd-kernels.ts";
import { webAssembly, type WebAssemblyInterface } from "./web-assembly.ts";
import { workbenchMaker } from "./workbench.ts";

/** The fastest vector kernels that run here: WebAssembly SIMD, or the plain ones. Both give the same bits. */
export function loadKernels(): VectorKernels {
  return kernelsWith(webAssembly);
}

/**
 * The vector kernels for this form of WebAssembly: the plain ones where there is none, where it has no SIMD, or where
 * a page's content security policy or a lack of room forbids its use.
 */
export function kernelsWith(available: WebAssemblyInterface | undefined): VectorKernels {
  const bytes = vectorKernelsBytes();
  if (available === undefined || !available.validate(bytes)) return plainKernels;
  try {
    return simdKernels(workbenchMaker(available, new available.Module(bytes)));
  } catch (error) {
    if (error instanceof InvariantViolation) throw error;
    return plainKernels;
  }
}

/** The compiled module, as it was checked in. */
export function vectorKernelsBytes(): Uint8Array {
  return Uint8Array.from(atob(vectorKernelsBase64), (character) => character.charCodeAt(0));
}
