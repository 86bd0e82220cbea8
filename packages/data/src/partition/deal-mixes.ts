/**
 * Dealing by class mixes: every client draws a mix of the classes, and rows are dealt to fit. The rule in symbols
 * stands in `dirichlet.ts`.
 *
 * @module
 */
import {
  type Examples,
  fold,
  gammaStream,
  type Key,
  permutation,
  present,
  uniformOf,
  uniformStream,
} from "@potluck/core";
import type { PartitionOptions } from "./partition.ts";
import { rowsByClass } from "./rows.ts";
import { clientSizes } from "./sizes.ts";

/** What is asked for; `alpha` is the concentration, > 0. */
export interface MixOptions extends Required<PartitionOptions> {
  readonly alpha: number;
}

/** The rows of each client. Throws Fault "data-invalid" when there are too few. */
export function dealMixes(examples: Examples, options: MixOptions, key: Key): readonly Uint32Array[] {
  const sizes = clientSizes(examples.count, options, fold(key, "sizes"));
  const byClass = rowsByClass(examples, fold(key, "rows"));
  const shares = byClass.map((rows) => rows.length / examples.count);
  const mixes = Array.from(sizes.keys(), (client) => classMix(fold(fold(key, "mix"), client), options.alpha, shares));
  return dealt(byClass, sizes, { mixes, key });
}

/** Weights of the classes for one client, q_k times a positive number. */
function classMix(key: Key, alpha: number, shares: readonly number[]): Float64Array {
  const gamma = gammaStream(fold(key, "gamma"));
  const mix = Float64Array.from(shares, (share) => (share === 0 ? 0 : gamma(alpha * shares.length * share)));
  // Every draw can underflow when α is tiny: the limit of α → 0 is one class, drawn by its share.
  if (mix.every((weight) => weight === 0)) mix[drawn(shares, uniformOf(fold(key, "corner")))] = 1;
  return mix;
}

/** The rows of each client, dealt one at a time. */
function dealt(
  byClass: readonly Uint32Array[],
  sizes: Uint32Array,
  { mixes, key }: { readonly mixes: readonly Float64Array[]; readonly key: Key },
): readonly Uint32Array[] {
  const left = Float64Array.from(byClass, (rows) => rows.length);
  const hands = Array.from(sizes, (size) => new Uint32Array(size));
  const filled = new Uint32Array(sizes.length);
  const uniform = uniformStream(fold(key, "labels"));
  for (const client of turns(sizes, fold(key, "turns"))) {
    const label = nextLabel(present(mixes[client], "a class mix"), left, uniform());
    left[label] = (left[label] ?? 0) - 1;
    const at = filled[client] ?? 0;
    present(hands[client], "a client's rows")[at] = present(byClass[label]?.[left[label] ?? -1], "a row left");
    filled[client] = at + 1;
  }
  return hands;
}

/** Client k as often as its size, in random order. */
function turns(sizes: Uint32Array, key: Key): Uint32Array {
  const owners = Uint32Array.from(Array.from(sizes, (size, client) => new Array<number>(size).fill(client)).flat());
  return permutation(key, owners.length).map((at) => owners[at] ?? 0);
}

/** A class drawn by `mix` among those with rows left; by the rows left where the mix has none of them. */
function nextLabel(mix: Float64Array, left: Float64Array, random: number): number {
  const open = mix.map((weight, label) => ((left[label] ?? 0) > 0 ? weight : 0));
  return open.some((weight) => weight > 0) ? drawn(open, random) : drawn(left, random);
}

/** An index drawn in proportion to `weights`, of which at least one is above 0. `random` is in (0, 1). */
function drawn(weights: ArrayLike<number>, random: number): number {
  let rest = 0;
  for (let i = 0; i < weights.length; i++) rest += weights[i] ?? 0;
  rest *= random;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight === 0) continue;
    last = i;
    rest -= weight;
    if (rest < 0) break;
  }
  return last;
}
