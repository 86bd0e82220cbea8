/**
 * Dealing whatever the label: the rows in random order, cut into the clients' sizes. The rules for the sizes stand in
 * `iid.ts` and `dirichlet-quantity.ts`.
 *
 * @module
 */
import { dirichlet, type Examples, fold, type Key, permutation } from "@potluck/core";
import type { PartitionOptions } from "./partition.ts";
import { cut } from "./rows.ts";
import { checkEnough, clientSizes, sharedOut } from "./sizes.ts";

/** The rows of each client, sizes by `quantitySkew`. Throws Fault "data-invalid" when there are too few. */
export function dealEvenly(examples: Examples, options: Required<PartitionOptions>, key: Key): readonly Uint32Array[] {
  const sizes = clientSizes(examples.count, options, fold(key, "sizes"));
  return cut(permutation(fold(key, "rows"), examples.count), sizes);
}

/** What is asked for; `beta` is the concentration of the sizes, > 0. */
export interface QuantityOptions extends Pick<Required<PartitionOptions>, "clients" | "minimumExamples"> {
  readonly beta: number;
}

/** The rows of each client, sizes in Dirichlet proportions. Throws Fault "data-invalid" when there are too few. */
export function dealDirichletSizes({ count }: Examples, options: QuantityOptions, key: Key): readonly Uint32Array[] {
  checkEnough(count, options);
  const shares = dirichlet(fold(key, "sizes"), options.beta, options.clients);
  return cut(permutation(fold(key, "rows"), count), sharedOut(count, shares, options.minimumExamples));
}
