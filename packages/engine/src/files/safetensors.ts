/**
 * The safetensors file format, for parameters that come from PyTorch or go there.
 *
 *     file = length of the header (8 bytes, little-endian) · header (JSON) · data
 *
 * The header maps each tensor's name to its element type, shape and range of bytes in the data, and
 * `__metadata__` to a map of texts. Potluck writes float32 tensors, and reads those of other types as such.
 * https://huggingface.co/docs/safetensors
 *
 * Trusts nothing that it reads: ranges must tile the data without gaps or overlaps, as the format demands.
 *
 * @module
 */
import {
  elementCount,
  Fault,
  invariant,
  type Layout,
  layoutLength,
  layoutOf,
  tensorOf,
  type TensorSlot,
} from "@potluck/core";
import { closestTensors } from "./closest-tensors.ts";
import { STORED_TYPES, storedNumbers, type StoredType } from "./stored-numbers.ts";

/** What a safetensors file says. */
export interface TensorFile {
  /** The tensors in the order of their data; without those of whole numbers that float32 does not hold. */
  readonly layout: Layout;
  /** All elements, one tensor after another as `layout` says. */
  readonly values: Float32Array;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The largest header that is read, in bytes; the reference implementation has the same limit. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const ELEMENT_BYTES = 4;
const METADATA = "__metadata__";
const DAMAGED = "Check that the file is in the safetensors format and was copied whole.";

/** A safetensors file of the float32 tensors that `layout` finds in `values`, bit for bit. */
export function writeSafetensors(
  layout: Layout,
  values: Float32Array,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  invariant(values.length === layoutLength(layout), `${layoutLength(layout)} values, got ${values.length}`);
  const entries = layout.map(({ name, shape, offset, length }) => {
    invariant(name !== METADATA, `a tensor name other than ${METADATA}`);
    const range = [offset * ELEMENT_BYTES, (offset + length) * ELEMENT_BYTES];
    return [name, { dtype: "F32", shape, data_offsets: range }] as const;
  });
  const header = new TextEncoder().encode(JSON.stringify({ [METADATA]: metadata, ...Object.fromEntries(entries) }));
  const paddedBytes = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const start = LENGTH_BYTES + paddedBytes;
  const file = new Uint8Array(start + values.byteLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(paddedBytes), true);
  file.set(header, LENGTH_BYTES);
  file.fill(" ".charCodeAt(0), LENGTH_BYTES + header.length, start);
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
  return file;
}

/**
 * What the safetensors file `bytes` says, all numbers as float32: float16 and bfloat16 are exact, float64 is rounded. A
 * tensor of whole numbers is left out where one of them is beyond ±2^24. Throws Fault "file-corrupt", or "data-invalid"
 * for an element type that is not read.
 */
export function readSafetensors(bytes: Uint8Array): TensorFile {
  const { header, dataStart } = readHeader(bytes);
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, entry]) => readEntry(name, entry))
    .toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  requireTiled(entries, bytes.length - dataStart);
  const data = bytes.subarray(dataStart);
  const tensors = entries.flatMap((entry) => {
    const numbers = numbersOf(entry, data.subarray(entry.begin, entry.end));
    return numbers === null ? [] : [{ ...entry, numbers }];
  });
  const layout = layoutOf(tensors);
  const values = new Float32Array(layoutLength(layout));
  layout.forEach(({ offset }, at) => values.set(tensors[at]?.numbers ?? [], offset));
  return { layout, values, metadata: readMetadata(header[METADATA]) };
}

/** Throws Fault "file-corrupt" unless `entries` lie one after another and fill the data. */
function requireTiled(entries: readonly Entry[], dataBytes: number): void {
  let end = 0;
  for (const tensor of entries) {
    if (tensor.begin !== end) throw corrupt(`the data of "${tensor.name}" begins at ${tensor.begin}, not at ${end}`);
    end = tensor.end;
  }
  if (end !== dataBytes) throw corrupt(`the header describes ${end} bytes of data, the file holds ${dataBytes}`);
}

/** The numbers of a tensor; float32 is taken bit for bit. */
function numbersOf({ dtype, type }: Entry, bytes: Uint8Array): Float32Array | null {
  return dtype === "F32" ? new Float32Array(new Uint8Array(bytes).buffer) : storedNumbers(type, bytes);
}

