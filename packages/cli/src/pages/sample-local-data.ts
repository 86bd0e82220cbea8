/**
 * What each client of a scenario holds, for tests of pages.
 *
 * @module
 */
import type { LocalData } from "@potluck/client";
import { fold, rootKey } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";

/** The data of all clients, with the seed 1. */
export async function localData({ data, partition }: Scenario): Promise<readonly LocalData[]> {
  const loaded = await data.load();
  const split = partition.split({ examples: loaded.train, key: fold(rootKey(1), "partition") });
  return split.clients.map(({ train: rows }) => ({ dataset: { ...loaded, train: split.examples }, rows }));
}
