/**
 * The queue of things to come: a heap ordered by virtual time, then by the caller's canonical order, then by
 * who was scheduled first.
 *
 * @module
 */
import { InvariantViolation, present, type Seconds } from "@potluck/core";
import { SlotHeap } from "../heap/slot-heap.ts";

/** Something that will happen. */
export interface Occurrence<T> {
  readonly at: Seconds;
  readonly what: T;
}

/** A queue that yields occurrences in the order of time. */
export interface EventQueue<T> {
  readonly size: () => number;
  readonly push: (at: Seconds, what: T) => void;
  /** When the earliest is; Infinity when nothing is left. */
  readonly firstAt: () => Seconds;
  /** The earliest occurrence; undefined when nothing is left. */
  readonly first: () => Occurrence<T> | undefined;
  /** Everything that is left, in no order. */
  readonly all: () => readonly Occurrence<T>[];
  /** The earliest occurrence, taken out; undefined when nothing is left. O(log n). */
  readonly pop: () => Occurrence<T> | undefined;
}

/** The order of what happens at the same instant. */
export interface Order<T> {
  /** A number that is less for what comes first. */
  readonly placeOf: (what: T) => number;
  /** Negative when the first of two in the same place comes first. */
  readonly compare: (a: T, b: T) => number;
}

/** An empty queue; `order` is that of what happens at the same instant. */
export function eventQueue<T>(order: Order<T>): EventQueue<T> {
  const { contents, places, sequences, heap } = emptyHeap(order);
  let pushed = 0;
  // The slot of what was popped last stays in the heap until something else is asked of it: most of what happens is followed
  // by something that is about to, which takes the slot over, close to where it is.
  let popped: number | null = null;
  const settled = (): SlotHeap => {
    if (popped !== null) heap.remove(popped);
    popped = null;
    return heap;
  };
  const at = (slot: number): Occurrence<T> => ({
    at: heap.keyOf(slot),
    what: present(contents[slot], "what is queued in slot", slot),
  });
  return {
    size: () => settled().size(),
    firstAt: () => settled().firstKey(),
    push: (instant, what) => {
      if (!Number.isFinite(instant)) throw new InvariantViolation(`a finite instant is needed, got ${instant}`);
      const slot = popped ?? heap.vacant();
      contents[slot] = what;
      places[slot] = order.placeOf(what);
      sequences[slot] = pushed++;
      if (popped === null) heap.push(instant);
      else heap.rekey(slot, instant);
      popped = null;
    },
    first: () => {
      const slot = settled().first();
      return slot === undefined ? undefined : at(slot);
    },
    all: () => settled().all().map(at),
    pop: () => {
      const slot = settled().first();
      if (slot === undefined) return undefined;
      const first = at(slot);
      contents[slot] = undefined;
      popped = slot;
      return first;
    },
  };
}

/** What is in the slots of a queue, and what decides which of two at the same instant comes first. */
interface Slots<T> {
  readonly contents: (T | undefined)[];
  readonly places: number[];
  readonly sequences: number[];
  readonly heap: SlotHeap;
}

function emptyHeap<T>({ compare }: Order<T>): Slots<T> {
  const contents: (T | undefined)[] = [];
  const places: number[] = [];
  const sequences: number[] = [];
  const heap = new SlotHeap((a, b) => {
    const apart = (places[a] ?? 0) - (places[b] ?? 0);
    if (apart !== 0) return apart;
    const [one, other] = [contents[a], contents[b]];
    const order = one === undefined || other === undefined ? 0 : compare(one, other);
    return order || (sequences[a] ?? 0) - (sequences[b] ?? 0);
  });
  return { contents, places, sequences, heap };
}
