/**
 * Threefry-2x32 with 20 rounds: a counter-based random function. Two 32-bit key words and two 32-bit counter
 * words go in, 64 well-mixed bits come out; nothing is remembered between calls. It needs additions, rotations
 * and exclusive-ors only, so it is fast in JavaScript and the same bits everywhere.
 *
 * Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 * https://doi.org/10.1145/2063384.2063405
 *
 * @module
 */

/** The constant that the key schedule folds in, so that a key of zeros is not a fixed point. */
const KEY_PARITY = 0x1bd11bda;

/** A pair of unsigned 32-bit words. */
export interface WordPair {
  readonly high: number;
  readonly low: number;
}

/** The 64 random bits that belong to the counter (c0, c1), two 32-bit words, written to `out[0]` and `out[1]`. */
export function threefry2x32({ high, low }: WordPair, c0: number, c1: number, out: Uint32Array): void {
  threefryWords(high | 0, low | 0, c0 | 0, c1 | 0, out);
}

/**
 * The same under the key (k0, k1). Words are signed or unsigned, but small integers to the engine are signed ones alone: for
 * an unsigned one it makes an object, where it has to pass it on.
 * Its twenty rounds are written out one by one: as loops they take half as long again, and every draw goes through here.
 */
// oxlint-disable-next-line max-lines-per-function, max-params -- a loop costs half as much again, a key an object
export function threefryWords(k0: number, k1: number, c0: number, c1: number, out: Uint32Array): void {
  const k2 = k0 ^ k1 ^ KEY_PARITY;
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x;
  x = (x + k1) | 0;
  y = (y + k2 + 1) | 0;
  x = (x + y) | 0;
  y = ((y << 17) | (y >>> 15)) ^ x;
  x = (x + y) | 0;
  y = ((y << 29) | (y >>> 3)) ^ x;
  x = (x + y) | 0;
  y = ((y << 16) | (y >>> 16)) ^ x;
  x = (x + y) | 0;
  y = ((y << 24) | (y >>> 8)) ^ x;
  x = (x + k2) | 0;
  y = (y + k0 + 2) | 0;
  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x;
  x = (x + k0) | 0;
  y = (y + k1 + 3) | 0;
  x = (x + y) | 0;
  y = ((y << 17) | (y >>> 15)) ^ x;
  x = (x + y) | 0;
  y = ((y << 29) | (y >>> 3)) ^ x;
  x = (x + y) | 0;
  y = ((y << 16) | (y >>> 16)) ^ x;
  x = (x + y) | 0;
  y = ((y << 24) | (y >>> 8)) ^ x;
  x = (x + k1) | 0;
  y = (y + k2 + 4) | 0;
  x = (x + y) | 0;
  y = ((y << 13) | (y >>> 19)) ^ x;
  x = (x + y) | 0;
  y = ((y << 15) | (y >>> 17)) ^ x;
  x = (x + y) | 0;
  y = ((y << 26) | (y >>> 6)) ^ x;
  x = (x + y) | 0;
  y = ((y << 6) | (y >>> 26)) ^ x;
  x = (x + k2) | 0;
  y = (y + k0 + 5) | 0;
  out[0] = x;
  out[1] = y;
}
