/**
 * How large a model may be: one limit for models that are built and for models that are read.
 *
 * @module
 */
import { Fault, type FaultCode } from "@potluck/core";

/**
 * The most parameters of a model: 1 GiB in float32, so that its ONNX file stays below the 2 GiB that the format allows,
 * and a float64 sum of them below the 4 GiB of a WebAssembly memory.
 */
export const MAX_PARAMETERS: number = 2 ** 28;

/** Throws a Fault of `code` where `count` is too large; `what`, which the count follows, says where it comes from. */
export function checkParameterCount(count: number, code: FaultCode, what: string, remedy: string): void {
  if (count <= MAX_PARAMETERS) return;
  throw new Fault(code, `${what} ${count} parameters, and ${MAX_PARAMETERS} is the most`, remedy);
}
