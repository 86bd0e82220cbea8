/**
 * Inverse participation: who is heard in every d-th version counts d times.
 *
 *     d_k = the mean number of versions from one update of client k to its next, the one that ends now included
 *
 * Where each client is heard steadily, Σ_n ω_k(n) over the versions is then as large for everyone as its weight asks: the
 * weight of a client in a version is on the average its importance, and what is optimised is what was asked for. With a
 * fixed interval Δt and a client that takes τ_k, d_k = ⌈τ_k / Δt⌉ from its first update on, as in FedFix; times need not be
 * known beforehand. Use it with absolute weights: the aggregation `sum`, divided by "clients" or "examples".
 *
 * Where clients are heard in bursts that holds in the long run only: d_k is a mean that has to come to rest first. A client
 * that is away for 100 versions and there for 100, ten times over, counts 2540 in 2000 versions, and 1791 if it is there
 * first.
 *
 * Fraboni, Vidal, Kameni, Lorenzi, "A general theory for federated optimization with asynchronous and heterogeneous
 * clients updates", JMLR 2023. https://arxiv.org/abs/2206.10189
 *
 * n versions after its client became known d_k = n / r for the r-th update. A client that is heard several times in every version comes to count
 * one time for them all.
 *
 * An interval ends when the version is published: of a window that is thrown away nothing is counted.
 *
 * Memory: 24 bytes for a client, and about 80 for a client in the window.
 *
 * Pitfall: a client that comes back after long speaks louder, and the more so the fewer updates it had made before; `fed-au`
 * has a cut-off for that.
 *
 * @module
 */
import { fedFixPaper } from "../part/papers.ts";
import type { PartFactory } from "../part/part.ts";
import {
  dropNoted,
  keepNoted,
  type NotedIntervals,
  notedIntervalsOf,
  noteInWindow,
  nothingNoted,
  welcomeNoted,
  withIntervals,
} from "./intervals.ts";
import { defineParticipation, type Participation } from "./participation.ts";

/** The participation correction `inverse` has no options. */
export type InverseParticipationOptions = Readonly<Record<never, never>>;

/** The participation correction `inverse`. */
export const inverse: PartFactory<InverseParticipationOptions, Participation<unknown>> = defineParticipation<
  InverseParticipationOptions,
  NotedIntervals
>({
  room: "participation",
  name: "inverse",
  about: "Who is heard in every d-th version counts d times, so that everyone counts as asked.",
  fights: ["starvation", "unfair share"],
  paper: fedFixPaper,
  options: {},
  make: () => ({
    init: nothingNoted,
    welcome: welcomeNoted,
    correction: (noted, { client, version }) => {
      const known = notedIntervalsOf(noted, client);
      const now = withIntervals(known, Math.max(0, version + 1 - known.since));
      noteInWindow(noted, client, now);
      return now.mean;
    },
    publish: keepNoted,
    discard: dropNoted,
  }),
});
