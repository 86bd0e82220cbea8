/**
 * The hot loops in WebAssembly SIMD. WebAssembly sees only its own memory, so vectors are copied in block by block;
 * a sum made by `zeros` lives in such a memory already and is never copied.
 *
 * Trust: vectors overlap only where the contract allows it.
 *
 * @module
 */
import { type Inspection, plainKernels, sameLength, type VectorKernels, type WeightedVector } from "@potluck/core";
import { blockCount, blockLength } from "./layout.ts";
import { simdPack, simdUnpack } from "./simd-packing.ts";
import { simdQuantise } from "./simd-quantise.ts";
import { simdSelect } from "./simd-select.ts";
import type { Workbench, WorkbenchMaker } from "./workbench.ts";

/** The kernels on workbenches of this maker. Throws RangeError when there is no room for even one workbench. */
export function simdKernels(makeWorkbench: WorkbenchMaker): VectorKernels {
  const shared = makeWorkbench(0);
  const homes = new WeakMap<ArrayBufferLike, Workbench>();
  const accumulateAll = (sum: Float64Array, terms: readonly WeightedVector[]): void => {
    for (const { x } of terms) sameLength(sum, x);
    const home = homes.get(sum.buffer);
    if (home === undefined) plainKernels.accumulateAll(sum, terms);
    else fold(home, sum, terms);
  };
  return {
    name: "wasm-simd",
    zeros: (length) => {
      const home = roomFor(makeWorkbench, length);
      if (home === undefined) return new Float64Array(length);
      homes.set(home.sum.buffer, home);
      return home.sum;
    },
    accumulate: (sum, x, weight) => {
      accumulateAll(sum, [{ x, weight }]);
    },
    accumulateAll,
    axpy: (y, a, x) => {
      sameLength(y, x);
      axpy(shared, y, { a, x });
    },
    inspect: (x) => inspect(shared, x),
    quantise: simdQuantise(shared),
    pack: simdPack(shared),
    unpack: simdUnpack(shared),
    select: simdSelect(shared),
  };
}

/** A workbench behind `length` zeros, or nothing when there is no room for it: address space is limited. */
function roomFor(makeWorkbench: WorkbenchMaker, length: number): Workbench | undefined {
  try {
    return makeWorkbench(length);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Folds the terms into a sum that lies in the memory of `home`: block after block, and in each all the terms. */
function fold(
  { loops, address, numbers, blocks }: Workbench,
  sum: Float64Array,
  terms: readonly WeightedVector[],
): void {
  const groups = groupsOf(terms);
  for (let from = 0; from < sum.length; from += blockLength) {
    const to = Math.min(from + blockLength, sum.length);
    for (const group of groups) {
      let at = 0;
      for (const { x, weight } of group) {
        numbers[at] = weight;
        blocks.set(x.subarray(from, to), at * blockLength);
        at += 1;
      }
      loops.accumulate(sum.byteOffset + from * sum.BYTES_PER_ELEMENT, address, to - from, group.length);
    }
  }
}

/** The terms in order, in groups that fill the blocks of a workbench; the last group may be smaller. */
function groupsOf(terms: readonly WeightedVector[]): readonly (readonly WeightedVector[])[] {
  if (terms.length <= blockCount) return [terms];
  const count = Math.ceil(terms.length / blockCount);
  return Array.from({ length: count }, (_, at) => terms.slice(at * blockCount, (at + 1) * blockCount));
}

function axpy(bench: Workbench, y: Float32Array, { a, x }: { readonly a: number; readonly x: Float32Array }): void {
  const { loops, address, numbers, blocks } = bench;
  numbers[0] = a;
  for (let from = 0; from < y.length; from += blockLength) {
    const to = Math.min(from + blockLength, y.length);
    blocks.set(y.subarray(from, to), 0);
    blocks.set(x.subarray(from, to), blockLength);
    loops.axpy(address, to - from);
    y.set(blocks.subarray(0, to - from), from);
  }
}

function inspect({ loops, address, numbers, blocks }: Workbench, x: Float32Array): Inspection {
  numbers.fill(0);
  for (let from = 0; from < x.length; from += blockLength) {
    const to = Math.min(from + blockLength, x.length);
    blocks.set(x.subarray(from, to), 0);
    loops.addSquares(address, to - from);
  }
  const even = (numbers[0] as number) + (numbers[2] as number);
  const odd = (numbers[1] as number) + (numbers[3] as number);
  return { squaredNorm: even + odd, finite: Number.isFinite(even + odd) };
}
