import { codecConformance, vectors } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { topK } from "./top-k.ts";

for (const ratio of [0.01, 0.3, 1]) codecConformance(topK({ ratio }));

const key = rootKey(1);

function through(x: Float32Array, ratio: number): readonly number[] {
  const codec = topK({ ratio });
  const sum = new Float64Array(x.length);
  codec.accumulate(codec.encode(x, new Float32Array(x.length), key), { sum, weight: 1, anchor: x, key }, plainKernels);
  return [...sum];
}

test("sends the numbers that sorting by magnitude puts first, of equal ones those in front", () => {
  fc.assert(
    fc.property(vectors, fc.double({ min: 0.01, max: 1, noNaN: true }), (x, ratio) => {
      const order = Array.from(x, (value, i) => ({ value, i })).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
      const chosen = new Set(order.slice(0, Math.ceil(ratio * x.length)).map(({ i }) => i));
      expect(through(x, ratio)).toEqual(Array.from(x, (value, i) => (chosen.has(i) ? value + 0 : 0)));
    }),
    { numRuns: 500 },
  );
});

test("by hand: the two largest of five, with the gaps before them", () => {
  const payload = topK({ ratio: 0.4 }).encode(Float32Array.of(1, -8, 0.5, 2, 0), new Float32Array(5), key);
  // A bitmap of 1 byte is shorter than two gaps: indices 1 and 3 are bits 2 and 8. −8 is 0xc1000000, 2 is 0x40000000.
  expect([...payload]).toEqual([1, 2, 10, 0, 0, 0, 0xc1, 0, 0, 0, 0x40]);
});

test("1% of 100,000 numbers, spread evenly, takes 5 bytes a number and 3 more", () => {
  const x = Float32Array.from({ length: 100_000 }, (_, i) => (i % 100 === 0 ? 1 : 0));
  // Gaps of 99 have one byte each; the count, 1,000, has two.
  expect(topK().encode(x, new Float32Array(x.length), key).byteLength).toBe(5003);
});

test("10% of 1,000 numbers take no more than a bitmap", () => {
  const x = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * i));
  expect(topK({ ratio: 0.2 }).encode(x, new Float32Array(1000), key).byteLength).toBe(3 + 125 + 800);
});

describe("refuses", () => {
  const number = [0, 0, 0x80, 0x3f];
  const codec = topK({ ratio: 0.2 });

  test.each([
    [
      "more numbers than it asks for",
      [0, 3, 0, 0, 0, ...number, ...number, ...number],
      "the update has 3 numbers, expected 2",
    ],
    ["fewer", [0, 1, 0, ...number], "the update has 1 numbers, expected 2"],
    [
      "an index out of range",
      [0, 2, 4, 5, ...number, ...number],
      "the update has the index 10, and the model has 10 parameters",
    ],
    [
      "a huge index",
      [0, 2, 0, 0xff, 0xff, 0xff, 0xff, 0x7f, ...number],
      "the update has the index 34359738368, and the model has 10 parameters",
    ],
    [
      "a count that lies",
      [0, 0xff, 0xff, 0xff, 0xff, 0x0f],
      "the update has 4294967295 indices, and the model has 10 parameters",
    ],
    ["a count without its indices", [0, 2], "the update has 2 indices in 0 bytes"],
    ["an index that does not end", [0, 2, 0x80, 0x80], "the update has no proper number where index 0 belongs"],
    [
      "a gap written longer than it need be",
      [0, 2, 0x80, 0, 0, ...number],
      "the update has no proper number where index 0 belongs",
    ],
    [
      "a third way to write indices",
      [2, 2, 0, 0, ...number, ...number],
      "the update says 2 about how indices are written",
    ],
    ["nothing at all", [], "the update says nothing about how indices are written"],
    [
      "a bitmap with fewer bits than it says",
      [1, 2, 4, 0, ...number, ...number],
      "the update says 2 indices and has 1",
    ],
    ["a bitmap with more", [1, 2, 7, 0, ...number, ...number], "the update says 2 indices and has 3"],
    [
      "a bitmap with bits behind the model",
      [1, 2, 1, 4, ...number, ...number],
      "the update has bits behind the last parameter",
    ],
    ["half a bitmap", [1, 2, 3], "the update has a bitmap of 1 bytes, expected 2"],
    ["indices without numbers", [0, 2, 0, 0, ...number], "the update has 8 bytes, expected 12"],
    [
      "a number that is not finite",
      [0, 2, 0, 0, ...number, 0, 0, 0x80, 0x7f],
      "the update holds numbers that are not finite",
    ],
  ])("%s", (_, bytes, defect) => {
    expect(codec.defect(Uint8Array.from(bytes), 10, plainKernels)).toBe(defect);
  });

  test("a few bytes that claim as many numbers as a large model has", () => {
    const claims = Uint8Array.of(0, 0x80, 0x80, 0x80, 0x80, 0x01);
    expect(codec.defect(claims, 2 ** 30, plainKernels)).toBe("the update has 268435456 indices in 0 bytes");
  });
});
