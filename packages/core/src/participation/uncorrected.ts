/**
 * No correction: an update counts as its weight says, however often its client is heard.
 *
 *     d_k = 1
 *
 * A client's part in what is optimised is then in proportion to how often it takes part: see the effective objective.
 * Right where everyone takes part alike, and where selection already draws clients as they should count.
 *
 * Fraboni, Vidal, Kameni, Lorenzi, "A general theory for federated optimization with asynchronous and heterogeneous
 * clients updates", JMLR 2023 (there: identical weights). https://arxiv.org/abs/2206.10189
 *
 * Trust: clients, to answer no more often than others.
 *
 * @module
 */
import { fedFixPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import { defineParticipation, type Participation } from "./participation.ts";

/** The participation correction `uncorrected` has no options. */
export type UncorrectedOptions = Readonly<Record<never, never>>;

/** The participation correction `uncorrected`. */
export const uncorrected: PartFactory<UncorrectedOptions, Participation<unknown>> = defineParticipation<
  UncorrectedOptions,
  null
>({
  room: "participation",
  name: "uncorrected",
  about: "An update counts the same however often its client is heard.",
  fights: [],
  paper: fedFixPaper,
  options: {},
  make: () => ({ init: () => null, correction: () => 1 }),
});
