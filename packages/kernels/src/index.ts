/**
 * `@potluck/kernels`: the hot loops over vectors in WebAssembly SIMD.
 *
 * @module
 */
export { loadKernels } from "./load-kernels.ts";
