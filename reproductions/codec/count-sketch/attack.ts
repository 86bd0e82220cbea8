/**
 * Sketched gradient matching: examples are made up whose gradient has the sketch that was seen.
 *
 *     F(x, l) = ½ ‖R g(x, l) − seen‖² / ‖seen‖²,   g = mean over examples of (p − y) ⊗ (x, 1),   p = softmax(W x + c),   y = softmax(l)
 *
 * is brought down by Adam, from pixels and labels that are drawn. R: the sketch, which the server knows; p − y is written δ, and u = Rᵀ (R g − seen).
 *
 * @module
 */
import { codec, type Examples, type Key, normals, uniformStream } from "@potluck/core";

/** Softmax regression: W as rows of `inputs` numbers, a class each, then c. */
export interface Model {
  readonly inputs: number;
  readonly classes: number;
  readonly weights: Float64Array;
}

/** Examples one after another: pixels in [0, 1], and scores whose softmax is the label. */
export interface Guess {
  readonly features: Float64Array;
  readonly scores: Float64Array;
}

/** R with one entry in each column. */
export interface Sketch {
  readonly buckets: Uint32Array;
  readonly signs: Float64Array;
  readonly sums: number;
}

/** The score of the right class, all others being 0: a label that is all but certain. */
const CERTAIN = 30;

/** Some rows of examples, with labels that are all but certain. */
export function certain({ features, labels, count }: Examples, rows: Uint32Array, classes: number): Guess {
  const length = features.length / count;
  return {
    features: Float64Array.from(
      Array.from(rows, (row) => Array.from(features.slice(row * length, (row + 1) * length))).flat(),
    ),
    scores: Float64Array.from(
      Array.from(rows, (row) => Array.from({ length: classes }, (_, c) => (c === labels[row] ? CERTAIN : 0))).flat(),
    ),
  };
}

/** The sketch of `length` numbers that the codec has under a key: what becomes of each number alone. */
export function sketchOf(ratio: number, length: number, key: Key): Sketch {
  const count = codec.countSketch({ ratio });
  const columns = Array.from({ length }, (_, at) => {
    const message = count.encode(
      Float32Array.from({ length }, (__, i) => (i === at ? 1 : 0)),
      null,
      key,
    );
    return new Float32Array(message.slice(0, -1).buffer);
  });
  const buckets = Uint32Array.from(columns, (column) => column.findIndex((value) => value !== 0));
  const signs = Float64Array.from(columns, (column, i) => column[buckets[i] ?? 0] ?? 0);
  return { buckets, signs, sums: columns[0]?.length ?? 0 };
}

/** R g */
export function sketched({ buckets, signs, sums }: Sketch, g: Float64Array): Float64Array {
  const seen = new Float64Array(sums);
  for (const [i, bucket] of buckets.entries()) seen[bucket] = (seen[bucket] ?? 0) + (signs[i] ?? 0) * (g[i] ?? 0);
  return seen;
}

/** Rᵀ r */
export function unsketched({ buckets, signs }: Sketch, r: Float64Array): Float64Array {
  return signs.map((sign, i) => sign * (r[buckets[i] ?? 0] ?? 0));
}

/** The gradient of the mean loss, laid out as the weights. */
export function gradientOf(model: Model, guess: Guess): Float64Array {
  const { inputs, classes, weights } = model;
  const count = guess.scores.length / classes;
  const g = new Float64Array(weights.length);
  for (const { x, delta } of examplesOf(model, guess)) {
    for (let c = 0; c < classes; c++) {
      const share = (delta[c] ?? 0) / count;
      for (let i = 0; i < inputs; i++) g[c * inputs + i] = (g[c * inputs + i] ?? 0) + share * (x[i] ?? 0);
      g[classes * inputs + c] = (g[classes * inputs + c] ?? 0) + share;
    }
  }
  return g;
}

/** F, and what it changes by with pixels and scores. */
export function mismatch(
  model: Model,
  guess: Guess,
  sketch: Sketch,
  seen: Float64Array,
): { readonly loss: number; readonly slope: Guess } {
  const scale = 1 / squaredNorm(seen);
  const residual = sketched(sketch, gradientOf(model, guess)).map((value, at) => value - (seen[at] ?? 0));
  const u = unsketched(sketch, residual).map((value) => value * scale);
  const slopes = examplesOf(model, guess).map((example) => slopeOf(model, example, u));
  const count = slopes.length;
  const joined = (parts: readonly Float64Array[]): Float64Array =>
    Float64Array.from(parts.flatMap((part) => Array.from(part, (value) => value / count)));
  const slope = { features: joined(slopes.map(({ x }) => x)), scores: joined(slopes.map(({ l }) => l)) };
  return { loss: (scale * squaredNorm(residual)) / 2, slope };
}

