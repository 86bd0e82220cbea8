/**
 * Independent and identically distributed: the rows in random order, cut into the clients' sizes. Every client's data
 * looks like the whole, apart from chance.
 *
 * @module
 */
import { definePart, fold, type PartFactory } from "@potluck/core";
import { dealEvenly } from "./deal-evenly.ts";
import { commonOptions, type Partitioner, type PartitionOptions } from "./partition.ts";
import { holdOut } from "./rows.ts";

/** Options of {@link iid}. */
export interface IidOptions extends PartitionOptions {}

/** The partitioner `iid`. Throws Fault "option-invalid"; splitting throws "data-invalid". */
export const iid: PartFactory<IidOptions, Partitioner> = definePart<IidOptions, Partitioner>({
  room: "partition",
  name: "iid",
  about: "Every client draws from the same distribution.",
  fights: [],
  options: { ...commonOptions },
  make: (options) => ({
    clients: options.clients,
    split: ({ examples, key }) => {
      const rows = dealEvenly(examples, options, key);
      return { examples, clients: holdOut(examples, rows, options.testShare, fold(key, "test")) };
    },
  }),
});
