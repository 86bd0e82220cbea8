/**
 * Whole numbers of a few bits each, one after another, lowest bit first: all of them at once. The plain form of the loops.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";

/** Numbers of up to 8 bits, or of up to 16. */
export type Narrow = Uint8Array | Uint16Array;

/** `into` ← `numbers`, which are below 2^width, in `width` bits each: ⌈count · width / 8⌉ bytes, the last bits 0. */
export type Pack = (numbers: Narrow, width: number, into: Uint8Array) => void;

/** `into` ← the first numbers of `width` bits, as many as it has room for, of `bytes`, which are as many at least. */
export type Unpack = (bytes: Uint8Array, width: number, into: Narrow) => void;

/** Whether widths and lengths go together. */
export function assertPackable(numbers: Narrow, width: number, bytes: number): void {
  const most = 8 * numbers.BYTES_PER_ELEMENT;
  invariant(Number.isInteger(width) && width >= 1 && width <= most, `a width in [1, ${most}], got ${width}`);
  const needed = Math.ceil((numbers.length * width) / 8);
  invariant(bytes >= needed, `${needed} bytes, got ${bytes}`);
}

/** Packing in plain TypeScript. */
export const plainPack: Pack = (numbers, width, into) => {
  assertPackable(numbers, width, into.length);
  let [held, bits, at] = [0, 0, 0];
  for (let i = 0; i < numbers.length; i++) {
    held |= (numbers[i] as number) << bits;
    for (bits += width; bits >= 8; bits -= 8) {
      into[at] = held;
      at += 1;
      held >>>= 8;
    }
  }
  if (bits > 0) into[at] = held;
};

/** Unpacking in plain TypeScript. */
export const plainUnpack: Unpack = (bytes, width, into) => {
  assertPackable(into, width, bytes.length);
  const mask = (1 << width) - 1;
  let [held, bits, at] = [0, 0, 0];
  for (let i = 0; i < into.length; i++) {
    for (; bits < width; bits += 8) {
      held |= (bytes[at] as number) << bits;
      at += 1;
    }
    into[i] = held & mask;
    held >>>= width;
    bits -= width;
  }
};
