/**
 * The element types of safetensors files, and their numbers as float32.
 *
 * float16 and bfloat16 are exact in float32, float64 is rounded to the nearest, and whole numbers are read where all of a
 * tensor are within ±2^24: float32 holds those exactly.
 *
 * @module
 */
import { float16Number } from "../graph/half-precision.ts";

/** How the elements of one type lie in a file. */
export interface StoredType {
  readonly elementBytes: number;
  readonly isWhole: boolean;
  /** The element that begins at byte `at`. */
  readonly number: (data: DataView, at: number) => number;
}

const SHIFT_BITS = 16;

const floating = (elementBytes: number, number: StoredType["number"]): StoredType => ({
  elementBytes,
  isWhole: false,
  number,
});

const whole = (elementBytes: number, number: StoredType["number"]): StoredType => ({
  elementBytes,
  isWhole: true,
  number,
});

/** What can be read, by the names that the format has for it. */
export const STORED_TYPES: ReadonlyMap<string, StoredType> = new Map([
  ["F64", floating(8, (data, at) => data.getFloat64(at, true))],
  ["F32", floating(4, (data, at) => data.getFloat32(at, true))],
  ["F16", floating(2, (data, at) => float16Number(data.getUint16(at, true)))],
  ["BF16", floating(2, (data, at) => bfloat16Number(data.getUint16(at, true)))],
  ["I64", whole(8, (data, at) => Number(data.getBigInt64(at, true)))],
  ["I32", whole(4, (data, at) => data.getInt32(at, true))],
  ["I16", whole(2, (data, at) => data.getInt16(at, true))],
  ["I8", whole(1, (data, at) => data.getInt8(at))],
  ["U64", whole(8, (data, at) => Number(data.getBigUint64(at, true)))],
  ["U32", whole(4, (data, at) => data.getUint32(at, true))],
  ["U16", whole(2, (data, at) => data.getUint16(at, true))],
  ["U8", whole(1, (data, at) => data.getUint8(at))],
  ["BOOL", whole(1, (data, at) => data.getUint8(at))],
]);

const word = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of a float32. */
function bfloat16Number(bits: number): number {
  word.setUint32(0, bits * 2 ** SHIFT_BITS);
  return word.getFloat32(0);
}

/** Up to here float32 holds every whole number. */
const MAX_WHOLE = 2 ** 24;

/** The bytes of one tensor as float32; null for whole numbers of which one is beyond ±2^24. */
export function storedNumbers({ elementBytes, isWhole, number }: StoredType, bytes: Uint8Array): Float32Array | null {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = new Float32Array(bytes.length / elementBytes);
  for (let at = 0; at < numbers.length; at++) {
    const stored = number(data, at * elementBytes);
    if (isWhole && Math.abs(stored) > MAX_WHOLE) return null;
    numbers[at] = stored;
  }
  return numbers;
}
