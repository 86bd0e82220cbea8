/**
 * A heap of numbered things, of which any can be taken out.
 *
 * @module
 */
import { SlotHeap } from "../heap/slot-heap.ts";

/** A heap: the least key comes first, and of equal keys the lowest number, however they came in. */
export interface NumberedHeap {
  readonly size: () => number;
  /** The number that comes first; undefined when it is empty. */
  readonly first: () => number | undefined;
  /** The least key; Infinity when it is empty. */
  readonly firstKey: () => number;
  /** O(log n). Numbers are unique among those in the heap. What {@link NumberedHeap.remove} takes it out by. */
  readonly push: (id: number, key: number) => number;
  /** O(log n). Throws InvariantViolation for a slot that nothing is in. */
  readonly remove: (slot: number) => void;
}

/** An empty heap. */
export function numberedHeap(): NumberedHeap {
  const ids: number[] = [];
  const heap = new SlotHeap((a, b) => (ids[a] ?? 0) - (ids[b] ?? 0));
  return {
    size: () => heap.size(),
    first: () => {
      const slot = heap.first();
      return slot === undefined ? undefined : ids[slot];
    },
    firstKey: () => heap.firstKey(),
    push: (id, key) => {
      const slot = heap.vacant();
      ids[slot] = id;
      heap.push(key);
      return slot;
    },
    remove: (slot) => {
      heap.remove(slot);
    },
  };
}
