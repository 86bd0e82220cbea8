/**
 * Whole numbers in as many bits as their size asks for (Rice's code): with a parameter r, a number n is ⌊n / 2^r⌋ bits of 0, a bit of
 * 1, and its r lowest bits, lowest first. Bits fill each byte from the lowest; what is left of the last is 0.
 *
 * For gaps between places that are drawn alike, all with the same chance, no code is shorter by more than a few hundredths of a bit
 * each. Rice, Plaunt, "Adaptive variable-length coding for efficient compression of spacecraft television data", IEEE Transactions
 * on Communication Technology 19(6), 1971. https://doi.org/10.1109/TCOM.1971.1090789
 *
 * @module
 */

/** The largest parameter: numbers are below 2^32. */
export const LARGEST_RICE = 31;

/** The parameter in [0, 31] with which `numbers` take fewest bits of those around the logarithm of their mean, and how many. */
export function bestRice(numbers: Uint32Array): { readonly parameter: number; readonly bits: number } {
  const mean = numbers.reduce((sum, n) => sum + n, 0) / Math.max(1, numbers.length);
  const middle = 31 - Math.clz32(Math.max(1, mean));
  return [middle - 1, middle, middle + 1]
    .filter((parameter) => parameter >= 0 && parameter <= LARGEST_RICE)
    .map((parameter) => ({ parameter, bits: riceBits(numbers, parameter) }))
    .reduce((best, other) => (other.bits < best.bits ? other : best));
}

function riceBits(numbers: Uint32Array, parameter: number): number {
  return numbers.reduce((bits, n) => bits + (n >>> parameter) + 1 + parameter, 0);
}

/** Writes numbers into bytes that were 0. */
export function writeRice(bytes: Uint8Array, numbers: Uint32Array, parameter: number): void {
  let bit = 0;
  for (const n of numbers) {
    bit += n >>> parameter;
    setBit(bytes, bit);
    bit += 1;
    for (let low = 0; low < parameter; low++) {
      if (((n >>> low) & 1) === 1) setBit(bytes, bit);
      bit += 1;
    }
  }
}

function setBit(bytes: Uint8Array, bit: number): void {
  const byte = Math.floor(bit / 8);
  bytes[byte] = (bytes[byte] ?? 0) | (1 << (bit % 8));
}

/** Reads numbers one after another. */
export interface RiceReader {
  /** The next number; null where there is none. */
  readonly next: () => number | null;
  /** The bytes that have been read, the last of them in part. */
  readonly end: () => number;
  /** Whether all bits of the last byte that are left are 0. */
  readonly isPadded: () => boolean;
}

/** Reads what {@link writeRice} wrote with a parameter in [0, 31]. */
export function riceReader(bytes: Uint8Array, parameter: number): RiceReader {
  const bits = 8 * bytes.length;
  const unit = (1 << parameter) >>> 0;
  let bit = 0;
  return {
    next: () => {
      const from = bit;
      while (bit < bits && bitAt(bytes, bit) === 0) bit += 1;
      const start = bit + 1;
      if (start + parameter > bits) return null;
      let low = 0;
      for (let place = 0; place < parameter; place++) low |= bitAt(bytes, start + place) << place;
      const high = bit - from;
      bit = start + parameter;
      return high * unit + (low >>> 0);
    },
    end: () => Math.ceil(bit / 8),
    isPadded: () => bit % 8 === 0 || (bytes[Math.floor(bit / 8)] ?? 0) >>> (bit % 8) === 0,
  };
}

function bitAt(bytes: Uint8Array, bit: number): number {
  return ((bytes[Math.floor(bit / 8)] ?? 0) >>> (bit % 8)) & 1;
}
