/**
 * Which numbers of a vector are sent: a list of indices, ascending, in as few bytes as the shortest of three ways takes.
 *
 * A block begins with a byte that says which way, and the count as a varint. Gaps, for each index how many are left out before it: as
 * varints (varint.ts), or, behind the byte of a parameter, in Rice's code (rice.ts). Bitmap: one bit for each number of the vector, lowest bit
 * first.
 *
 * Of k indices that are drawn alike from d, Rice's code takes about log₂(d / k) + 1.5 bits each: at 1% 8.1.
 *
 * @module
 */
import { InvariantViolation } from "../base/invariant.ts";
import { isPaddedWithZeros, packedBytes, readPacked, writePacked } from "./bits.ts";
import type { Sparsifier } from "./codec.ts";
import { readOnce } from "./read-once.ts";
import { bestRice, LARGEST_RICE, riceReader, writeRice } from "./rice.ts";
import { readVarint, varintBytes, writeVarint } from "./varint.ts";

const GAPS = 0;
const BITMAP = 1;
const RICE = 2;

/** What a block of indices holds, or what is wrong with it. */
type IndexBlock =
  | { readonly kind: "indices"; readonly indices: Uint32Array; readonly end: number }
  | { readonly kind: "defect"; readonly detail: string };

/** How a sparsifier says its choice by a block of indices; `mostOf` and `leastOf` are how many it must have, any if null. */
export function saidByIndices(
  mostOf: ((length: number) => number) | null,
  leastOf: ((length: number) => number) | null = mostOf,
): Pick<Sparsifier, "isLinear" | "write" | "frame" | "saysWhich" | "read" | "weigh"> {
  const { first, again } = readOnce(readIndices);
  return {
    isLinear: false,
    write: writeIndices,
    frame: (payload, length) => {
      const read = first(payload, length);
      if (read.kind === "defect") return read.detail;
      const count = read.indices.length;
      const [least, most] = [leastOf?.(length) ?? count, mostOf?.(length) ?? count];
      if (count >= least && count <= most) return { count, end: read.end };
      return `the update has ${count} numbers, expected ${least === most ? most : `${least} to ${most}`}`;
    },
    saysWhich: true,
    read: (payload, length) => {
      const read = again(payload, length);
      if (read.kind === "defect") throw new InvariantViolation(`a message without defect: ${read.detail}`);
      return read;
    },
    weigh: (weight) => weight,
  };
}

/** The block that says `indices`, which ascend and are below `length`. */
function writeIndices(indices: Uint32Array, length: number): Uint8Array {
  const gaps = indices.map((index, at) => (at === 0 ? index : index - (indices[at - 1] ?? 0) - 1));
  const ways = [gapsBlock(gaps), bitmapBlock(indices, length), riceBlock(gaps)];
  const shortest = ways.reduce((best, way) => (way.bytes < best.bytes ? way : best));
  const head = 1 + varintBytes(indices.length);
  const block = new Uint8Array(head + shortest.bytes);
  block[0] = shortest.way;
  writeVarint(block, 1, indices.length);
  shortest.write(block.subarray(head));
  return block;
}

/** One way to write a block: behind its head, so many bytes, which were 0. */
interface Way {
  readonly way: number;
  readonly bytes: number;
  readonly write: (block: Uint8Array) => void;
}

function gapsBlock(gaps: Uint32Array): Way {
  return {
    way: GAPS,
    bytes: gaps.reduce((bytes, gap) => bytes + varintBytes(gap), 0),
    write: (block) => {
      let end = 0;
      for (const gap of gaps) end = writeVarint(block, end, gap);
    },
  };
}

function bitmapBlock(indices: Uint32Array, length: number): Way {
  return {
    way: BITMAP,
    bytes: packedBytes(length, 1),
    write: (block) => {
      for (const index of indices) writePacked(block, index, 1, 1);
    },
  };
}

