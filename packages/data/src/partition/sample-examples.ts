/**
 * Examples for the tests of partitioners, and what they ask of a split.
 *
 * @module
 */
import { type ClientRows, type Examples, Fault, rootKey } from "@potluck/core";
import type { Partitioner, Split } from "./partition.ts";

/** `perClass[c]` rows of class c, one class after another. */
export function examplesOf(perClass: readonly number[]): Examples {
  const labels = Uint8Array.from(perClass.flatMap((count, label) => new Array<number>(count).fill(label)));
  const count = labels.length;
  return { count, shape: [1], features: new Uint8Array(count), scale: 1, labels, classes: perClass.length };
}

/** The same examples, owned by `owners` owners in turn. */
export function owned(examples: Examples, owners: number): Examples {
  const ofRow = Uint32Array.from({ length: examples.count }, (_, row) => row % owners);
  return { ...examples, owners: { ofRow, names: Array.from({ length: owners }, (_, owner) => `owner ${owner}`) } };
}

/** The rows of all clients at the start, client by client. */
export function allRows(clients: readonly ClientRows[]): readonly number[] {
  return clients.flatMap(({ train, test: held }) => [...train, ...held]);
}

/** How many rows of each class a client holds, to train on and to test. */
export function classCounts({ train, test: held }: ClientRows, { labels, classes }: Examples): readonly number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const row of [...train, ...held]) counts[labels[row] ?? -1] = (counts[labels[row] ?? -1] ?? 0) + 1;
  return counts;
}

/** The mean over clients of the share of a client's most frequent class. */
export function meanTopShare(clients: readonly ClientRows[], examples: Examples): number {
  const shares = clients.map((client) => {
    const counts = classCounts(client, examples);
    return Math.max(...counts) / counts.reduce((sum, count) => sum + count, 0);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** How many rows each client gets of ten classes of `perClass` rows. */
export function sizesOf(partitioner: Partitioner, perClass: number): readonly number[] {
  return partitioner
    .split({ examples: examplesOf(new Array<number>(10).fill(perClass)), key: rootKey(5) })
    .clients.map(({ train, test: held }) => train.length + held.length);
}

/** The standard deviation of the logarithms of the clients' sizes beyond the minimum of 2, of 100,000 rows. */
export function sizeSpread(partitioner: Partitioner): number {
  const logs = sizesOf(partitioner, 10_000).map((size) => Math.log(size - 2));
  const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
  return Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length);
}

/** The split, or null where the request is refused as impossible; any other error is thrown on. */
export function splitIfPossible(partitioner: Partitioner, examples: Examples, runSeed: number): Split | null {
  try {
    return partitioner.split({ examples, key: rootKey(runSeed) });
  } catch (error) {
    if (error instanceof Fault && error.code === "data-invalid" && error.remedy !== "") return null;
    throw error;
  }
}
