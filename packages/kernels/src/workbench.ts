/**
 * Workbenches: an instance of the compiled loops with a memory of its own, into which vectors are copied block by
 * block. The memory has its final size from the start and is freed with the last view on it.
 *
 * @module
 */
import { type Difference, invariant } from "@potluck/core";
import { blockCount, blockLength, blocksOffset, codesOffset } from "./layout.ts";
import type { CompiledModule, WebAssemblyInterface } from "./web-assembly.ts";

/** The compiled loops, documented at their source, `assembly/vector-kernels.ts`. Addresses are in bytes. */
export interface VectorLoops {
  readonly accumulate: (sum: number, workbench: number, count: number, terms: number) => void;
  readonly axpy: (workbench: number, count: number) => void;
  readonly addSquares: (workbench: number, count: number) => void;
  readonly subtract: (workbench: number, count: number) => void;
  readonly magnitudes: (workbench: number, count: number, bucket: number, differs: boolean) => void;
  readonly quantise: (workbench: number, count: number, bucket: number, ...rounding: Rounder) => number;
  readonly pack: (workbench: number, count: number, width: number) => void;
  readonly unpack: (workbench: number, count: number, width: number) => void;
  readonly select: (workbench: number, count: number, ...sought: Seeker) => number;
}

/** Levels, the two words of the key, and where in its stream of words a block begins: at the first or second of a counter. */
export type Rounder = readonly [levels: number, high: number, low: number, counter: number, odd: number];

/** The bits of the magnitude above which numbers are wanted, the place of the first one, and whether something is taken away from them. */
export type Seeker = readonly [above: number, from: number, differs: boolean];

/** A workbench behind a float64 vector. */
export interface Workbench {
  readonly loops: VectorLoops;
  /** The float64 vector of the length that was asked for, zeros at first; it starts at address 0. */
  readonly sum: Float64Array;
  /** Where the workbench lies, for the loops. */
  readonly address: number;
  /** The four numbers of the workbench. */
  readonly numbers: Float64Array;
  /** The blocks of the workbench, one after another, each of `blockLength` elements. */
  readonly blocks: Float32Array;
  /** The same as whole numbers, and as bytes. */
  readonly words: Uint32Array;
  readonly bytes: Uint8Array;
  /** The codes of the workbench, one for each number of a block; they share the memory of the last block. */
  readonly codes: Uint8Array;
}

/** Makes a workbench behind a vector of `length` zeros. Throws RangeError when there is no room for its memory. */
export type WorkbenchMaker = (length: number) => Workbench;

/** Bytes of a block. */
export const blockBytes: number = blockLength * Float32Array.BYTES_PER_ELEMENT;

const WORKBENCH_BYTES = blocksOffset + blockCount * blockBytes;
const PAGE_BYTES = 65536;
const MOST_PAGES = 65536;

/** The maker of workbenches for a compiled module. */
export function workbenchMaker({ Memory, Instance }: WebAssemblyInterface, module: CompiledModule): WorkbenchMaker {
  return (length) => {
    const address = Math.ceil(length / 8) * 64;
    const pages = Math.ceil((address + WORKBENCH_BYTES) / PAGE_BYTES);
    if (pages > MOST_PAGES) throw new RangeError(`a vector of ${length} numbers exceeds a memory of 4 GiB`);
    const memory = new Memory({ initial: pages, maximum: pages });
    const loops = new Instance(module, { env: { memory } }).exports;
    invariant(isVectorLoops(loops), "a compiled module that exports the vector loops");
    return {
      loops,
      sum: new Float64Array(memory.buffer, 0, length),
      address,
      numbers: new Float64Array(memory.buffer, address, blockCount),
      blocks: new Float32Array(memory.buffer, address + blocksOffset, blockCount * blockLength),
      words: new Uint32Array(memory.buffer, address + blocksOffset, blockCount * blockLength),
      bytes: new Uint8Array(memory.buffer, address + blocksOffset, blockCount * blockBytes),
      codes: new Uint8Array(memory.buffer, address + codesOffset, blockLength),
    };
  };
}

function isVectorLoops(loops: object): loops is VectorLoops {
  const names = ["accumulate", "axpy", "addSquares", "subtract", "magnitudes", "quantise", "pack", "unpack", "select"];
  return names.every((name) => name in loops);
}

/** Block 0 becomes numbers `from` to `to` of what was trained, block 1 of what they are to be less, where there is any. */
export function copyIn({ blocks }: Workbench, { trained, anchor }: Difference, from: number, to: number): void {
  blocks.set(trained.subarray(from, to), 0);
  if (anchor !== null) blocks.set(anchor.subarray(from, to), blockLength);
}
