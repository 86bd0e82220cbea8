/**
 * What every codec is held to.
 *
 * @module
 */
import { type Codec, type Part, plainKernels, rootKey, uniformStream, withSecret } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testGuarantee } from "./codec-guarantees.ts";
import { testLayouts } from "./codec-layouts.ts";
import { finite, key, long, REMARKABLE, said, sent, through, usual, vectors } from "./codec-messages.ts";
import { CHANGED_MESSAGES, expectRefusedOrFinite } from "./codec-refusals.ts";
import { mutated } from "./mutations.ts";

/** Registers the laws of codecs as tests. */
export function codecConformance(codec: Codec & Part): void {
  describe(`codec ${codec.part.name} ${JSON.stringify(codec.part.options)}`, () => {
    const own = withSecret(codec, rootKey(11));
    testMessages(own);
    testGuarantee(own);
    testLinearity(own);
    testRefusals(own);
    if (own.for !== undefined) testLayouts(own);
  });
}

function testMessages(codec: Codec): void {
  test.each(REMARKABLE)("sends %s and reads finite numbers", (_, x) => {
    expect(through(codec, x).every(Number.isFinite)).toBe(true);
  });

  test("sends the same bytes under the same key", () => {
    fc.assert(
      fc.property(vectors, fc.maxSafeNat(), (x, seed) => {
        expect(sent(codec, x, rootKey(seed))).toEqual(sent(codec, x, rootKey(seed)));
      }),
    );
  });

  test("reads the same at any address, in an ordinary array or in a buffer of Node", () => {
    fc.assert(
      fc.property(vectors, fc.integer({ min: 1, max: 7 }), (x, offset) => {
        const message = sent(codec, x);
        const moved = new Uint8Array(message.length + offset);
        moved.set(message, offset);
        for (const copy of [moved.subarray(offset), Buffer.from(moved.buffer).subarray(offset)]) {
          expect(said(codec, copy, x.length)).toEqual(said(codec, message, x.length));
        }
      }),
    );
  });

  test("adds weight times what was sent to the sum, but for the rounding of float64", () => {
    const weights = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(usual, usual, usual), long), weights, (triples, weight) => {
        const [trained, anchor, before] = [0, 1, 2].map((at) =>
          Float32Array.from(triples, (triple) => triple[at] ?? 0),
        );
        if (trained === undefined || anchor === undefined || before === undefined) return;
        const message = codec.encode(trained, anchor, key);
        const decoded = new Float64Array(trained.length);
        codec.accumulate(message, { sum: decoded, weight: 1, anchor, key }, plainKernels);
        const sum = Float64Array.from(before);
        codec.accumulate(message, { sum, weight, anchor, key }, plainKernels);
        const room = 2 ** -49 * (1 + weight * (3 + Math.max(0, ...decoded.map(Math.abs))));
        sum.forEach((value, i) => {
          expect(Math.abs(value - ((before[i] ?? 0) + weight * (decoded[i] ?? 0)))).toBeLessThanOrEqual(room);
        });
      }),
    );
  });

  test("leaves the update as it is", () => {
    const [trained, anchor] = [Float32Array.of(1, -2, 3), Float32Array.of(0.5, 0.5, 0.5)];
    codec.encode(trained, anchor, key);
    expect([trained, anchor]).toEqual([Float32Array.of(1, -2, 3), Float32Array.of(0.5, 0.5, 0.5)]);
  });
}

function testLinearity(codec: Codec): void {
  const whole = fc.array(fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })), long);
  const offBy = (pairs: readonly (readonly [number, number])[]): number => {
    const [a, b, both] = [([x]: readonly [number, number]) => x, ([, y]: readonly [number, number]) => y, added].map(
      (part) => through(codec, Float32Array.from(pairs, part)),
    );
    const apart = both?.map((value, i) => value - (a?.[i] ?? 0) - (b?.[i] ?? 0)) ?? [];
    return Math.max(0, ...Array.from(apart, Math.abs));
  };
  if (codec.isLinear) {
    test("says of a sum under one key the sum of what it says of the parts", () => {
      fc.assert(
        fc.property(whole, (pairs) => {
          expect(offBy(pairs)).toBeLessThanOrEqual(1e-9);
        }),
      );
    });
  } else {
    test("is not linear, as it says", () => {
      const found = fc.sample(fc.array(fc.tuple(finite, finite), { minLength: 9, maxLength: 60 }), {
        numRuns: 200,
        seed: 1,
      });
      expect(found.some((pairs) => offBy(pairs) > 1e-6)).toBe(true);
    });
  }
}

function added([x, y]: readonly [number, number]): number {
  return x + y;
}

function testRefusals(codec: Codec): void {
  test("refuses numbers that are not finite, in words", () => {
    fc.assert(
      fc.property(vectors, fc.nat(), fc.constantFrom(Number.NaN, Infinity, -Infinity), (x, at, broken) => {
        fc.pre(x.length > 0);
        x[at % x.length] = broken;
        const defect = codec.defect(sent(codec, x), x.length, plainKernels);
        expect(defect).toBe("the update holds numbers that are not finite");
      }),
    );
  });

  test("refuses a message for a model of another length, or reads finite numbers", () => {
    fc.assert(
      fc.property(vectors, fc.nat({ max: 80 }), (x, length) => {
        expectRefusedOrFinite(codec, sent(codec, x), length);
      }),
      { numRuns: 500 },
    );
  });

  test("refuses messages that were changed on their way, or reads finite numbers", () => {
    fc.assert(
      fc.property(vectors, fc.nat(), (x, seed) => {
        expectRefusedOrFinite(codec, mutated(sent(codec, x), uniformStream(rootKey(seed))), x.length);
      }),
      { numRuns: CHANGED_MESSAGES },
    );
  });

  test("refuses every message that is cut short", () => {
    const message = sent(
      codec,
      Float32Array.from({ length: 40 }, (_, i) => (i % 7) - 3),
    );
    for (let bytes = 0; bytes < message.length; bytes++) {
      expect(codec.defect(message.subarray(0, bytes), 40, plainKernels)).toMatch(/^the update /u);
    }
  });

  test("refuses every message that has something behind it", () => {
    fc.assert(
      fc.property(vectors, fc.uint8Array({ minLength: 1, maxLength: 9 }), (x, more) => {
        fc.pre(x.length > 0);
        const message = Uint8Array.of(...sent(codec, x), ...more);
        expect(codec.defect(message, x.length, plainKernels)).toMatch(/^the update /u);
      }),
    );
  });
}
