/**
 * By key: natural clients. Every client holds the examples of one key of the data: of one speaker, one hospital, one
 * device. Keys with fewer than `minimumExamples` examples are left out; if more are left than `clients`, so many are
 * chosen at random, and the examples of the others stay unused.
 *
 * Caldas, Duddu, Wu, Li, Konečný, McMahan, Smith, Talwalkar, "LEAF: a benchmark for federated settings", 2018.
 * https://arxiv.org/abs/1812.01097
 *
 * @module
 */
import { definePart, fold, type PartFactory } from "@potluck/core";
import { dealOwners } from "./deal-owners.ts";
import { optionsWithoutSkew, type Partitioner, type PartitionOptions } from "./partition.ts";
import { holdOut } from "./rows.ts";

/** Options of {@link byKey}: sizes are those of the data. */
export type ByKeyOptions = Omit<PartitionOptions, "quantitySkew">;

/** The partitioner `by-key`. Throws Fault "option-invalid"; splitting throws "data-invalid". */
export const byKey: PartFactory<ByKeyOptions, Partitioner> = definePart<ByKeyOptions, Partitioner>({
  room: "partition",
  name: "by-key",
  about: "Every client holds the examples of one key of the data, such as one speaker.",
  fights: [],
  paper: {
    authors: "Caldas, Duddu, Wu, Li, Konečný, McMahan, Smith, Talwalkar",
    title: "LEAF: a benchmark for federated settings",
    venue: "arXiv 2018",
    link: "https://arxiv.org/abs/1812.01097",
  },
  options: optionsWithoutSkew,
  make: ({ clients, testShare, minimumExamples }) => ({
    clients,
    split: ({ examples, key }) => {
      const rows = dealOwners(examples, { clients, minimumExamples }, key);
      return { examples, clients: holdOut(examples, rows, testShare, fold(key, "test")) };
    },
  }),
});
