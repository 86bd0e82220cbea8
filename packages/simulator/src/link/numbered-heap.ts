/**
 * A heap of numbered things, of which any can be taken out.
 *
 * @module
 */
import { invariant } from "@potluck/core";

/** What is in a heap. Its owner keeps it, to take it out again. */
export interface HeapEntry {
  readonly id: number;
  readonly key: number;
  /** Where it is in the heap, which alone writes this; {@link OUTSIDE} once it was taken out. */
  place: number;
}

const OUTSIDE = -1;

/** A heap: the least key comes first, and of equal keys the lowest number, however they came in. */
export interface NumberedHeap {
  readonly size: () => number;
  /** Undefined when it is empty. */
  readonly first: () => HeapEntry | undefined;
  /** O(log n). Numbers are unique among those in the heap. */
  readonly push: (id: number, key: number) => HeapEntry;
  /** O(log n). `entry` is in the heap. */
  readonly remove: (entry: HeapEntry) => void;
}

/** An empty heap. */
export function numberedHeap(): NumberedHeap {
  const entries: HeapEntry[] = [];
  return {
    size: () => entries.length,
    first: () => entries[0],
    push: (id, key) => {
      const entry = { id, key, place: entries.length };
      entries.push(entry);
      rise(entries, entry);
      return entry;
    },
    remove: (entry) => {
      const { place } = entry;
      invariant(entries[place] === entry, "what is taken out of a heap is in it");
      entry.place = OUTSIDE;
      const last = entries.pop();
      if (last === undefined || last === entry) return;
      put(entries, last, place);
      rise(entries, last);
      sink(entries, last);
    },
  };
}

function put(entries: HeapEntry[], entry: HeapEntry, place: number): void {
  entries[place] = entry;
  entry.place = place;
}

/** Moves an entry up to where it belongs. */
function rise(entries: HeapEntry[], entry: HeapEntry): void {
  let { place } = entry;
  while (place > 0) {
    const above = entries[(place - 1) >> 1];
    if (above === undefined || !isBefore(entry, above)) break;
    const next = above.place;
    put(entries, above, place);
    place = next;
  }
  put(entries, entry, place);
}

/** Moves an entry down to where it belongs. */
function sink(entries: HeapEntry[], entry: HeapEntry): void {
  let { place } = entry;
  for (;;) {
    const child = lesser(entries, 2 * place + 1);
    if (child === undefined || !isBefore(child, entry)) break;
    const next = child.place;
    put(entries, child, place);
    place = next;
  }
  put(entries, entry, place);
}

/** The entry at `left` or the one to its right, whichever comes first; undefined where there is none. */
function lesser(entries: readonly HeapEntry[], left: number): HeapEntry | undefined {
  if (left + 1 >= entries.length) return entries[left];
  const a = entries[left];
  const b = entries[left + 1];
  return a !== undefined && b !== undefined && isBefore(b, a) ? b : a;
}

function isBefore(a: HeapEntry, b: HeapEntry): boolean {
  return a.key < b.key || (a.key === b.key && a.id < b.id);
}
