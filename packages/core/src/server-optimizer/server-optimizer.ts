/**
 * The contract of server optimizers: what to do with the aggregated delta.
 *
 * The delta plays the part of a negative gradient: it points from the current model to where the clients want it.
 * State is a few vectors as long as the parameters, in float64; the new parameters are rounded to float32 once.
 *
 * @module
 */

/** The vectors that an optimizer remembers, by name. */
export type Slots = Readonly<Record<string, Float64Array>>;

/** What one step works on. All vectors have the same length. */
export interface ServerStep {
  readonly params: Float32Array;
  /** The aggregated delta, client minus server. */
  readonly delta: Float64Array;
  /** Changed in place. */
  readonly slots: Slots;
}

/** What to do with the aggregated delta. */
export interface ServerOptimizer {
  /** The initial value of each slot's elements. */
  readonly slots: Readonly<Record<string, number>>;
  /** The new parameters, in a vector of their own. */
  readonly step: (step: ServerStep) => Float32Array;
}

/** The slots of an optimizer at the start, for models of `length` parameters. */
export function initialSlots({ slots }: Pick<ServerOptimizer, "slots">, length: number): Slots {
  return Object.fromEntries(Object.entries(slots).map(([name, value]) => [name, new Float64Array(length).fill(value)]));
}

/** A server optimizer that changes each parameter on its own: `next(i)` is parameter i's new value. */
export function elementwise(length: number, next: (i: number) => number): Float32Array {
  const updated = new Float32Array(length);
  for (let i = 0; i < length; i++) updated[i] = next(i);
  return updated;
}
