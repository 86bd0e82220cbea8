import { codecConformance, vectors } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniformStream } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { type Codec, codecFor } from "./codec.ts";
import { chain, entropy } from "./index.ts";
import { sign } from "./sign.ts";
import { topK } from "./top-k.ts";

for (const ratio of [0.01, 0.3, 1]) codecConformance(topK({ ratio }));
codecConformance(topK({ ratio: 0.01, warmUpVersions: 10 }));
for (const ratio of [0.1, 0.5]) codecConformance(topK({ ratio, selection: "sampled" }));

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

test("half of 1,000 numbers take no more than a bitmap", () => {
  const x = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * i));
  expect(topK({ ratio: 0.5 }).encode(x, new Float32Array(1000), key).byteLength).toBe(3 + 125 + 2000);
});

test.each([
  // log2(1 / p) + about 1.5 bits.
  [0.001, 11.5],
  [0.01, 8.15],
  [0.1, 4.8],
])("a share of %d drawn alike takes about %d bits an index", (ratio, bits) => {
  const x = Float32Array.from({ length: 200_000 }, uniformStream(key));
  const count = ratio * x.length;
  const bytes = topK({ ratio }).encode(x, new Float32Array(x.length), key).byteLength - 4 * count;
  expect((8 * bytes) / count).toBeGreaterThan(bits - 0.4);
  expect((8 * bytes) / count).toBeLessThan(bits + 0.2);
});

test("by hand: gaps of 20, 9 and 30 with 4 low bits", () => {
  const x = new Float32Array(1000);
  for (const at of [20, 30, 61]) x[at] = 1;
  // 3 varints are 3 bytes; with the byte of the parameter, 4 bits: 0 1 0010, 1 1001, 0 1 0111, from the lowest, are 17 bits: 4 bytes.
  const payload = topK({ ratio: 0.003 }).encode(x, new Float32Array(1000), key);
  expect([...payload.subarray(0, 5)]).toEqual([0, 3, 20, 9, 30]);
  const wide = new Float32Array(10_000);
  for (const at of [200, 400, 600, 800, 1000]) wide[at] = 1;
  // Gaps of 200 and four times 199 take 2 bytes each as varints. 200 = 1 · 128 + 72, 199 = 1 · 128 + 71: 9 bits each, 45 in all.
  const rice = topK({ ratio: 0.0005 }).encode(wide, new Float32Array(10_000), key);
  expect([...rice.subarray(0, 9)]).toEqual([2, 5, 7, ...bytesOf(["010001001", ...Array<string>(4).fill("011110001")])]);
});

/** Bytes of bits that are written in the order in which they fill a byte, from the lowest. */
function bytesOf(codes: readonly string[]): readonly number[] {
  const bits = codes.join("");
  const bytes: number[] = new Array<number>(Math.ceil(bits.length / 8)).fill(0);
  Array.from(bits).forEach((bit, at) => {
    bytes[at >>> 3] = (bytes[at >>> 3] ?? 0) + Number(bit) * 2 ** (at % 8);
  });
  return bytes;
}

describe("in a warm-up", () => {
  const warm = topK({ ratio: 0.001, warmUpVersions: 8 });
  const ratioAt = (codec: Codec, version: number): number => {
    const { guarantee } = codecFor(codec, { version, layout: [] });
    return guarantee.kind === "contractive" ? guarantee.contraction(2 ** 20) : Number.NaN;
  };

  test("a quarter is sent, then a quarter of that, four times, and then what was asked for", () => {
    const ratios = [0, 1, 2, 3, 4, 5, 6, 7, 8, 1000].map((version) => ratioAt(warm, version));
    const least = Math.ceil(0.001 * 2 ** 20) / 2 ** 20;
    expect(ratios).toEqual([0.25, 0.25, 0.0625, 0.0625, 0.015625, 0.015625, 0.00390625, 0.00390625, least, least]);
  });

  test("no less is sent than afterwards", () => {
    const much = topK({ ratio: 0.1, warmUpVersions: 4 });
    const usual = ratioAt(topK({ ratio: 0.1 }), 0);
    expect([0, 1, 2, 3, 4].map((version) => ratioAt(much, version))).toEqual([0.25, usual, usual, usual, usual]);
  });

  test("without one it is the same for all versions", () => {
    const plain = topK();
    expect(codecFor(plain, { version: 3, layout: [] })).toBe(plain);
  });

  test("chains and coded messages are what is in them", () => {
    const chained = entropy({ codec: chain({ sparsifier: warm, quantiser: sign() }) });
    // Signs keep at least 1 / k of what k numbers hold, and all of one.
    const alone = chain({ sparsifier: topK({ ratio: 0.0625 }), quantiser: sign() }).guarantee;
    expect(ratioAt(chained, 2)).toBe(alone.kind === "contractive" ? alone.contraction(2 ** 20) : null);
  });
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
      "a fourth way to write indices",
      [3, 2, 0, 0, ...number, ...number],
      "the update says 3 about how indices are written",
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
    ["indices without numbers", [0, 2, 0, 0, ...number], "the update has 4 bytes, expected 8, behind its indices"],
    [
      "a number that is not finite",
      [0, 2, 0, 0, ...number, 0, 0, 0x80, 0x7f],
      "the update holds numbers that are not finite, behind its indices",
    ],
    [
      "Rice's code without a parameter",
      [2, 2],
      "the update has the parameter nothing of Rice's code, expected at most 31",
    ],
    [
      "with one that is too large",
      [2, 2, 32, 0xff],
      "the update has the parameter 32 of Rice's code, expected at most 31",
    ],
    ["with fewer bits than indices need", [2, 2, 4, 0x7f], "the update has 2 indices in 1 bytes"],
    [
      "with an index that does not end",
      [2, 2, 3, 0, 0, ...number],
      "the update has the index 319, and the model has 10 parameters",
    ],
    [
      "with bits behind the last index",
      [2, 2, 1, 0b1_0101, ...number, ...number],
      "the update has bits behind its last index",
    ],
  ])("%s", (_, bytes, defect) => {
    expect(codec.defect(Uint8Array.from(bytes), 10, plainKernels)).toBe(defect);
  });

  test("a few bytes that claim as many numbers as a large model has", () => {
    const claims = Uint8Array.of(0, 0x80, 0x80, 0x80, 0x80, 0x01);
    expect(codec.defect(claims, 2 ** 30, plainKernels)).toBe("the update has 268435456 indices in 0 bytes");
  });
});
