/**
 * Dirichlet quantity skew: every client's data looks like the whole, but sizes are in Dirichlet proportions.
 *
 *     size_k = minimum + share_k,   share_k ∝ q_k,   q ~ Dir(β, …, β),   Σ size_k = rows
 *
 * β beta: small is very unequal, large is even. With N clients the coefficient of variation of the shares is
 * √((N − 1) / (N β + 1)), about 1/√β for many clients.
 *
 * Li, Diao, Chen, He, "Federated learning on non-IID data silos: an experimental study", ICDE 2022.
 * https://arxiv.org/abs/2102.02079
 *
 * Difference from its code, which draws again until no client has fewer than ten rows: here every client gets
 * `minimumExamples` first, and the rest is shared out.
 *
 * @module
 */
import { definePart, fold, type PartFactory } from "@potluck/core";
import { dealDirichletSizes } from "./deal-evenly.ts";
import { optionsWithoutSkew, type Partitioner, type PartitionOptions } from "./partition.ts";
import { holdOut } from "./rows.ts";

/** Options of {@link dirichletQuantity}. */
export interface DirichletQuantityOptions extends Omit<PartitionOptions, "quantitySkew"> {
  /** Concentration β > 0 of the sizes: 0.1 is very unequal, 10 mildly. */
  readonly beta: number;
}

/** The partitioner `dirichlet-quantity`. Throws Fault "option-invalid"; splitting throws "data-invalid". */
export const dirichletQuantity: PartFactory<DirichletQuantityOptions, Partitioner> = definePart<
  DirichletQuantityOptions,
  Partitioner
>({
  room: "partition",
  name: "dirichlet-quantity",
  about: "Every client draws from the same distribution, in sizes drawn from a Dirichlet distribution.",
  fights: [],
  paper: {
    authors: "Li, Diao, Chen, He",
    title: "Federated learning on non-IID data silos: an experimental study",
    venue: "ICDE 2022",
    link: "https://arxiv.org/abs/2102.02079",
  },
  options: {
    ...optionsWithoutSkew,
    beta: {
      kind: "number",
      above: 0,
      maximum: 1e6,
      about: "concentration β of the sizes: small is unequal, large is even",
    },
  },
  make: (options) => ({
    clients: options.clients,
    split: ({ examples, key }) => {
      const rows = dealDirichletSizes(examples, options, key);
      return { examples, clients: holdOut(examples, rows, options.testShare, fold(key, "test")) };
    },
  }),
});
