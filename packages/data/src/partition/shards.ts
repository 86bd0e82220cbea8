/**
 * Shards: the rows sorted by label and cut into shards, of which every client is dealt a few at random. No client holds
 * more classes than shards; some hold fewer, when two of their shards happen to be of one class.
 *
 * McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient learning of deep networks from
 * decentralized data", AISTATS 2017, section 3 (200 shards of 300 MNIST images, two for each of 100 clients).
 * https://arxiv.org/abs/1602.05629
 *
 * Difference from the paper: shards do not straddle two labels, so that `classesPerClient` is kept exactly. Shards are
 * given to classes one by one, each to the class whose shards are the largest so far (the divisor method of Adams),
 * which makes them as equal as whole shards allow; within a class they follow the sizes of their clients.
 *
 * @module
 */
import { definePart, Fault, fold, type Key, type PartFactory, permutation, present } from "@potluck/core";
import { commonOptions, type Partitioner, type PartitionOptions } from "./partition.ts";
import { cut, holdOut, joined, rowsByClass } from "./rows.ts";
import { checkEnough, sharedOut, sizeWeights } from "./sizes.ts";

/** Options of {@link shards}. */
export interface ShardsOptions extends PartitionOptions {
  /** Shards of each client and so the most classes it can hold, 1 … 256; 2 by default. */
  readonly classesPerClient?: number;
}

/** The partitioner `shards`. Throws Fault "option-invalid"; splitting throws "data-invalid". */
export const shards: PartFactory<ShardsOptions, Partitioner> = definePart<ShardsOptions, Partitioner>({
  room: "partition",
  name: "shards",
  about: "Every client holds a few shards of the rows sorted by label, so only a few classes.",
  fights: [],
  paper: {
    authors: "McMahan, Moore, Ramage, Hampson, Agüera y Arcas",
    title: "Communication-efficient learning of deep networks from decentralized data",
    venue: "AISTATS 2017",
    link: "https://arxiv.org/abs/1602.05629",
  },
  options: {
    ...commonOptions,
    classesPerClient: {
      kind: "number",
      integer: true,
      minimum: 1,
      maximum: 256,
      default: 2,
      about: "shards of each client: the most classes it can hold",
    },
  },
  make: (options) => ({
    clients: options.clients,
    split: ({ examples, key }) => {
      checkEnough(examples.count, options);
      const rows = dealt(rowsByClass(examples, fold(key, "rows")), options, key);
      return holdOut(rows, options.testShare, fold(key, "test"));
    },
  }),
});

/** The rows of each client. */
function dealt(byClass: readonly Uint32Array[], options: Required<ShardsOptions>, key: Key): readonly Uint32Array[] {
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
