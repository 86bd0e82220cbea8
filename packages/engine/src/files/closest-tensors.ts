/**
 * Which tensors of a file come closest to one that it does not have: for faults, so that a prefix, a slip or the other name
 * of a tied weight is seen.
 *
 * @module
 */
import type { Layout, TensorShape, TensorSlot } from "@potluck/core";

/** So many are named. */
const NAMED_LIMIT = 3;

/**
 * Those of `others` that may be `wanted` under another name: of its shape, or of any where none has that, and first those
 * with the most of its name.
 */
export function closestTensors({ name, shape }: TensorShape, others: Layout): readonly TensorSlot[] {
  const alike = others.filter((slot) => slot.shape.join() === shape.join());
  return (alike.length === 0 ? others : alike)
    .map((slot) => ({ slot, letters: sharedLetters(slot.name, name) }))
    .toSorted((a, b) => b.letters - a.letters)
    .slice(0, NAMED_LIMIT)
    .map(({ slot }) => slot);
}

/** How many letters two names have in common at their ends and, of what is left then, at their beginnings. */
function sharedLetters(a: string, b: string): number {
  const atEnd = shared(a.split("").toReversed(), b.split("").toReversed());
  return atEnd + shared(a.slice(0, a.length - atEnd).split(""), b.slice(0, b.length - atEnd).split(""));
}

function shared(a: readonly string[], b: readonly string[]): number {
  const different = a.findIndex((letter, at) => letter !== b[at]);
  return different < 0 ? a.length : different;
}
