/**
 * A heap of slots, of which any can be taken out. What is in a slot its owner keeps, in arrays by slot; the heap keeps no more
 * than numbers, in arrays that lie side by side: with an object for each of many thousands it would wait for memory most of the
 * time.
 *
 * Four slots hang below each, so that it is half as deep as a heap of pairs, and the keys of the four lie together.
 *
 * @module
 */
import { invariant } from "@potluck/core";

/** Where a slot is that is not in the heap. */
const OUTSIDE = -1;
const LEVEL = 2;
const CHILDREN = 1 << LEVEL;

/** A heap: the least key comes first, and of equal keys what its owner says. */
export class SlotHeap {
  readonly #tie: (a: number, b: number) => number;
  #size = 0;
  /** By place: place 0 is the first, and those below place p are 4p + 1 … 4p + 4. */
  readonly #keys: number[] = [];
  /** By place; behind the last, slots that nothing is in. */
  readonly #slots: number[] = [];
  /** The place of each slot. */
  readonly #places: number[] = [];

  /** `tie` orders two slots with equal keys: negative when `a` comes first. */
  constructor(tie: (a: number, b: number) => number) {
    this.#tie = tie;
  }

  size(): number {
    return this.#size;
  }

  /** The slot that comes first; undefined when the heap is empty. */
  first(): number | undefined {
    return this.#size === 0 ? undefined : this.#slots[0];
  }

  /** The least key; Infinity when the heap is empty. */
  firstKey(): number {
    return this.#size === 0 ? Infinity : (this.#keys[0] ?? 0);
  }

  /** All slots that are in the heap, in no order. */
  all(): readonly number[] {
    return this.#slots.slice(0, this.#size);
  }

  /** The key of a slot. Throws InvariantViolation for one that is not in the heap. */
  keyOf(slot: number): number {
    return this.#keys[this.#placeOf(slot)] ?? 0;
  }

  /** The slot that the next {@link push} takes: its owner first puts there what `tie` looks at. */
  vacant(): number {
    return this.#slots[this.#size] ?? this.#size;
  }

  /** Puts the slot that is vacant into the heap. O(log n). */
  push(key: number): void {
    const slot = this.vacant();
    this.#size += 1;
    this.#rise(this.#size - 1, slot, key);
  }

  /** Takes a slot out, which will be vacant again. O(log n). Throws InvariantViolation for one that is not in the heap. */
  remove(slot: number): void {
    const place = this.#placeOf(slot);
    this.#size -= 1;
    const [last, key] = [this.#slots[this.#size] ?? 0, this.#keys[this.#size] ?? 0];
    this.#slots[this.#size] = slot;
    this.#places[slot] = OUTSIDE;
    if (place < this.#size) this.#settle(place, last, key);
  }

  /** Gives a slot another key. O(log n). Throws InvariantViolation for one that is not in the heap. */
  rekey(slot: number, key: number): void {
    this.#settle(this.#placeOf(slot), slot, key);
  }

  #placeOf(slot: number): number {
    const place = this.#places[slot] ?? OUTSIDE;
    invariant(place !== OUTSIDE, "what is asked of a heap is in it");
    return place;
  }

  #put(place: number, slot: number, key: number): void {
    this.#keys[place] = key;
    this.#slots[place] = slot;
    this.#places[slot] = place;
  }

  /** Puts a slot where it belongs, above a place that nothing is in or below. */
  #settle(place: number, slot: number, key: number): void {
    if (place > 0 && this.#isBefore(slot, key, (place - 1) >> LEVEL)) this.#rise(place, slot, key);
    else this.#sink(place, slot, key);
  }

  /** Puts a slot where it belongs, from a place that nothing is in upwards: those above come down. */
  #rise(from: number, slot: number, key: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> LEVEL;
      if (!this.#isBefore(slot, key, above)) break;
      this.#put(place, this.#slots[above] ?? 0, this.#keys[above] ?? 0);
      place = above;
    }
    this.#put(place, slot, key);
  }

  /** Puts a slot where it belongs, from a place that nothing is in downwards: the first of those below comes up. */
  #sink(from: number, slot: number, key: number): void {
    let place = from;
    for (let least = this.#leastBelow(place); least < this.#size; least = this.#leastBelow(place)) {
      if (this.#isBefore(slot, key, least)) break;
      this.#put(place, this.#slots[least] ?? 0, this.#keys[least] ?? 0);
      place = least;
    }
    this.#put(place, slot, key);
  }

  /** Which of the places below a place comes first; one behind the last where there are none. */
  #leastBelow(place: number): number {
    const first = (place << LEVEL) + 1;
    const end = Math.min(first + CHILDREN, this.#size);
    let least = first;
    let key = this.#keys[first] ?? 0;
    for (let child = first + 1; child < end; child++) {
      const other = this.#keys[child] ?? 0;
      if (other > key || (other === key && !this.#isBefore(this.#slots[child] ?? 0, other, least))) continue;
      least = child;
      key = other;
    }
    return least;
  }

  /** Whether a slot with this key comes before what is at a place. */
  #isBefore(slot: number, key: number, place: number): boolean {
    const other = this.#keys[place] ?? 0;
    return key === other ? this.#tie(slot, this.#slots[place] ?? 0) < 0 : key < other;
  }
}
