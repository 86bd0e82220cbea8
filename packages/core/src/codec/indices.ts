/**
 * Which numbers of a vector are sent: a list of indices, ascending, in as few bytes as one of two ways takes.
 *
 * A block begins with a byte that says which way, and the count as a varint. Gaps: for each index, how many are left out
 * before it, as a varint (varint.ts). Bitmap: one bit for each number of the vector, lowest bit first.
 *
 * @module
 */
import { isPaddedWithZeros, packedBytes, readPacked, writePacked } from "./bits.ts";
import { readVarint, varintBytes, writeVarint } from "./varint.ts";

const GAPS = 0;
const BITMAP = 1;

/** What a block of indices holds, or what is wrong with it. */
export type IndexBlock =
  | { readonly kind: "indices"; readonly indices: Uint32Array; readonly end: number }
  | { readonly kind: "defect"; readonly detail: string };

/** The block that says `indices`, which ascend and are below `length`. */
export function writeIndices(indices: Uint32Array, length: number): Uint8Array {
  const gaps = indices.map((index, at) => (at === 0 ? index : index - (indices[at - 1] ?? 0) - 1));
  const gapBytes = gaps.reduce((bytes, gap) => bytes + varintBytes(gap), 0);
  const bitmapBytes = packedBytes(length, 1);
  const header = 1 + varintBytes(indices.length);
  const block = new Uint8Array(header + Math.min(gapBytes, bitmapBytes));
  block[0] = gapBytes <= bitmapBytes ? GAPS : BITMAP;
  let end = writeVarint(block, 1, indices.length);
  if (block[0] === GAPS) for (const gap of gaps) end = writeVarint(block, end, gap);
  const bitmap = block.subarray(end);
  if (block[0] === BITMAP) for (const index of indices) writePacked(bitmap, index, 1, 1);
  return block;
}

/** Reads the block that `bytes` begin with. It is refused unless it holds at most `length` ascending indices below `length`. */
export function readIndices(bytes: Uint8Array, length: number): IndexBlock {
  const way = bytes[0];
  if (way !== GAPS && way !== BITMAP) return defect(`says ${way ?? "nothing"} about how indices are written`);
  const count = readVarint(bytes, 1);
  if (count === null) return defect("has no proper number where its count of indices belongs");
  if (count.value > length) return defect(`has ${count.value} indices, and the model has ${length} parameters`);
  const block = bytes.subarray(count.end);
  const read = way === GAPS ? fromGaps(block, count.value, length) : fromBitmap(block, count.value, length);
  return read.kind === "defect" ? read : { ...read, end: count.end + read.end };
}

function defect(detail: string): IndexBlock {
  return { kind: "defect", detail: `the update ${detail}` };
}

function fromGaps(block: Uint8Array, count: number, length: number): IndexBlock {
  // Every gap has a byte: no more is set aside than was sent.
  if (count > block.byteLength) return defect(`has ${count} indices in ${block.byteLength} bytes`);
  const indices = new Uint32Array(count);
  let [end, next] = [0, 0];
  for (let at = 0; at < count; at++) {
    const gap = readVarint(block, end);
    if (gap === null) return defect(`has no proper number where index ${at} belongs`);
    const index = next + gap.value;
    if (index >= length) return defect(`has the index ${index}, and the model has ${length} parameters`);
    indices[at] = index;
    [end, next] = [gap.end, index + 1];
  }
  return { kind: "indices", indices, end };
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
