/**
 * No discount: an update counts as much however old it is.
 *
 *     s(u) = 1
 *
 * Xie, Koyejo, Gupta, "Asynchronous federated optimization", 2019, https://arxiv.org/abs/1903.03934, compare it with
 * `polynomial` and `hinge`. Where the ages of updates have nothing to do with what their clients know, a discount costs
 * voice and may gain stability.
 *
 * Trust: nothing that a client says of its age: the server counts versions.
 *
 * @module
 */
import { fedAsyncPaper } from "../part/papers.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Staleness } from "./staleness.ts";

/** The staleness discount `constant` has no options. */
export type ConstantStalenessOptions = Readonly<Record<never, never>>;

/** The staleness discount `constant`. */
export const constant: PartFactory<ConstantStalenessOptions, Staleness> = definePart<
  ConstantStalenessOptions,
  Staleness
>({
  room: "staleness",
  name: "constant",
  about: "An update counts as much however old it is.",
  fights: [],
  paper: fedAsyncPaper,
  options: {},
  make: () => ({ discount: () => 1 }),
});
