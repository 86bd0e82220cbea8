/**
 * Every client holds all examples, in one random order that is the same for all: for workers that compute parts of one
 * gradient. Nothing is copied: the rows of all clients are one list.
 *
 * @module
 */
import { definePart, type PartFactory, permutation } from "@potluck/core";
import { commonOptions, type Partitioner, type PartitionOptions } from "./partition.ts";

/** Options of {@link replicated}. */
export type ReplicatedOptions = Pick<PartitionOptions, "clients">;

/** The partitioner `replicated`. Throws Fault "option-invalid". */
export const replicated: PartFactory<ReplicatedOptions, Partitioner> = definePart<ReplicatedOptions, Partitioner>({
  room: "partition",
  name: "replicated",
  about: "Every client holds all examples, for workers that compute parts of one gradient.",
  fights: [],
  options: { clients: commonOptions.clients },
  make: ({ clients }) => ({
    clients,
    isShared: true,
    split: ({ examples, key }) => {
      const rows = { train: permutation(key, examples.count), test: new Uint32Array(0) };
      return { examples, clients: Array.from({ length: clients }, () => rows) };
    },
  }),
});
