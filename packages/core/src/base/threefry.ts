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

/** Rotation distances of even and odd groups of four rounds. */
const EVEN = [13, 15, 26, 6] as const;
const ODD = [17, 29, 16, 24] as const;

/** A pair of unsigned 32-bit words. */
export interface WordPair {
  readonly high: number;
  readonly low: number;
}

/** The 64 random bits that belong to the counter (c0, c1), two unsigned 32-bit words, written to `out[0]` and `out[1]`. */
export function threefry2x32({ high: k0, low: k1 }: WordPair, c0: number, c1: number, out: Uint32Array): void {
  const k2 = k0 ^ k1 ^ KEY_PARITY;
  let x = (c0 + k0) | 0;
  let y = (c1 + k1) | 0;
  for (let group = 0; group < 5; group++) {
    const rotations = group % 2 === 0 ? EVEN : ODD;
    for (const distance of rotations) {
      x = (x + y) | 0;
      y = ((y << distance) | (y >>> (32 - distance))) ^ x;
    }
    const turn = group % 3;
    x = (x + (turn === 0 ? k1 : turn === 1 ? k2 : k0)) | 0;
    y = (y + (turn === 0 ? k2 : turn === 1 ? k0 : k1) + group + 1) | 0;
  }
  out[0] = x;
  out[1] = y;
}
