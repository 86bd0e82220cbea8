/**
 * Writes the examples of each client, the held-out ones and the first model of a task as files that NumPy reads, so that
 * peers train on what Potluck trains on, from where it starts.
 *
 * @module
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { elementCount, type Examples } from "@potluck/core";
import { initialParams } from "@potluck/engine";
import { federatedScenario, type FederatedTask, sceneKeys } from "./simulator-tasks.ts";

/**
 * Fills `folder`: `task.json`; `features.npy` and `labels.npy`, client after client; `starts.npy`, the row at which each
 * begins and, last, the number of rows; `test-features.npy` and `test-labels.npy`; `params.npy`, flat.
 */
export async function writeTask(task: FederatedTask, folder: string): Promise<void> {
  const scenario = federatedScenario(task);
  const keys = sceneKeys();
  const { train, test } = await scenario.data.load();
  const split = scenario.partition.split({ examples: train, key: keys.partition });
  const model = await scenario.model.build({ examples: split.examples, key: keys.model });
  const params = initialParams(model);
  const clients = split.clients.map((rows) => rows.train);
  const starts = Uint32Array.from([0, ...clients], (_, k) => clients.slice(0, k).reduce((sum, c) => sum + c.length, 0));
  const store = (name: string, values: Values, shape: readonly number[]): Promise<void> =>
    writeFile(join(folder, `${name}.npy`), npy(values, shape));
  const gathered = rowsOf(split.examples, clients);
  await writeFile(join(folder, "task.json"), JSON.stringify(task));
  await store("features", gathered.features, [gathered.labels.length, elementCount(train.shape)]);
  await store("labels", gathered.labels, [gathered.labels.length]);
  await store("starts", starts, [starts.length]);
  await store("test-features", test.features, [test.count, elementCount(test.shape)]);
  await store("test-labels", Uint8Array.from(test.labels), [test.count]);
  await store("params", params, [params.length]);
}

type Values = Uint8Array | Uint32Array | Float32Array;

/** The examples of all clients, one client after another. */
function rowsOf(
  { features, labels, shape }: Examples,
  clients: readonly Uint32Array[],
): { readonly features: Uint8Array; readonly labels: Uint8Array } {
  const rows = clients.flatMap((client) => [...client]);
  const width = elementCount(shape);
  const gathered = new Uint8Array(rows.length * width);
  for (const [at, row] of rows.entries()) gathered.set(features.subarray(row * width, (row + 1) * width), at * width);
  return { features: gathered, labels: Uint8Array.from(rows, (row) => labels[row] ?? 0) };
}

/** A file of NumPy's format 1.0. The machine is little-endian, as all are on which Node runs. */
function npy(values: Values, shape: readonly number[]): Uint8Array {
  const type = values instanceof Float32Array ? "<f4" : values instanceof Uint32Array ? "<u4" : "|u1";
  const description = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  // Values begin at a multiple of 64 bytes: ten of the preamble, the description, and a line end.
  const length = Math.ceil((description.length + 11) / 64) * 64 - 10;
  const header = `${description.padEnd(length - 1)}\n`;
  const preamble = [0x93, ...Buffer.from("NUMPY"), 1, 0, length % 256, Math.floor(length / 256)];
  return Buffer.concat([
    Uint8Array.from(preamble),
    Buffer.from(header),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  ]);
}
