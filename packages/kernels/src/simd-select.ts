/**
 * The search for large numbers in WebAssembly SIMD: block by block, in which the difference is made.
 *
 * @module
 */
import { assertSought, type Select } from "@potluck/core";
import { blockLength } from "./layout.ts";
import { copyIn, type Workbench } from "./workbench.ts";

/** Where places that were found begin, and where what stands there, in elements of the blocks. */
const PLACES = 2 * blockLength;
const VALUES = 3 * blockLength;

/** The loop on this workbench. */
export function simdSelect(bench: Workbench): Select {
  return (difference, sought, into) => {
    assertSought(difference, sought, into);
    const { to, above } = sought;
    let found = 0;
    for (let { from } = sought; from < to; from += blockLength) {
      const end = Math.min(from + blockLength, to);
      copyIn(bench, difference, from, end);
      const count = bench.loops.select(bench.address, end - from, above, from, difference.anchor !== null);
      if (count < 0) return null;
      into.indices.set(bench.words.subarray(PLACES, PLACES + count), found);
      into.values.set(bench.blocks.subarray(VALUES, VALUES + count), found);
      found += count;
    }
    return found;
  };
}