/**
 * The values of `file` in the order of `layout`, found by their names: files list tensors in any order. Tensors that
 * `layout` does not have are ignored. Throws Fault "data-invalid" for one that is missing or of another shape.
 */
export function paramsFromFile(layout: Layout, file: TensorFile): Float32Array {
  const slots = new Map(file.layout.map((slot) => [slot.name, slot]));
  const params = new Float32Array(layoutLength(layout));
  for (const wanted of layout) {
    const slot = slots.get(wanted.name);
    if (slot === undefined || slot.shape.join() !== wanted.shape.join()) throw unlike(wanted, slot, layout, file);
    params.set(tensorOf(file.values, slot), wanted.offset);
  }
  return params;
}

const SAME_MODEL = "use a file that was saved from this very model.";

/** The fault of a file that has not got `wanted`, one of the tensors of `layout`, or has it as `found`. */
function unlike(wanted: TensorSlot, found: TensorSlot | undefined, layout: Layout, file: TensorFile): Fault {
  const needs = `the model needs ${described(wanted)}, the file has`;
  if (found !== undefined) {
    return new Fault("data-invalid", `${needs} one of [${found.shape.join(", ")}]`, `Instead ${SAME_MODEL}`);
  }
  const needed = new Set(layout.map(({ name }) => name));
  const others = file.layout.filter(({ name }) => !needed.has(name));
  const closest = closestTensors(wanted, others).map(described).join(", ");
  return new Fault(
    "data-invalid",
    file.layout.length === 0 ? `${needs} no tensors that float32 holds` : `${needs} none of that name`,
    closest === ""
      ? `Instead ${SAME_MODEL}`
      : `It has ${closest}: rename it there if it is the same, as where a prefix or the name of a tied weight differs; else ${SAME_MODEL}`,
  );
}

function described({ name, shape }: TensorSlot): string {
  return `"${name}" of [${shape.join(", ")}]`;
}

function readHeader(bytes: Uint8Array): { readonly header: Record<string, unknown>; readonly dataStart: number } {
  if (bytes.length < LENGTH_BYTES) throw corrupt(`${bytes.length} bytes are too few`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES || LENGTH_BYTES + Number(length) > bytes.length) {
    throw corrupt(`a header of ${length} bytes does not fit into ${bytes.length} bytes`);
  }
  const dataStart = LENGTH_BYTES + Number(length);
  const header = parseJson(bytes.subarray(LENGTH_BYTES, dataStart));
  if (!isRecord(header)) throw corrupt("the header is not an object");
  return { header, dataStart };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw corrupt(`the header is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly type: StoredType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readEntry(name: string, entry: unknown): Entry {
  const where = `tensor "${name}"`;
  if (!isRecord(entry)) throw corrupt(`${where} is not described by an object`);
  const { dtype, shape, data_offsets: range } = entry;
  if (typeof dtype !== "string") throw corrupt(`${where} has no element type`);
  const type = STORED_TYPES.get(dtype);
  if (type === undefined) throw unknownType(where, dtype);
  if (!isWholeNumbers(shape)) throw corrupt(`the shape of ${where} is not a list of whole numbers`);
  const [begin, end, ...more] = isWholeNumbers(range) ? range : [];
  if (begin === undefined || end === undefined || more.length > 0 || begin > end) {
    throw corrupt(`the data_offsets of ${where} are not a range`);
  }
  if (end - begin !== elementCount(shape) * type.elementBytes) {
    throw corrupt(`${where} has ${end - begin} bytes, its shape [${shape.join(", ")}] needs others`);
  }
  return { name, dtype, type, shape, begin, end };
}

function unknownType(where: string, dtype: string): Fault {
  return new Fault(
    "data-invalid",
    `${where} has the element type ${JSON.stringify(dtype)}, which is not read`,
    `Save it as float32 (in PyTorch: tensor.float()), or leave it out; read are ${[...STORED_TYPES.keys()].join(", ")}.`,
  );
}

function readMetadata(metadata: unknown): Readonly<Record<string, string>> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata)) throw corrupt("the metadata are not an object");
  const texts: Record<string, string> = {};
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text !== "string") throw corrupt(`the metadata "${name}" are not text`);
    texts[name] = text;
  }
  return texts;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWholeNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}

function corrupt(what: string): Fault {
  return new Fault("file-corrupt", `safetensors: ${what}`, DAMAGED);
}
