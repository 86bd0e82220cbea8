/**
 * A server optimizer on one parameter: what it makes of a sequence of deltas.
 *
 * @module
 */
import { present, type ServerOptimizer } from "@potluck/core";

/** The values of one parameter, from `start`, after each delta. */
export function serverPath(optimizer: ServerOptimizer, start: number, deltas: readonly number[]): readonly number[] {
  const slots = Object.fromEntries(
    Object.entries(optimizer.slots).map(([name, value]) => [name, Float64Array.of(value)]),
  );
  let params: Float32Array = Float32Array.of(start);
  return deltas.map((delta) => {
    params = optimizer.step({ params, delta: Float64Array.of(delta), slots });
    return present(params[0], "the parameter");
  });
}
