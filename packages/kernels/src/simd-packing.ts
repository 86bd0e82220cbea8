/**
 * Packing in WebAssembly SIMD, of numbers of up to 8 bits; wider ones are packed by the plain loops.
 *
 * @module
 */
import { assertPackable, type Pack, plainPack, plainUnpack, type Unpack } from "@potluck/core";
import { blockBytes, type Workbench } from "./workbench.ts";

/** Numbers at a time: whole bytes of any width, in a block with room behind them. */
const STRETCH = blockBytes / 2;
/** Where what was written begins, in bytes of the blocks. */
const WRITTEN = 2 * blockBytes;

/** The loop on this workbench that packs. */
export function simdPack(bench: Workbench): Pack {
  return (numbers, width, into) => {
    if (numbers instanceof Uint16Array) return plainPack(numbers, width, into);
    assertPackable(numbers, width, into.length);
    for (let from = 0; from < numbers.length; from += STRETCH) {
      const to = Math.min(from + STRETCH, numbers.length);
      bench.bytes.set(numbers.subarray(from, to));
      bench.loops.pack(bench.address, to - from, width);
      into.set(bench.bytes.subarray(WRITTEN, WRITTEN + bytesOf(to - from, width)), bytesOf(from, width));
    }
  };
}

/** The loop on this workbench that unpacks. */
export function simdUnpack(bench: Workbench): Unpack {
  return (bytes, width, into) => {
    if (into instanceof Uint16Array) return plainUnpack(bytes, width, into);
    assertPackable(into, width, bytes.length);
    for (let from = 0; from < into.length; from += STRETCH) {
      const to = Math.min(from + STRETCH, into.length);
      bench.bytes.set(bytes.subarray(bytesOf(from, width), bytesOf(to, width)));
      bench.loops.unpack(bench.address, to - from, width);
      into.set(bench.bytes.subarray(WRITTEN, WRITTEN + to - from), from);
    }
  };
}

function bytesOf(count: number, width: number): number {
  return Math.ceil((count * width) / 8);
}
