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
import { definePart, fold, type PartFactory } from "@potluck/core";
import { dealShards } from "./deal-shards.ts";
import { commonOptions, type Partitioner, type PartitionOptions } from "./partition.ts";
import { holdOut } from "./rows.ts";

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
    byClass: true,
    split: ({ examples, key }) => {
      const rows = dealShards(examples, options, key);
      return { examples, clients: holdOut(examples, rows, options.testShare, fold(key, "test")) };
    },
  }),
});
