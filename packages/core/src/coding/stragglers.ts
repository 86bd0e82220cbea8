/**
 * Models of stragglers: which workers may be late in which rounds for a code to decode without waiting for anybody.
 *
 * A pattern is who was late, round after round. A model is a question about the newest round of a pattern: whether the last
 * W rounds still fit it. Sequential codes promise not to wait as long as a model holds; when they do wait is another question,
 * which each of them answers by what its open jobs still lack.
 *
 * Krishnan, Ebrahimi, Khisti, "Sequential gradient coding for straggler mitigation", ICLR 2023.
 * https://arxiv.org/abs/2211.13802
 *
 * @module
 */

/** Who was late: round after round, the newest last; 1 for a worker that was. */
export type Pattern = readonly Uint8Array[];

/** Whether the newest round fits what a code assumes. */
export type StragglerModel = (pattern: Pattern) => boolean;

/** At most `most` ≥ 0 stragglers in a round. */
export function perRound(most: number): StragglerModel {
  return (pattern) => countOf(pattern.at(-1) ?? NOBODY) <= most;
}

/**
 * The (B, W, λ)-bursty model: in any `window` W consecutive rounds at most `most` λ workers are late, and the first and the
 * last round in which one of them is lie less than `burst` B rounds apart. 1 ≤ B ≤ W.
 */
export function bursty(burst: number, window: number, most: number): StragglerModel {
  return (pattern) => {
    const newest = pattern.at(-1) ?? NOBODY;
    const before = pattern.slice(-window, -1);
    if (countOf(anyOf([...before, newest])) > most) return false;
    // Whoever is late now was not late B rounds ago or earlier.
    const early = anyOf(before.slice(0, Math.max(0, before.length - burst + 1)));
    return newest.every((late, worker) => late === 0 || (early[worker] ?? 0) === 0);
  };
}

/** The (N, W, λ)-arbitrary model: in any `window` W consecutive rounds at most `most` λ workers are late, each in at most `times` N of them. */
export function arbitrary(times: number, window: number, most: number): StragglerModel {
  return (pattern) => {
    const rounds = pattern.slice(-window);
    if (countOf(anyOf(rounds)) > most) return false;
    const newest = rounds.at(-1) ?? NOBODY;
    return newest.every((late, worker) => late === 0 || timesLate(rounds, worker) <= times);
  };
}

const NOBODY = new Uint8Array(0);

/** How many were late in a round. */
function countOf(round: Uint8Array): number {
  let count = 0;
  for (const late of round) count += late;
  return count;
}

/** Who was late in any of these rounds. */
function anyOf(rounds: Pattern): Uint8Array {
  const any = new Uint8Array(rounds[0]?.length ?? 0);
  for (const round of rounds) {
    for (let worker = 0; worker < any.length; worker++) any[worker] = (any[worker] ?? 0) | (round[worker] ?? 0);
  }
  return any;
}

function timesLate(rounds: Pattern, worker: number): number {
  return rounds.reduce((sum, round) => sum + (round[worker] ?? 0), 0);
}
