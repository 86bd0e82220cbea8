/**
 * Some of the places of a vector, drawn at random.
 *
 * @module
 */
import { integerStream } from "../base/draws.ts";
import type { Key } from "../base/key.ts";

const PLACES_PER_WORD = 32;

/**
 * `count` of the places 0 … length − 1, ascending, every choice as likely, by Floyd's method: for each of the last `count` places one
 * is drawn up to it, and it itself is taken where that one has been. What has been taken is a bit for each place.
 */
export function drawPlaces(key: Key, count: number, length: number): Uint32Array {
  const below = integerStream(key);
  const taken = new Uint32Array(Math.ceil(length / PLACES_PER_WORD));
  for (let last = length - count; last < length; last++) {
    const drawn = below(last + 1);
    take(taken, isTaken(taken, drawn) ? last : drawn);
  }
  return placesIn(taken, count);
}

function isTaken(taken: Uint32Array, place: number): boolean {
  return (((taken[place >>> 5] as number) >>> (place & 31)) & 1) === 1;
}

function take(taken: Uint32Array, place: number): void {
  taken[place >>> 5] = (taken[place >>> 5] as number) | (1 << (place & 31));
}

/** The `count` places that are taken, ascending. */
function placesIn(taken: Uint32Array, count: number): Uint32Array {
  const places = new Uint32Array(count);
  let found = 0;
  for (let word = 0; word < taken.length; word++) {
    for (let left = taken[word] as number; left !== 0; left &= left - 1) {
      places[found] = PLACES_PER_WORD * word + 31 - Math.clz32(left & -left);
      found += 1;
    }
  }
  return places;
}
