/**
 * A cyclic gradient code: worker i computes the chunks i … i + s, around the circle of n, and any k = n − s answers are enough.
 *
 * Chunks lie at angles θ_c on a circle, and what worker i answers are the values of a trigonometric polynomial T_i of k
 * coefficients that is zero at the k − 1 chunks that it does not compute: b_ic = T_i(θ_c)/f(θ_c), f being a polynomial of the same
 * kind that is zero at no chunk. Weights a with Σ_i a_i T_i(θ) = f(θ) for all θ are what decodes: k conditions, one for each
 * coefficient, of whose solutions the shortest is taken.
 *
 * Where k is odd, f = 1 and chunks lie evenly around the whole circle. Where k is even, polynomials change their sign with every turn,
 * so that each is zero somewhere: f(θ) = cos(θ/2) is zero at π, and chunks keep away from there. The last and the first are 3π/2k apart.
 * With less between them chunks at the ends weigh too much; with more, all others are too close to each other.
 *
 * For odd k it is the real form of the cyclic codes of Raviv et al. Tandon et al. draw coefficients at random, whose decodings make
 * rounding errors thousands of times as large.
 * Trust: answers of workers far apart on the circle decode well, neighbours alone decode badly (see `code-block.ts`).
 *
 * Tandon, Lei, Dimakis, Karampatziakis, "Gradient coding: avoiding stragglers in distributed learning", ICML 2017.
 * https://proceedings.mlr.press/v70/tandon17a.html
 * Raviv, Tamo, Tandon, Dimakis, "Gradient coding from cyclic MDS codes and expander graphs", ICML 2018.
 * https://arxiv.org/abs/1707.03858
 *
 * @module
 */
import { cosineOfTurn, sineOfTurn } from "../base/elementary.ts";
import { invariant } from "../base/invariant.ts";
import { type CodeBlock, decodingOf, remembering, type Term } from "./code-block.ts";
import { leastNorm } from "./least-norm.ts";

/** A block of `size` workers that tolerates 0 ≤ `tolerated` < `size` missing answers. */
export function cyclicBlock(size: number, tolerated: number): CodeBlock {
  invariant(tolerated >= 0 && tolerated < size, `0 to ${size - 1} missing answers, got ${tolerated}`);
  const circle = circleOf(size, tolerated);
  const answers = Array.from({ length: size }, (_, worker) => answerOf(circle, worker));
  const terms = answers.map((answer) => answer.terms);
  const target = Array.from({ length: size - tolerated }, (_, at) => (at === 0 ? 1 : 0));
  return {
    size,
    tolerated,
    repeats: false,
    terms,
    decode: remembering((present) => {
      const there = present.map((place) => answers[place]?.conditions).filter((row) => row !== undefined);
      const weights = leastNorm(there, target);
      return weights === null ? null : decodingOf(terms, present, weights);
    }),
  };
}

/** Where chunks lie: chunk c at the share `turns[c]` / `whole` of a full turn, both whole numbers. */
interface Circle {
  readonly tolerated: number;
  readonly turns: readonly number[];
  readonly whole: number;
  /** f(θ_c), by chunk. */
  readonly heights: readonly number[];
  /** By how many places apart chunks lie: twice the sine of half the angle between them. */
  readonly chords: readonly number[];
}

function circleOf(size: number, tolerated: number): Circle {
  const k = size - tolerated;
  const chunks = Array.from({ length: size }, (_, chunk) => chunk);
  const isOdd = k % 2 === 1;
  // Where k is even, from −π (1 − 3/4k) to π (1 − 3/4k), evenly.
  const turns = isOdd ? chunks : chunks.map((chunk) => (4 * k - 3) * (2 * chunk - size + 1));
  const whole = isOdd ? size : 8 * k * (size - 1);
  const [first = 0] = turns;
  return {
    tolerated,
    turns,
    whole,
    heights: turns.map((turn) => (isOdd ? 1 : cosineOfTurn(turn, 2 * whole))),
    chords: turns.map((turn) => 2 * sineOfTurn(turn - first, 2 * whole)),
  };
}

/** What a worker answers: its sum, and what it adds to the conditions of a decoding, the first of which is 1 and the others 0. */
interface Answer {
  readonly terms: readonly Term[];
  readonly conditions: Float64Array;
}

/** The answer of a worker, on a scale on which the sizes of its coefficients are 1 in the mean over all chunks. */
function answerOf({ tolerated, turns, whole, heights, chords }: Circle, worker: number): Answer {
  const around = [...turns.keys()].map((at) => (worker + at) % turns.length);
  const zeros = around.slice(tolerated + 1);
  const terms = around.slice(0, tolerated + 1).map((chunk): Term => {
    let product = 1 / (heights[chunk] as number);
    for (const zero of zeros) product *= Math.sign(chunk - zero) * (chords[Math.abs(chunk - zero)] as number);
    return { chunk, coefficient: product };
  });
  const scale = turns.length / terms.reduce((sum, { coefficient }) => sum + Math.abs(coefficient), 0);
  return {
    terms: terms.map(({ chunk, coefficient }) => ({ chunk, coefficient: scale * coefficient })),
    conditions: harmonicsOf(
      zeros.map((zero) => turns[zero] as number),
      whole,
    ).map((value) => scale * value),
  };
}

/**
 * The coefficients of Π_z 2 sin((θ − θ_z)/2), the lowest first, zeros being in shares of `whole`: of 1, cos θ, sin θ, cos 2θ … where there are so many zeros that it is
 * a polynomial in θ, else of cos(θ/2), sin(θ/2), cos(3θ/2) … With y = e^(iθ/2) a factor is u y + ū/y, u = −sin(θ_z/2) − i cos(θ_z/2).
 */
function harmonicsOf(zeros: readonly number[], whole: number): Float64Array {
  const count = zeros.length + 1;
  // Number j is that of y to the power of 2j less the number of factors so far.
  const real = new Float64Array(count);
  const imaginary = new Float64Array(count);
  real[0] = 1;
  for (const [at, zero] of zeros.entries()) {
    const [x, y] = [-sineOfTurn(zero, 2 * whole), -cosineOfTurn(zero, 2 * whole)];
    for (let j = at + 1; j >= 0; j--) {
      const [re, im] = [real[j] as number, imaginary[j] as number];
      const [below, imBelow] = j === 0 ? [0, 0] : [real[j - 1] as number, imaginary[j - 1] as number];
      real[j] = x * below - y * imBelow + (x * re + y * im);
      imaginary[j] = x * imBelow + y * below + (x * im - y * re);
    }
  }
  const harmonics = new Float64Array(count);
  let filled = 0;
  for (let j = zeros.length >> 1; j < count; j++) {
    if (2 * j === zeros.length) harmonics[filled++] = real[j] as number;
    if (2 * j <= zeros.length) continue;
    harmonics[filled++] = 2 * (real[j] as number);
    harmonics[filled++] = -2 * (imaginary[j] as number);
  }
  return harmonics;
}
