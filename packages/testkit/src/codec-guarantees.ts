/**
 * What a codec guarantees, measured.
 *
 * @module
 */
import { type Codec, fold, type Guarantee, type Key } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { key, REMARKABLE, squaredDistance, squaredNorm, through, vectors } from "./codec-messages.ts";

/** Rounding in float64 is no loss of a codec. */
const ROUNDING = 1e-12;
/** So many keys stand for all of them. */
const KEYS = 400;
/** Numbers of many sizes. */
const WAVE = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i * i));

/** Registers the law of what a codec guarantees as tests. */
export function testGuarantee(codec: Codec): void {
  const { guarantee } = codec;
  const cases = REMARKABLE.map(([, x]) => x);
  switch (guarantee.kind) {
    case "exact":
      return test("loses nothing", () => {
        fc.assert(
          fc.property(vectors, (x) => {
            expect(through(codec, x)).toEqual(Float64Array.from(x, (value) => value + 0));
          }),
        );
      });
    case "absolute":
      return test(`is off by no more than ${guarantee.error}`, () => {
        const isClose = (x: Float32Array): void => {
          const off = through(codec, x).map((value, i) => Math.abs(value - (x[i] ?? 0)));
          expect(Math.max(0, ...off)).toBeLessThanOrEqual(guarantee.error);
        };
        fc.assert(fc.property(vectors, isClose));
        cases.forEach(isClose);
      });
    case "contractive":
      return testContractive(codec, guarantee.contraction);
    case "unbiased":
      return testUnbiased(codec, guarantee);
  }
}

function testContractive(codec: Codec, contraction: (length: number) => number): void {
  const cases = REMARKABLE.map(([, x]) => x);
  const loss = (x: Float32Array, under: Key): number =>
    squaredDistance(through(codec, x, under), x) / Math.max(squaredNorm(x), Number.MIN_VALUE);
  const isDrawn = [0, 1].map((k) => loss(WAVE, fold(key, k))).some((lost, _, [first]) => lost !== first);
  if (!isDrawn) {
    return test("is contractive with the constant that it declares", () => {
      const contracts = (x: Float32Array): void => {
        expect(loss(x, key)).toBeLessThanOrEqual(1 - contraction(x.length) + ROUNDING);
      };
      fc.assert(fc.property(vectors, contracts));
      cases.forEach(contracts);
    });
  }
  return test("is contractive on average over keys with the constant that it declares", () => {
    for (const x of [
      ...cases.filter(({ length }) => length < 100),
      WAVE,
      ...fc.sample(vectors, { numRuns: 10, seed: 1 }),
    ]) {
      const losses = Array.from({ length: KEYS / 4 }, (_, k) => loss(x, fold(key, k)));
      expectMeanAtMost(losses, 1 - contraction(x.length));
    }
  });
}

/** Four standard errors are room for chance, which decides once: the keys are the same in every run. */
function expectMeanAtMost(values: readonly number[], most: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  expect(mean).toBeLessThanOrEqual(most + (4 * spread) / Math.sqrt(values.length) + ROUNDING);
}

function testUnbiased(codec: Codec, { variance, noise }: Guarantee & { readonly kind: "unbiased" }): void {
  const cases = [...REMARKABLE.map(([, x]) => x).filter(({ length }) => length < 100), WAVE];
  const drawn = new Map(cases.map((x) => [x, Array.from({ length: KEYS }, (_, k) => through(codec, x, fold(key, k)))]));
  const noiseIn = ({ length }: Float32Array): number => noise?.(length) ?? 0;
  /** ω ‖x‖² + ν, with room for rounding. */
  const boundOf = (x: Float32Array): number =>
    (variance(x.length) + ROUNDING) * squaredNorm(x) + noiseIn(x) + Number.MIN_VALUE;

  // The keys are the same in every run, so that chance decides once: what passes goes on passing.
  test("is right on average over keys", () => {
    for (const [x, draws] of drawn) {
      const mean = Float64Array.from(x, (_, i) => draws.reduce((total, y) => total + (y[i] ?? 0) / KEYS, 0));
      // Expected: (ω ‖x‖² + ν) / KEYS. Three times that has room for what varies; of what is noise in one number only, twelve times.
      const room = (3 * variance(x.length) * squaredNorm(x) + 12 * noiseIn(x)) / KEYS + ROUNDING * squaredNorm(x);
      expect(squaredDistance(mean, x)).toBeLessThanOrEqual(room);
    }
  });

  test("varies by no more than it declares", () => {
    for (const [x, draws] of drawn) {
      expectMeanAtMost(
        draws.map((y) => squaredDistance(y, x) / boundOf(x)),
        1,
      );
    }
  });

  test("says something else under other keys, where it loses anything", () => {
    const loses = variance(WAVE.length) > 0 || noiseIn(WAVE) > 0;
    expect(new Set(drawn.get(WAVE)?.map(String)).size > KEYS / 2).toBe(loses);
  });
}
