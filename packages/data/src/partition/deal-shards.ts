/**
 * Dealing shards: the rows of each class are cut into shards, and every client is dealt as many of them as the others.
 * How shards are given to classes is said in `shards.ts`.
 *
 * @module
 */
import { type Examples, Fault, fold, type Key, permutation, present } from "@potluck/core";
import type { PartitionOptions } from "./partition.ts";
import { cut, joined, rowsByClass } from "./rows.ts";
import { checkEnough, sharedOut, sizeWeights } from "./sizes.ts";

/** What is asked for; `classesPerClient` counts the shards of each client, ≥ 1. */
export interface ShardOptions extends Required<PartitionOptions> {
  readonly classesPerClient: number;
}

/** The rows of each client. Throws Fault "data-invalid" when there are too few, or more classes than shards. */
export function dealShards(examples: Examples, options: ShardOptions, key: Key): readonly Uint32Array[] {
  checkEnough(examples.count, options);
  return dealt(rowsByClass(examples, fold(key, "rows")), options, key);
}

/** The rows of each client. */
function dealt(byClass: readonly Uint32Array[], options: ShardOptions, key: Key): readonly Uint32Array[] {
  const { clients, classesPerClient, quantitySkew, minimumExamples } = options;
  const counts = byClass.map((rows) => rows.length);
  const shardsOfClass = shardCounts(counts, clients * classesPerClient);
  const smallestShard = Math.ceil(minimumExamples / classesPerClient);
  checkShardSizes(counts, shardsOfClass, smallestShard);
  const weights = sizeWeights(fold(key, "sizes"), clients, quantitySkew);
  const holders = permutation(fold(key, "deal"), clients * classesPerClient).map((card) => card % clients);
  const hands = Array.from({ length: clients }, (): Uint32Array[] => []);
  cut(holders, shardsOfClass).forEach((ofClass, label) => {
    if (ofClass.length === 0) return;
    const rows = present(byClass[label], `the rows of class ${label}`);
    const holderWeights = Float64Array.from(ofClass, (client) => weights[client] ?? 0);
    cut(rows, sharedOut(rows.length, holderWeights, smallestShard)).forEach((shard, at) => {
      present(hands[ofClass[at] ?? -1], "the holder of a shard").push(shard);
    });
  });
  return hands.map(joined);
}

/** How many of the `total` shards each class is cut into: at least one where it has rows. Throws Fault "data-invalid". */
function shardCounts(counts: readonly number[], total: number): Uint32Array {
  const shardsOfClass = Uint32Array.from(counts, (count) => (count > 0 ? 1 : 0));
  const given = shardsOfClass.reduce((sum, one) => sum + one, 0);
  if (given > total) {
    throw new Fault(
      "data-invalid",
      `the clients together are dealt ${total} shards, too few for ${given} classes`,
      "Use more clients, or raise classesPerClient.",
    );
  }
  for (let shard = given; shard < total; shard++) {
    const next = largestShards(counts, shardsOfClass);
    shardsOfClass[next] = (shardsOfClass[next] ?? 0) + 1;
  }
  return shardsOfClass;
}

/** The class whose shards are the largest. */
function largestShards(counts: readonly number[], shardsOfClass: Uint32Array): number {
  let best = 0;
  let largest = -1;
  counts.forEach((count, label) => {
    const size = count === 0 ? -1 : count / (shardsOfClass[label] ?? 0);
    if (size > largest) [best, largest] = [label, size];
  });
  return best;
}

/** Throws Fault "data-invalid" unless every shard can have `smallestShard` rows. */
function checkShardSizes(counts: readonly number[], shardsOfClass: Uint32Array, smallestShard: number): void {
  counts.forEach((count, label) => {
    const needed = (shardsOfClass[label] ?? 0) * smallestShard;
    if (needed <= count) return;
    throw new Fault(
      "data-invalid",
      `class ${label} has ${count} rows for ${shardsOfClass[label]} shards of at least ${smallestShard}`,
      "Use fewer clients, lower classesPerClient or minimumExamples, or load more examples.",
    );
  });
}
