/**
 * A cyclic gradient code: worker i computes the chunks i … i + s, around the circle of n, and any k = n − s answers are enough.
 *
 * The answers are values of one trigonometric polynomial T, turned from worker to worker, which is zero at the k − 1 chunks
 * that a worker does not compute: b_ic = T(θ_c − θ_i)/f(θ_c), θ_c being the angle of chunk c on the circle. Such polynomials have
 * k harmonics, f is the lowest of them, and weights a with Σ_i a_i T(θ − θ_i) = f(θ) for all θ are what decodes. For each harmonic that is
 * a condition or two on Σ_i a_i cos and Σ_i a_i sin of a multiple of θ_i: k conditions, of whose solutions the shortest is taken.
 * Where k is odd, harmonics are whole multiples of the angle and f = 1; where k is even, they are odd multiples of half the
 * angle, f(θ) = cos(θ/2), and the circle is cut where f vanishes, between the last chunk and the first.
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

/** Numbers of a circle of workers: how many, and how many of them may be missing. */
interface Circle {
  readonly size: number;
  readonly tolerated: number;
}

/** A block of `size` workers that tolerates 0 ≤ `tolerated` < `size` missing answers. */
export function cyclicBlock(size: number, tolerated: number): CodeBlock {
  invariant(tolerated >= 0 && tolerated < size, `0 to ${size - 1} missing answers, got ${tolerated}`);
  const { terms, rows } =
    (size - tolerated) % 2 === 1 ? wholeTurns({ size, tolerated }) : halfTurns({ size, tolerated });
  const target = Array.from({ length: size - tolerated }, (_, at) => (at === 0 ? 1 : 0));
  return {
    size,
    tolerated,
    repeats: false,
    terms,
    decode: remembering((present) => {
      const there = present.map((place) => rows[place]).filter((row) => row !== undefined);
      const weights = leastNorm(there, target);
      return weights === null ? null : decodingOf(terms, present, weights);
    }),
  };
}

/** What answers are made of, and by worker what it adds to the conditions of a decoding: to the first, which is 1, and to the others, which are 0. */
interface Design {
  readonly terms: CodeBlock["terms"];
  readonly rows: readonly Float64Array[];
}

/** For an odd number of harmonics: 1, cos lθ and sin lθ. */
function wholeTurns({ size, tolerated }: Circle): Design {
  const bump = bumpOf({ size, tolerated });
  const mean = bump.reduce((sum, value) => sum + value, 0) / size;
  const harmonics = (size - tolerated - 1) / 2;
  return {
    terms: workersOf(size, (worker) =>
      bump.map((value, at): Term => ({ chunk: (worker + at) % size, coefficient: value / mean })),
    ),
    rows: workersOf(size, (worker) => {
      const row = new Float64Array(1 + 2 * harmonics);
      row[0] = 1;
      for (let l = 1; l <= harmonics; l++) {
        row[2 * l - 1] = cosineOfTurn(l * worker, size);
        row[2 * l] = sineOfTurn(l * worker, size);
      }
      return row;
    }),
  };
}

/**
 * For an even number of harmonics: cos(l + ½)θ and sin(l + ½)θ, which change their sign with every turn. Chunk c lies at the
 * angle 2π (c − (n − 1)/2)/n, so that none lies at π, where f is zero; T is symmetric about the middle of its support.
 */
function halfTurns({ size, tolerated }: Circle): Design {
  const bump = bumpOf({ size, tolerated });
  const lowest =
    bump.reduce((sum, value, at) => sum + value * cosineOfTurn(2 * at - tolerated, 4 * size), 0) * (2 / size);
  const harmonics = (size - tolerated) / 2;
  return {
    terms: workersOf(size, (worker) =>
      bump.map((value, at): Term => {
        const chunk = (worker + at) % size;
        const turned = worker + at < size ? value : -value;
        return { chunk, coefficient: turned / lowest / cosineOfTurn(2 * chunk - size + 1, 4 * size) };
      }),
    ),
    rows: workersOf(size, (worker) => {
      const row = new Float64Array(2 * harmonics);
      for (let l = 0; l < harmonics; l++) {
        const part = (2 * l + 1) * (2 * worker - size + 1 + tolerated);
        row[2 * l] = cosineOfTurn(part, 4 * size);
        row[2 * l + 1] = sineOfTurn(part, 4 * size);
      }
      return row;
    }),
  };
}

/** The values of T at the chunks that a worker computes; at the next chunks, up to its own, it is zero. */
function bumpOf({ size, tolerated }: Circle): readonly number[] {
  return Array.from({ length: tolerated + 1 }, (_, at) => {
    let product = 1;
    // Twice the sine of half the angle between chunks, so that the product of many neither vanishes nor overflows.
    for (let zero = tolerated + 1; zero < size; zero++) product *= 2 * sineOfTurn(zero - at, 2 * size);
    return product;
  });
}

function workersOf<T>(size: number, of: (worker: number) => T): readonly T[] {
  return Array.from({ length: size }, (_, worker) => of(worker));
}
