/**
 * The contract of code blocks: some workers with as many chunks of data, coded among themselves.
 *
 * Worker i of a block answers with one vector, l_i = Σ_c b_ic g_c, g_c being the sum of the gradients of the examples of
 * chunk c. The block is decoded by weights a with Σ_i a_i b_ic = 1 for every c: then Σ_i a_i l_i = Σ_c g_c.
 *
 * Trust: answers are float32, each number of them wrong by up to 2^−24 of its size. In the decoded sum that is no more than
 * the amplification, max_c Σ_i |a_i| |b_ic|, times 2^−24 Σ_c |g_c|, number by number; it is 1 where nothing is lost and may be thousands where the
 * answers that are there hold little of a chunk. A decoding whose amplification is above {@link MAX_AMPLIFICATION} is none: more answers
 * are waited for. So rounding makes a decoded sum wrong by less than 1e-6 of the sum of the sizes of what it is made of. Of the
 * sum itself it may be more, where gradients of chunks nearly cancel each other.
 *
 * @module
 */

/** A chunk of a block, and what its gradient is multiplied with in an answer. */
export interface Term {
  /** In [0, size). */
  readonly chunk: number;
  readonly coefficient: number;
}

/** The sum over all chunks out of some answers. */
export interface Decoding {
  /** By place in the block: what its answer is multiplied with; 0 for one that is not there or not needed. */
  readonly weights: Float64Array;
  /** How many times as large what rounding does to a chunk may be in the sum, at most over the chunks; ≥ 1. */
  readonly amplification: number;
}

/** Workers and chunks that are coded among themselves. */
export interface CodeBlock {
  /** Workers, and chunks. */
  readonly size: number;
  /** How many answers may be missing, whichever they are, but for the amplification. */
  readonly tolerated: number;
  /** Whether every answer is the whole sum, so that the first to come is enough. */
  readonly repeats: boolean;
  /** What the answer of each worker is made of. */
  readonly terms: readonly (readonly Term[])[];
  /** The decoding of what `present`, places in the block in rising order, answered; null where there is none. */
  readonly decode: (present: readonly number[]) => Decoding | null;
}

/** The most that rounding errors of answers may grow by: 16 · 2^−24 < 1e-6. */
export const MAX_AMPLIFICATION = 16;

/** How many decodings a block remembers. */
const REMEMBERED = 256;

/** `decode` with the results of the last few patterns kept, since stragglers tend to be the same from round to round. */
export function remembering(decode: CodeBlock["decode"]): CodeBlock["decode"] {
  const known = new Map<string, Decoding | null>();
  return (present) => {
    const pattern = present.join(",");
    const found = known.get(pattern);
    if (found !== undefined) return found;
    const decoding = decode(present);
    known.set(pattern, decoding);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return decoding;
  };
}

/** How far Σ_i a_i b_ic may be from 1: what is more is no rounding of float64, and would show in float32. */
const MAX_DEVIATION = 1e-8;

/** The decoding by weights of those present, or null where rounding errors would grow too much, or weights do not decode to the last digits that count. */
export function decodingOf(
  terms: CodeBlock["terms"],
  present: readonly number[],
  weightOfPresent: Float64Array,
): Decoding | null {
  const weights = new Float64Array(terms.length);
  const sizes = new Float64Array(terms.length);
  const sums = new Float64Array(terms.length);
  for (const [at, place] of present.entries()) {
    const weight = weightOfPresent[at] ?? 0;
    weights[place] = weight;
    for (const { chunk, coefficient } of terms[place] ?? []) {
      sizes[chunk] = (sizes[chunk] ?? 0) + Math.abs(weight * coefficient);
      sums[chunk] = (sums[chunk] ?? 0) + weight * coefficient;
    }
  }
  const amplification = sizes.reduce((most, size) => Math.max(most, size), 1);
  const isExact = sums.every((sum) => Math.abs(sum - 1) <= MAX_DEVIATION);
  return amplification > MAX_AMPLIFICATION || !isExact ? null : { weights, amplification };
}