function riceBlock(gaps: Uint32Array): Way {
  const { parameter, bits } = bestRice(gaps);
  return {
    way: RICE,
    bytes: 1 + Math.ceil(bits / 8),
    write: (block) => {
      block[0] = parameter;
      writeRice(block.subarray(1), gaps, parameter);
    },
  };
}

/** Reads the block that `bytes` begin with. It is refused unless it holds at most `length` ascending indices below `length`. */
function readIndices(bytes: Uint8Array, length: number): IndexBlock {
  const way = bytes[0];
  if (way !== GAPS && way !== BITMAP && way !== RICE) {
    return defect(`says ${way ?? "nothing"} about how indices are written`);
  }
  const count = readVarint(bytes, 1);
  if (count === null) return defect("has no proper number where its count of indices belongs");
  if (count.value > length) return defect(`has ${count.value} indices, and the model has ${length} parameters`);
  const read = READERS[way](bytes.subarray(count.end), count.value, length);
  return read.kind === "defect" ? read : { ...read, end: count.end + read.end };
}

const READERS = { [GAPS]: fromGaps, [BITMAP]: fromBitmap, [RICE]: fromRice } as const;

function defect(detail: string): IndexBlock {
  return { kind: "defect", detail: `the update ${detail}` };
}

function fromGaps(block: Uint8Array, count: number, length: number): IndexBlock {
  // Every gap has a byte: no more is set aside than was sent.
  if (count > block.byteLength) return defect(`has ${count} indices in ${block.byteLength} bytes`);
  let end = 0;
  const next = (): number | null => {
    const gap = readVarint(block, end);
    end = gap?.end ?? end;
    return gap?.value ?? null;
  };
  const read = byGaps(next, count, length);
  return typeof read === "string" ? defect(read) : { kind: "indices", indices: read, end };
}

function fromRice(block: Uint8Array, count: number, length: number): IndexBlock {
  const [parameter] = block;
  if (parameter === undefined || parameter > LARGEST_RICE) {
    return defect(`has the parameter ${parameter ?? "nothing"} of Rice's code, expected at most ${LARGEST_RICE}`);
  }
  const bytes = block.subarray(1);
  // Every gap has a bit of 1, and `parameter` more.
  const bits = count * (1 + parameter);
  if (bits > 8 * bytes.length) return defect(`has ${count} indices in ${bytes.length} bytes`);
  const reader = riceReader(bytes, parameter);
  const read = byGaps(reader.next, count, length);
  if (typeof read === "string") return defect(read);
  if (!reader.isPadded()) return defect("has bits behind its last index");
  return { kind: "indices", indices: read, end: 1 + reader.end() };
}

/** The indices that so many gaps lead to, or what is wrong with them, in words. */
function byGaps(nextGap: () => number | null, count: number, length: number): Uint32Array | string {
  const indices = new Uint32Array(count);
  let next = 0;
  for (let at = 0; at < count; at++) {
    const gap = nextGap();
    if (gap === null) return `has no proper number where index ${at} belongs`;
    const index = next + gap;
    if (index >= length) return `has the index ${index}, and the model has ${length} parameters`;
    indices[at] = index;
    next = index + 1;
  }
  return indices;
}

function fromBitmap(block: Uint8Array, count: number, length: number): IndexBlock {
  const end = packedBytes(length, 1);
  if (block.byteLength < end) return defect(`has a bitmap of ${block.byteLength} bytes, expected ${end}`);
  const bitmap = block.subarray(0, end);
  if (!isPaddedWithZeros(bitmap, length, 1)) return defect("has bits behind the last parameter");
  const indices = new Uint32Array(count);
  let found = 0;
  for (let index = 0; index < length; index++) {
    if (readPacked(bitmap, index, 1) === 0) continue;
    indices[found] = index;
    found += 1;
  }
  return found === count ? { kind: "indices", indices, end } : defect(`says ${count} indices and has ${found}`);
}
