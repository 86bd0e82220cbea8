/**
 * The queue of things to come: a binary heap ordered by virtual time, then by the caller's canonical order, then by
 * who was scheduled first.
 *
 * @module
 */
import { InvariantViolation, type Seconds } from "@potluck/core";

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
  readonly place: number;
  readonly sequence: number;
}

/** The order of what happens at the same instant. */
export interface Order<T> {
  /** A number that is less for what comes first. */
  readonly placeOf: (what: T) => number;
  /** Negative when the first of two in the same place comes first. */
  readonly compare: (a: T, b: T) => number;
}

/** An empty queue; `order` is that of what happens at the same instant. */
export function eventQueue<T>({ placeOf, compare }: Order<T>): EventQueue<T> {
  const heap: Entry<T>[] = [];
  let pushed = 0;
  const before = (a: Entry<T>, b: Entry<T>): boolean =>
    a.at === b.at ? (a.place - b.place || compare(a.what, b.what) || a.sequence - b.sequence) < 0 : a.at < b.at;
  return {
    size: () => heap.length,
    push: (at, what) => {
      if (!Number.isFinite(at)) throw new InvariantViolation(`a finite instant is needed, got ${at}`);
      heap.push({ at, what, place: placeOf(what), sequence: pushed++ });
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
  let place = heap.length - 1;
  const entry = heap[place];
  if (entry === undefined) return;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !before(entry, above)) break;
    heap[place] = above;
    place = parent;
  }
  heap[place] = entry;
}

/** Moves the first entry down to its place. */
function siftDown<E>(heap: E[], before: Before<E>): void {
  let place = 0;
  const [entry] = heap;
  if (entry === undefined) return;
  for (;;) {
    const left = 2 * place + 1;
    const a = heap[left];
    const b = heap[left + 1];
    const isRight = a !== undefined && b !== undefined && before(b, a);
    const below = isRight ? b : a;
    if (below === undefined || !before(below, entry)) break;
    heap[place] = below;
    place = isRight ? left + 1 : left;
  }
  heap[place] = entry;
}
