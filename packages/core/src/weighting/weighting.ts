/**
 * The contract of weightings: how much an update counts.
 *
 * @module
 */
import type { ClientRecord } from "../plan/fleet.ts";

/** What a weighting may look at. */
export interface Arrival {
  /** Examples the client trained on (its claim), ≥ 1. */
  readonly examples: number;
  /** Solver steps it took, ≥ 1. */
  readonly steps: number;
  /** Versions published since the model it started from, ≥ 0. */
  readonly staleness: number;
  readonly client: ClientRecord;
}

/** How much an update counts. */
export interface Weighting {
  /** The weight, finite and ≥ 0, before it is divided by the sum of the window's weights. */
  readonly weigh: (arrival: Arrival) => number;
}