/** An example with what the model makes of it. */
export interface Example {
  readonly x: Float64Array;
  readonly p: Float64Array;
  readonly y: Float64Array;
  readonly delta: Float64Array;
}

/** What the model makes of each example. */
export function examplesOf({ inputs, classes, weights }: Model, { features, scores }: Guess): readonly Example[] {
  return Array.from({ length: scores.length / classes }, (_, at) => {
    const x = features.subarray(at * inputs, (at + 1) * inputs);
    const p = softmax(
      Float64Array.from({ length: classes }, (__, c) => {
        const row = weights.subarray(c * inputs, (c + 1) * inputs);
        return product(row, x) + (weights[classes * inputs + c] ?? 0);
      }),
    );
    const y = softmax(scores.subarray(at * classes, (at + 1) * classes));
    return { x, p, y, delta: p.map((value, c) => value - (y[c] ?? 0)) };
  });
}

/** What ⟨u, g⟩ changes by with one example, but for the number of examples: with a = (U, v) (x, 1), Uᵀ δ + Wᵀ p ∘ (a − ⟨p, a⟩), and −y ∘ (a − ⟨y, a⟩). */
function slopeOf(
  { inputs, classes, weights }: Model,
  { x, p, y, delta }: Example,
  u: Float64Array,
): { readonly x: Float64Array; readonly l: Float64Array } {
  const a = Float64Array.from(
    { length: classes },
    (_, c) => product(u.subarray(c * inputs, (c + 1) * inputs), x) + (u[classes * inputs + c] ?? 0),
  );
  const [throughP, throughY] = [p, y].map((shares) => {
    const centre = product(shares, a);
    return shares.map((share, c) => share * ((a[c] ?? 0) - centre));
  });
  const slope = new Float64Array(inputs);
  for (let c = 0; c < classes; c++) {
    for (let i = 0; i < inputs; i++) {
      const at = c * inputs + i;
      slope[i] = (slope[i] ?? 0) + (u[at] ?? 0) * (delta[c] ?? 0) + (weights[at] ?? 0) * (throughP?.[c] ?? 0);
    }
  }
  return { x: slope, l: (throughY ?? y).map((value) => -value) };
}

/** The best that Adam finds for `count` examples. */
export function madeUp(
  model: Model,
  {
    sketch,
    seen,
    count,
    key,
  }: { readonly sketch: Sketch; readonly seen: Float64Array; readonly count: number; readonly key: Key },
): Guess {
  const draw = uniformStream(key);
  const features = Float64Array.from({ length: count * model.inputs }, draw);
  const scores = normals(key, count * model.classes);
  const steps = [adam(features.length), adam(scores.length)] as const;
  for (let iteration = 1; iteration <= ITERATIONS; iteration++) {
    const { slope } = mismatch(model, { features, scores }, sketch, seen);
    const rate = RATE * (1 - (iteration - 1) / ITERATIONS);
    steps[0](features, slope.features, { rate, iteration });
    steps[1](scores, slope.scores, { rate, iteration });
    for (const [i, value] of features.entries()) features[i] = Math.min(1, Math.max(0, value));
  }
  return { features, scores };
}

const ITERATIONS = 1000;
const RATE = 0.1;

type Step = (
  values: Float64Array,
  slope: Float64Array,
  at: { readonly rate: number; readonly iteration: number },
) => void;

function adam(length: number): Step {
  const [m, v] = [new Float64Array(length), new Float64Array(length)];
  return (values, slope, { rate, iteration }) => {
    for (let i = 0; i < length; i++) {
      const s = slope[i] ?? 0;
      m[i] = 0.9 * (m[i] ?? 0) + 0.1 * s;
      v[i] = 0.999 * (v[i] ?? 0) + 0.001 * s * s;
      const [mean, square] = [(m[i] ?? 0) / (1 - 0.9 ** iteration), (v[i] ?? 0) / (1 - 0.999 ** iteration)];
      values[i] = (values[i] ?? 0) - (rate * mean) / (Math.sqrt(square) + 1e-10);
    }
  };
}

/** e^score in shares of their sum. */
export function softmax(scores: Float64Array): Float64Array {
  const largest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Σ a_i b_i */
export function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Σ a_i² */
export function squaredNorm(a: Float64Array): number {
  return product(a, a);
}
