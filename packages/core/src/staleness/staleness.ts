/**
 * The contract of staleness discounts: how much less an update counts because of its age.
 *
 * @module
 */

/** How much less an old update counts. */
export interface Staleness {
  /**
   * What the weight of an update is multiplied with, in [0, 1]. `staleness` is the number of versions that were published
   * since the model it started from, ≥ 0: server steps, not seconds.
   */
  readonly discount: (staleness: number) => number;
}
