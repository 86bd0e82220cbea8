/**
 * A sum of numbers that come and go. What rounding takes away from it is kept beside it, so that after any number of changes it
 * is what the numbers that are left add up to, to about the last bit of the largest.
 *
 *     s + r = Σ,    s = fl(s + x),    r = fl(r + e),    e = the rounding error of s + x, which is a number itself
 *
 * Knuth, "The art of computer programming", volume 2, 3rd edition, 1997, section 4.2.2, theorem B.
 *
 * @module
 */

/** What a sum remembers: plain data. */
export interface RunningSumState {
  readonly sum: number;
  /** What is missing from `sum`. */
  readonly rest: number;
}

/** A sum that numbers are added to, and taken from by adding their negatives. */
export interface RunningSum {
  readonly value: () => number;
  readonly add: (x: number) => void;
  /** Goes on from what {@link RunningSum.state} gave; from 0 unless given. */
  readonly reset: (state?: RunningSumState) => void;
  readonly state: () => RunningSumState;
}

const ZERO: RunningSumState = { sum: 0, rest: 0 };

/** A sum of nothing. */
export function runningSum(): RunningSum {
  let { sum, rest } = ZERO;
  return {
    value: () => sum + rest,
    add: (x) => {
      const next = sum + x;
      const added = next - sum;
      rest += sum - (next - added) + (x - added);
      sum = next;
    },
    reset: (state = ZERO) => {
      ({ sum, rest } = state);
    },
    state: () => ({ sum, rest }),
  };
}
