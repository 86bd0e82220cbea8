/**
 * Some of the places of a vector, drawn at random.
 *
 * @module
 */
import { integerStream } from "../base/draws.ts";
import type { Key } from "../base/key.ts";

/**
 * `count` of the places 0 … length − 1, ascending, every choice as likely, by Floyd's method: for each of the last `count` places one
 * is drawn up to it, and it itself is taken where that one has been. Memory is in proportion to `count`.
 */
export function drawPlaces(key: Key, count: number, length: number): Uint32Array {
  const below = integerStream(key);
  const places = new Set<number>();
  for (let last = length - count; last < length; last++) {
    const place = below(last + 1);
    places.add(places.has(place) ? last : place);
  }
  return Uint32Array.from(places).sort();
}
