/**
 * The digits of the Lab: the first images of MNIST, as the files that MNIST consists of, to lie beside the page.
 *
 * @module
 */
import { type Examples, Fault } from "@potluck/core";
import { data } from "@potluck/data";
import { labDigits } from "@potluck/studio";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Writes them below `folder`. Where MNIST is not installed it writes nothing, and the Lab says so when it is asked for digits. */
export async function addDigits(folder: string): Promise<void> {
  const { train, test } = await data.mnist(labDigits.limits).load().catch(nothingIfMissing);
  if (train === null || test === null) return;
  await mkdir(join(folder, labDigits.folder), { recursive: true });
  for (const [examples, [images, labels]] of [
    [train, labDigits.files.train],
    [test, labDigits.files.test],
  ] as const) {
    const [, ...size] = examples.shape;
    await writeFile(join(folder, labDigits.folder, images), idxFile([examples.count, ...size], bytesOf(examples)));
    await writeFile(join(folder, labDigits.folder, labels), idxFile([examples.count], examples.labels));
  }
}

function nothingIfMissing(error: unknown): { readonly train: null; readonly test: null } {
  if (error instanceof Fault && error.code === "data-missing") return { train: null, test: null };
  throw error;
}

function bytesOf({ features }: Examples): Uint8Array {
  return features instanceof Uint8Array ? features : Uint8Array.from(features);
}

/** Bytes in the form IDX: two zeros, the kind of the elements, how many dimensions, each of them, and the elements. */
function idxFile(dimensions: readonly number[], elements: Uint8Array): Uint8Array {
  const offset = 4 + 4 * dimensions.length;
  const file = new Uint8Array(offset + elements.length);
  const header = new DataView(file.buffer);
  header.setUint8(2, UNSIGNED_BYTES);
  header.setUint8(3, dimensions.length);
  for (const [at, size] of dimensions.entries()) header.setUint32(4 + 4 * at, size);
  file.set(elements, offset);
  return file;
}

const UNSIGNED_BYTES = 8;
