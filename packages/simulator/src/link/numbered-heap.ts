/**
 * A heap of numbered things, of which any can be taken out.
 *
 * @module
 */
import { invariant } from "@potluck/core";

/** What is in a heap. */
export interface HeapEntry {
  readonly id: number;
  readonly key: number;
}

/** A heap: the least key comes first, and of equal keys the lowest number, however they came in. */
export interface NumberedHeap {
  readonly size: () => number;
  /** Undefined when it is empty. */
  readonly first: () => HeapEntry | undefined;
  /** O(log n). `id` is not in the heap. */
  readonly push: (id: number, key: number) => void;
  /** O(log n). Does nothing where `id` is not in the heap. */
  readonly remove: (id: number) => void;
}

/** An empty heap. */
export function numberedHeap(): NumberedHeap {
  const entries: HeapEntry[] = [];
  const places = new Map<number, number>();
  const put = (entry: HeapEntry, place: number): void => {
    entries[place] = entry;
    places.set(entry.id, place);
  };
  /** Puts an entry at a free place or above it. */
  const rise = (entry: HeapEntry, from: number): void => {
    let place = from;
    while (place > 0) {
      const parent = entries[(place - 1) >> 1];
      if (parent === undefined || !isBefore(entry, parent)) break;
      put(parent, place);
      place = (place - 1) >> 1;
    }
    put(entry, place);
  };
  /** Puts an entry at a free place or below it. */
  const sink = (entry: HeapEntry, from: number): void => {
    let place = from;
    for (;;) {
      const [left, right] = [entries[2 * place + 1], entries[2 * place + 2]];
      const child = left !== undefined && right !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || !isBefore(child, entry)) break;
      const below = child === left ? 2 * place + 1 : 2 * place + 2;
      put(child, place);
      place = below;
    }
    put(entry, place);
  };
  return {
    size: () => entries.length,
    first: () => entries[0],
    push: (id, key) => {
      invariant(!places.has(id), `number ${id} is not in the heap yet`);
      rise({ id, key }, entries.length);
    },
    remove: (id) => {
      const place = places.get(id);
      if (place === undefined) return;
      places.delete(id);
      const last = entries.pop();
      if (last === undefined || last.id === id) return;
      const parent = entries[(place - 1) >> 1];
      if (place > 0 && parent !== undefined && isBefore(last, parent)) rise(last, place);
      else sink(last, place);
    },
  };
}

function isBefore(a: HeapEntry, b: HeapEntry): boolean {
  return a.key < b.key || (a.key === b.key && a.id < b.id);
}
