/**
 * The queue of things to come: a binary heap ordered by virtual time, then by the caller's canonical order, then by
 * who was scheduled first.
 *
 * @module
 */
import { invariant, type Seconds } from "@potluck/core";

/** Something that will happen. */
export interface Occurrence<T> {
  readonly at: Seconds;
  readonly what: T;
}

/** A queue that yields occurrences in the order of time. */
export interface EventQueue<T> {
  readonly size: () => number;
  readonly push: (at: Seconds, what: T) => void;
  /** The earliest occurrence; undefined when nothing is left. */
  readonly first: () => Occurrence<T> | undefined;
  /** Everything that is left, in no order. */
  readonly all: () => readonly Occurrence<T>[];
  /** The earliest occurrence, taken out; undefined when nothing is left. O(log n). */
  readonly pop: () => Occurrence<T> | undefined;
}

interface Entry<T> extends Occurrence<T> {
  readonly sequence: number;
}

/** An empty queue. `compare` orders what happens at the same instant: negative when the first comes first. */
export function eventQueue<T>(compare: (a: T, b: T) => number): EventQueue<T> {
  const heap: Entry<T>[] = [];
  let pushed = 0;
  const before = (a: Entry<T>, b: Entry<T>): boolean =>
    (a.at - b.at || compare(a.what, b.what) || a.sequence - b.sequence) < 0;
  return {
    size: () => heap.length,
    push: (at, what) => {
      invariant(Number.isFinite(at), `a finite instant, got ${at}`);
      heap.push({ at, what, sequence: pushed++ });
      siftUp(heap, before);
    },
    first: () => heap[0],
    all: () => heap.map(({ at, what }) => ({ at, what })),
    pop: () => {
      const [first] = heap;
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) {
        heap[0] = last;
        siftDown(heap, before);
      }
      return first;
    },
  };
}

type Before<E> = (a: E, b: E) => boolean;

/** Moves the last entry up to its place. */
function siftUp<E>(heap: E[], before: Before<E>): void {
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!swapIf(heap, before, parent, child)) return;
    child = parent;
  }
}

/** Moves the first entry down to its place. */
function siftDown<E>(heap: E[], before: Before<E>): void {
  let parent = 0;
  for (;;) {
    const left = 2 * parent + 1;
    const right = left + 1;
    const [a, b] = [heap[left], heap[right]];
    const child = a !== undefined && b !== undefined && before(b, a) ? right : left;
    if (!swapIf(heap, before, parent, child)) return;
    parent = child;
  }
}

/** Swaps parent and child if the child comes first; false when they are in order or there is no child. */
function swapIf<E>(heap: E[], before: Before<E>, parent: number, child: number): boolean {
  const [above, below] = [heap[parent], heap[child]];
  if (above === undefined || below === undefined || !before(below, above)) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}
