/**
 * Dirichlet label skew: every client has its own mix of classes, drawn from a Dirichlet distribution.
 *
 *     q_k ~ Dir(α · C · p),   the label of each row of client k ~ q_k, rows drawn without replacement
 *
 * p the shares of the C classes in the data, α alpha. Where the classes are equally frequent this is the symmetric
 * Dir(α, …, α) of most experiments: α → 0 leaves a client one class, α → ∞ gives it the mix of the whole data.
 *
 * Hsu, Qi, Brown, "Measuring the effects of non-identical data distribution for federated visual classification", 2019.
 * https://arxiv.org/abs/1909.06335 (q ~ Dir(α_Hsu · p), so α_Hsu = C · α: their 100 is 10 here for ten classes).
 *
 * This is the client-wise variant: sizes are set first, by `quantitySkew`, and mixes then. It is not the class-wise
 * variant of Yurochkin et al., "Bayesian nonparametric federated learning of neural networks", ICML 2019,
 * https://arxiv.org/abs/1905.12022, which splits each class among clients by Dir(α) and lets sizes fall where they may.
 *
 * Rows are dealt one at a time to the clients in random order, as often as each client's size. Once a class is used up,
 * the mixes continue over the classes that are left, so every row is used, and the distortion falls on all clients
 * alike instead of on the last ones. With 100 equal clients and ten classes it moves 7% of the rows at α = 0.3 and 14%
 * at α = 0.01: a class that many clients want cannot feed them all.
 *
 * @module
 */
import { definePart, fold, type PartFactory } from "@potluck/core";
import { dealMixes } from "./deal-mixes.ts";
import { commonOptions, type Partitioner, type PartitionOptions } from "./partition.ts";
import { holdOut } from "./rows.ts";

/** Options of {@link dirichlet}. */
export interface DirichletOptions extends PartitionOptions {
  /** Concentration α > 0: 0.1 is very skewed, 1 mildly, 100 hardly. */
  readonly alpha: number;
}

/** The partitioner `dirichlet`. Throws Fault "option-invalid"; splitting throws "data-invalid". */
export const dirichlet: PartFactory<DirichletOptions, Partitioner> = definePart<DirichletOptions, Partitioner>({
  room: "partition",
  name: "dirichlet",
  about: "Every client has its own mix of classes, drawn from a Dirichlet distribution.",
  fights: [],
  paper: {
    authors: "Hsu, Qi, Brown",
    title: "Measuring the effects of non-identical data distribution for federated visual classification",
    venue: "arXiv 2019",
    link: "https://arxiv.org/abs/1909.06335",
  },
  options: {
    ...commonOptions,
    alpha: { kind: "number", above: 0, maximum: 1e6, about: "concentration α: small is skewed, large is even" },
  },
  make: (options) => ({
    clients: options.clients,
    byClass: true,
    split: ({ examples, key }) => {
      const rows = dealMixes(examples, options, key);
      return { examples, clients: holdOut(examples, rows, options.testShare, fold(key, "test")) };
    },
  }),
});
