/**
 * Dealing evenly: the rows in random order, cut into the clients' sizes.
 *
 * @module
 */
import { type Examples, fold, type Key, permutation } from "@potluck/core";
import type { PartitionOptions } from "./partition.ts";
import { cut } from "./rows.ts";
import { clientSizes } from "./sizes.ts";

/** The rows of each client. Throws Fault "data-invalid" when there are too few. */
export function dealEvenly(examples: Examples, options: Required<PartitionOptions>, key: Key): readonly Uint32Array[] {
  const sizes = clientSizes(examples.count, options, fold(key, "sizes"));
  return cut(permutation(fold(key, "rows"), examples.count), sizes);
}
