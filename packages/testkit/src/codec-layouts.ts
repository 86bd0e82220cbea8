/**
 * What takes the place of a codec for what is known of updates, the tensors of the model and the version: it is held to the laws for each of them.
 *
 * @module
 */
import { type Codec, plainKernels, rootKey, spentOn, uniformStream } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { said, sent, squaredDistance, squaredNorm, through, vectors, withLayout } from "./codec-messages.ts";
import { CHANGED_MESSAGES, expectRefusedOrFinite } from "./codec-refusals.ts";
import { mutated } from "./mutations.ts";

/** The smallest float32 above 0. */
const SMALLEST = 2 ** -149;
const RUNS = { numRuns: 300 } as const;

/** A codec for a layout of `length` numbers and a version, both drawn. */
function drawnFor(codec: Codec, length: number, seed: number): Codec {
  return withLayout(codec, length, uniformStream(rootKey(seed)));
}

/** Registers the laws of a codec for all layouts and versions as tests. */
export function testLayouts(codec: Codec): void {
  test("reads finite numbers, the same under the same key, whatever the tensors are", () => {
    fc.assert(
      fc.property(vectors, fc.nat(), (x, seed) => {
        const own = drawnFor(codec, x.length, seed);
        const message = sent(own, x);
        expect(sent(own, x)).toEqual(message);
        expect(said(own, message, x.length).every(Number.isFinite)).toBe(true);
      }),
      RUNS,
    );
  });

  test("guarantees what it declares in the mean over keys, whatever the tensors are", () => {
    fc.assert(
      fc.property(vectors, fc.nat(), (x, seed) => {
        expectGuaranteed(drawnFor(codec, x.length, seed), x);
      }),
      { ...RUNS, endOnFailure: true },
    );
  });

  test("has the numbers that every message has as they are, whatever the tensors are", () => {
    fc.assert(
      fc.property(vectors, fc.nat(), (x, seed) => {
        const own = drawnFor(codec, x.length, seed);
        const arrived = through(own, x);
        for (const { offset, length } of own.wholly ?? []) {
          const whole = Float64Array.from(x.subarray(offset, offset + length), (value) => value + 0);
          expect(arrived.slice(offset, offset + length)).toEqual(whole);
        }
      }),
      RUNS,
    );
  });

  test("accounts for every byte, whatever the tensors are", () => {
    fc.assert(
      fc.property(vectors, fc.nat(), (x, seed) => {
        const own = drawnFor(codec, x.length, seed);
        const message = sent(own, x);
        const spent = Object.values(spentOn(own, message, x.length));
        expect(spent.reduce((sum, bytes) => sum + bytes, 0)).toBe(message.length);
      }),
      RUNS,
    );
  });

  testRefusals(codec);
}

function testRefusals(codec: Codec): void {
  test("refuses messages that were changed on their way, or reads finite numbers, whatever the tensors are", () => {
    fc.assert(
      fc.property(vectors, fc.nat(), (x, seed) => {
        const own = drawnFor(codec, x.length, seed);
        const message = mutated(sent(own, x), uniformStream(rootKey(seed + 1)));
        expectRefusedOrFinite(own, message, x.length);
      }),
      { numRuns: CHANGED_MESSAGES / 3 },
    );
  });

  test("refuses numbers that are not finite, and messages that are cut short, whatever the tensors are", () => {
    const broken = fc.constantFrom(Number.NaN, Infinity, -Infinity);
    fc.assert(
      fc.property(vectors, fc.nat(), fc.nat(), broken, (x, seed, at, value) => {
        fc.pre(x.length > 0);
        const own = drawnFor(codec, x.length, seed);
        const message = sent(own, x);
        const cut = message.subarray(0, at % message.length);
        expect(own.defect(cut, x.length, plainKernels)).toMatch(/^the update /u);
        x[at % x.length] = value;
        expect(own.defect(sent(own, x), x.length, plainKernels)).toMatch(
          /^the update holds numbers that are not finite/u,
        );
      }),
      RUNS,
    );
  });
}

/** Under so many keys it is measured what a codec loses. */
const KEYS_OF_A_MEAN = 24;

/** In the mean over keys no more is lost than the codec declares, with room for five standard errors. */
function expectGuaranteed(codec: Codec, x: Float32Array): void {
  const lost = Array.from({ length: KEYS_OF_A_MEAN }, (_, at) => squaredDistance(through(codec, x, rootKey(at)), x));
  // Factors at the lower end of float32 are rounded by as much as they are.
  const rounding = 4 * x.length * SMALLEST * SMALLEST;
  const { mean, error } = meanWithError(lost);
  expect(mean).toBeLessThanOrEqual(mostLost(codec, x) * (1 + 1e-12) + 5 * error + rounding);
}

/** The mean of values, and its standard error: 0 where they are the same. */
function meanWithError(values: readonly number[]): { readonly mean: number; readonly error: number } {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  if (values.every((value) => value === values[0])) return { mean, error: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** E‖C(x) − x‖² at most. */
function mostLost({ guarantee }: Codec, x: Float32Array): number {
  switch (guarantee.kind) {
    case "exact":
      return 0;
    case "contractive":
      return (1 - guarantee.contraction(x.length)) * squaredNorm(x);
    case "absolute":
      return guarantee.error * guarantee.error * x.length;
    case "unbiased":
      return guarantee.variance(x.length) * squaredNorm(x) + (guarantee.noise?.(x.length) ?? 0);
  }
}
