import { codecConformance } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { identity } from "./identity.ts";

codecConformance(identity());

const codec = identity();
const key = rootKey(1);
const float = fc.float({ noNaN: true, noDefaultInfinity: true });
const vector = fc.array(float, { maxLength: 12 }).map((values) => Float32Array.from(values));
const both = fc
  .array(fc.tuple(float, float), { maxLength: 12 })
  .map((pairs) => [Float32Array.from(pairs, ([a]) => a), Float32Array.from(pairs, ([, b]) => b)] as const);

/** sum ← weight · delta for an update from `anchor` to `trained`. */
function accumulated(payload: Uint8Array, anchor: Float32Array, weight: number): Float64Array {
  const sum = new Float64Array(anchor.length);
  codec.accumulate(payload, { sum, weight, anchor, key }, plainKernels);
  return sum;
}

/** The same bytes at an address that is no multiple of 4. */
function misaligned(payload: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(payload.length + 1);
  buffer.set(payload, 1);
  return buffer.subarray(1);
}

test("an update takes 4 bytes for each parameter and has no defect", () => {
  fc.assert(
    fc.property(both, ([trained, anchor]) => {
      const payload = codec.encode(trained, anchor, key);
      expect(payload.length).toBe(4 * trained.length);
      expect(codec.defect(payload, trained.length, plainKernels)).toBeNull();
    }),
  );
});

test("the sum grows by weight · trained − weight · anchor, in float64", () => {
  fc.assert(
    fc.property(both, fc.integer({ min: 0, max: 1000 }), ([trained, anchor], weight) => {
      const sum = accumulated(codec.encode(trained, anchor, key), anchor, weight);
      expect(sum).toEqual(Float64Array.from(trained, (x, i) => 0 + weight * x + -weight * (anchor[i] ?? 0)));
    }),
  );
});

test("a single update of any weight leads back to the trained parameters, bit for bit", () => {
  // The difference of two float32 numbers of which none is more than 2^26 times the other, or of a number and 0,
  // survives the product with a weight below 2^29 and the division by it well enough to be rounded back.
  const size = fc.float({ min: 1, max: 2 ** 26, noNaN: true });
  const pair = fc.tuple(fc.oneof(size, fc.constant(0)), fc.oneof(size, fc.constant(0)), fc.constantFrom(-1, 1));
  fc.assert(
    fc.property(pair, fc.integer({ min: 1, max: 2 ** 29 - 1 }), ([a, b, sign], weight) => {
      const [trained, anchor] = [Float32Array.of(sign * a + 0), Float32Array.of(b)];
      const [sum = Number.NaN] = accumulated(codec.encode(trained, anchor, key), anchor, weight);
      expect(Math.fround(b + sum / weight)).toBe(trained[0]);
    }),
    { numRuns: 2000 },
  );
});

test("bytes mean the same at any address, in an ordinary array or in a buffer of Node", () => {
  fc.assert(
    fc.property(both, ([trained, anchor]) => {
      const payload = codec.encode(trained, anchor, key);
      for (const copy of [misaligned(payload), Buffer.from(misaligned(payload).buffer).subarray(1)]) {
        expect(codec.defect(copy, trained.length, plainKernels)).toBeNull();
        expect(accumulated(copy, anchor, 3)).toEqual(accumulated(payload, anchor, 3));
      }
    }),
  );
});

describe("an update has a defect", () => {
  test("if it is longer or shorter than the model", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat({ max: 10 }), (payload, length) => {
        fc.pre(payload.length !== 4 * length);
        expect(codec.defect(payload, length, plainKernels)).toBe(
          `the update has ${payload.length} bytes, expected ${4 * length}`,
        );
      }),
    );
  });

  test("if any of its numbers is not finite", () => {
    fc.assert(
      fc.property(vector, fc.nat(), fc.constantFrom(Number.NaN, Infinity, -Infinity), (trained, at, broken) => {
        fc.pre(trained.length > 0);
        trained[at % trained.length] = broken;
        const payload = codec.encode(trained, trained, key);
        for (const copy of [payload, misaligned(payload)]) {
          expect(codec.defect(copy, trained.length, plainKernels)).toBe("the update holds numbers that are not finite");
        }
      }),
    );
  });
});

test("an update of part of a larger vector holds that part alone", () => {
  const trained = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  expect([...new Float32Array(codec.encode(trained, trained, key).slice().buffer)]).toEqual([1, 2]);
});

test("by hand: 1 is 0x3f800000, little-endian; 2 · (3 − 1) = 4", () => {
  expect([...codec.encode(Float32Array.of(1), new Float32Array(1), key)]).toEqual([0, 0, 0x80, 0x3f]);
  const anchor = Float32Array.of(1);
  expect([...accumulated(codec.encode(Float32Array.of(3), anchor, key), anchor, 2)]).toEqual([4]);
});
