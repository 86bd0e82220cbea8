/**
 * Stochastic rounding to levels in WebAssembly SIMD: block by block, in which the difference, its scales and its codes are made, so that
 * the difference is nowhere as a whole.
 *
 * @module
 */
import {
  assertFits,
  type Difference,
  plainQuantise,
  type Quantise,
  type Quantised,
  type Rounding,
} from "@potluck/core";
import { blockLength } from "./layout.ts";
import { copyIn, type Workbench } from "./workbench.ts";

/** The loop on this workbench. Codes of two bytes are made by the plain one. */
export function simdQuantise(bench: Workbench): Quantise {
  return (difference, rounding, into) => {
    if (into.codes instanceof Uint16Array) return plainQuantise(difference, rounding, into);
    assertFits(difference, rounding, into);
    if (rounding.bucket <= blockLength) quantiseSmall(bench, difference, rounding, into);
    else quantiseLarge(bench, difference, rounding, into);
    return into.scales.every(Number.isFinite);
  };
}

/** Buckets of which a block has room for one or more: whole ones, as many as fit. */
function quantiseSmall(
  bench: Workbench,
  difference: Difference,
  rounding: Rounding,
  { scales, codes }: Quantised,
): void {
  const { bucket } = rounding;
  const { length } = difference.trained;
  const most = bucket * Math.floor(blockLength / bucket);
  let drawn = 0;
  for (let from = 0; from < length; from += most) {
    const to = Math.min(from + most, length);
    copyIn(bench, difference, from, to);
    bench.loops.magnitudes(bench.address, to - from, bucket, difference.anchor !== null);
    const buckets = Math.ceil((to - from) / bucket);
    scales.set(bench.blocks.subarray(blockLength, blockLength + buckets), from / bucket);
    drawn += rounded(bench, to - from, rounding, drawn);
    codes.set(bench.codes.subarray(0, to - from), from);
  }
}

/** Buckets of more than a block: first the scale, then the codes, block by block. */
function quantiseLarge(
  bench: Workbench,
  difference: Difference,
  rounding: Rounding,
  { scales, codes }: Quantised,
): void {
  const { length } = difference.trained;
  let drawn = 0;
  for (let start = 0; start < length; start += rounding.bucket) {
    const end = Math.min(start + rounding.bucket, length);
    const scale = largest(bench, difference, start, end);
    scales[start / rounding.bucket] = scale;
    for (let from = start; from < end; from += blockLength) {
      const to = Math.min(from + blockLength, end);
      copyIn(bench, difference, from, to);
      if (difference.anchor !== null) bench.loops.subtract(bench.address, to - from);
      bench.blocks[blockLength] = scale;
      drawn += rounded(bench, to - from, rounding, drawn);
      codes.set(bench.codes.subarray(0, to - from), from);
    }
  }
}

/** The largest magnitude of numbers `start` to `end`; not finite where one of them is not. */
function largest(bench: Workbench, difference: Difference, start: number, end: number): number {
  let most = 0;
  for (let from = start; from < end; from += blockLength) {
    const to = Math.min(from + blockLength, end);
    copyIn(bench, difference, from, to);
    bench.loops.magnitudes(bench.address, to - from, blockLength, difference.anchor !== null);
    most = Math.max(most, bench.blocks[blockLength] as number);
  }
  return most;
}

/** Makes the codes of a block by its scales, from word `drawn` of the stream on; how many words that took. */
function rounded(
  { loops, address }: Workbench,
  count: number,
  { bucket, levels, key }: Rounding,
  drawn: number,
): number {
  return loops.quantise(address, count, bucket, levels, key.high, key.low, Math.floor(drawn / 2), drawn % 2);
}
