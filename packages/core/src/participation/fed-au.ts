/**
 * FedAU: weights from an online estimate of how often each client takes part, with a cut-off.
 *
 *     d_k = the mean of the intervals of client k so far, 1 before the first;    an interval ends after K versions at most
 *
 * An interval is the number of versions from one update of client k to its next; one that lasts longer is counted as
 * intervals of K versions each. The estimate that weighs an update is the one before the interval that it ends. The
 * cut-off keeps d_k ≤ K, at the price of a bias against clients that are heard more seldom than that. Use it with the
 * aggregation `sum`, divided by "clients": x ← x + η (1/N) Σ_k d_k Δ_k over who is there.
 *
 * Wang, Ji, "A lightweight method for tackling unknown participation statistics in federated averaging", ICLR 2024.
 * https://arxiv.org/abs/2306.03401
 *
 * An interval ends when the version is published: of a window that is thrown away nothing is counted.
 *
 * Memory: 24 bytes for a client, and about 80 for a client in the window.
 *
 * @module
 */
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

/** Options of {@link fedAu}. */
export interface FedAuOptions {
  /** K: versions after which an interval ends, a whole number ≥ 1; null, the default, for none. */
  readonly cutOff?: number | null;
}

/** The participation correction `fed-au`. Throws Fault "option-invalid". */
export const fedAu: PartFactory<FedAuOptions, Participation<unknown>> = defineParticipation<
  FedAuOptions,
  NotedIntervals
>({
  room: "participation",
  name: "fed-au",
  about: "Weights by an online estimate of the versions between a client's updates, with a cut-off.",
  fights: ["starvation", "unfair share"],
  paper: {
    authors: "Wang, Ji",
    title: "A lightweight method for tackling unknown participation statistics in federated averaging",
    venue: "ICLR 2024",
    link: "https://arxiv.org/abs/2306.03401",
  },
  options: {
    cutOff: {
      kind: "number",
      integer: true,
      minimum: 1,
      default: null,
      unit: "versions",
      about: "K: after so many an interval ends, whether or not its client is heard",
    },
  },
  make: ({ cutOff }) => ({
    init: nothingNoted,
    welcome: welcomeNoted,
    correction: (noted, { client, version }) => {
      const known = notedIntervalsOf(noted, client);
      const length = Math.max(0, version + 1 - known.since);
      // All that were cut off, and the last one if it is cut off by this very version, are over but for this update's own.
      const whole = cutOff === null ? 0 : Math.max(0, Math.ceil(length / cutOff) - 1);
      const before = cutOff === null ? known : withIntervals(known, cutOff, whole);
      noteInWindow(noted, client, withIntervals(before, version + 1 - before.since));
      return before.count === 0 ? 1 : before.mean;
    },
    publish: keepNoted,
    discard: dropNoted,
  }),
});
