/**
 * The IDX format: one array of numbers in a file. Two zero bytes, a byte for the element type, a byte for the number
 * of dimensions, the dimensions as big-endian 32-bit numbers, then the elements, the last dimension fastest, float
 * elements big-endian. This is the form in which MNIST and its successors are published.
 *
 * Trust: nothing. The header is checked against the size of the file before anything is allocated.
 *
 * @module
 */
import { corrupt } from "./contents.ts";

/** Element types that can be read, with the bytes that one element takes. */
export type IdxType = "uint8" | "float32";

/** What the header of an IDX file says. */
export interface IdxHeader {
  readonly type: IdxType;
  /** One to four whole numbers; the first counts the examples. */
  readonly dimensions: readonly number[];
  /** Where the elements begin, in bytes. */
  readonly offsetBytes: number;
}

/** The longest header: four bytes and four dimensions. */
export const IDX_HEADER_LIMIT_BYTES = 20;

const TYPES: Readonly<Record<number, IdxType>> = { 8: "uint8", 13: "float32" };
const ELEMENT_BYTES: Readonly<Record<IdxType, number>> = { uint8: 1, float32: 4 };

/**
 * The header of the IDX file `path` of `sizeBytes`, from its first {@link IDX_HEADER_LIMIT_BYTES} bytes or fewer.
 * Throws Fault "file-corrupt" when the bytes are no IDX header or promise another size.
 */
export function parseIdxHeader(head: Uint8Array, path: string, sizeBytes: number): IdxHeader {
  if (sizeBytes === 0) throw corrupt(path, "it is empty: not a single byte");
  const [first, second, typeCode = 0, rank = 0] = head;
  if (first === 0x1f && second === 0x8b) {
    throw corrupt(path, "it is compressed with gzip", "Unpack it first: gunzip FILE.gz.");
  }
  if (first !== 0 || second !== 0) {
    throw corrupt(path, `it begins with ${hex(head.subarray(0, 4))}, but IDX files begin with two zero bytes`);
  }
  const type = TYPES[typeCode];
  if (type === undefined) {
    throw corrupt(path, `byte 2 is ${hex([typeCode])}, but only 08 (bytes) and 0d (32-bit floats) can be read`);
  }
  if (rank < 1 || rank > 4) throw corrupt(path, `byte 3 promises ${rank} dimensions, but 1 to 4 can be read`);
  const offsetBytes = 4 + 4 * rank;
  if (head.length < offsetBytes) throw corrupt(path, `it ends after ${head.length} bytes, inside its header`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const dimensions = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  if (dimensions.includes(0)) throw corrupt(path, `it is empty: its dimensions are ${dimensions.join(" x ")}`);
  const header = { type, dimensions, offsetBytes };
  checkSize(header, path, sizeBytes);
  return header;
}

/** The bytes that one example takes: the product of all dimensions but the first, times the element size. */
export function rowBytes(header: IdxHeader): number {
  return header.dimensions.slice(1).reduce((product, dimension) => product * dimension, ELEMENT_BYTES[header.type]);
}

function checkSize(header: IdxHeader, path: string, sizeBytes: number): void {
  const promised = header.offsetBytes + (header.dimensions[0] ?? 0) * rowBytes(header);
  if (sizeBytes === promised) return;
  const what = sizeBytes < promised ? "it is cut short" : "bytes follow its last element";
  const shape = header.dimensions.join(" x ");
  throw corrupt(path, `${what}: ${shape} elements need ${promised} bytes, the file has ${sizeBytes}`);
}

function hex(bytes: Iterable<number>): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
