/**
 * What can happen to a message on its way.
 *
 * @module
 */

/** The bytes that something puts in at most. */
const LONGEST_INSERT = 9;
const LONGEST_NOISE = 40;

/** A message to which one to three things have happened; `draw` gives numbers in (0, 1). The message itself is left as it is. */
export function mutated(message: Uint8Array, draw: () => number): Uint8Array {
  let changed = message;
  for (let left = 1 + below(3, draw); left > 0; left--) {
    changed = MUTATIONS[below(MUTATIONS.length, draw)]?.(changed, draw) ?? changed;
  }
  return changed;
}

type Mutation = (message: Uint8Array, draw: () => number) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  (message, draw) => {
    const changed = message.slice();
    if (changed.length > 0) changed[below(changed.length, draw)] = below(256, draw);
    return changed;
  },
  (message, draw) => {
    const changed = message.slice();
    const at = below(changed.length, draw);
    if (changed.length > 0) changed[at] = (changed[at] ?? 0) ^ (1 << below(8, draw));
    return changed;
  },
  (message, draw) => message.slice(0, below(message.length + 1, draw)),
  (message, draw) => Uint8Array.of(...message, ...noise(LONGEST_INSERT, draw)),
  (message, draw) => {
    const cut = below(message.length + 1, draw);
    return Uint8Array.of(...message.slice(0, cut), ...noise(LONGEST_INSERT, draw), ...message.slice(cut));
  },
  // Five bytes that say a number near 2^32 where a count may be.
  (message, draw) => {
    const cut = below(Math.min(message.length, 4) + 1, draw);
    return Uint8Array.of(...message.slice(0, cut), 0xff, 0xff, 0xff, 0xff, below(16, draw), ...message.slice(cut + 1));
  },
  (_, draw) => noise(LONGEST_NOISE, draw),
];

function noise(longest: number, draw: () => number): Uint8Array {
  return Uint8Array.from({ length: below(longest + 1, draw) }, () => below(256, draw));
}

/** A whole number in [0, most), 0 where there is none. */
function below(most: number, draw: () => number): number {
  return Math.max(0, Math.min(most - 1, Math.floor(most * draw())));
}
