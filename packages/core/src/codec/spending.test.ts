import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normals } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { layoutOf } from "../params/layout.ts";
import { codecFor } from "./codec.ts";
import * as shelf from "./index.ts";
import { bothSpent, type Spending, spentOn } from "./spending.ts";

const key = rootKey(1);
const {
  bfloat16,
  chain,
  countSketch,
  entropy,
  fedZip,
  float16,
  identity,
  kMeans,
  lowRank,
  perLayer,
  qsgd,
  randK,
  sign,
} = shelf;
const { srht, ternary, threshold, topK } = shelf;
const someSigns = chain({ sparsifier: topK({ ratio: 0.1 }), quantiser: sign({ bucket: 8 }) });

const layout = layoutOf([
  { name: "weights", shape: [10, 30] },
  { name: "bias", shape: [10] },
]);

function spendingOf(codec: ReturnType<typeof identity>, length = 310): Spending {
  const resolved = codecFor(codec, { version: 0, layout: length === 310 ? layout : [] });
  return spentOn(resolved, resolved.encode(Float32Array.from(normals(key, length)), null, key), length);
}

test.each<readonly [string, ReturnType<typeof identity>, Spending]>([
  ["identity", identity(), { numbers: 1240 }],
  ["float16", float16(), { scales: 2, numbers: 620 }],
  ["bfloat16", bfloat16(), { scales: 2, numbers: 620 }],
  ["qsgd", qsgd({ bits: 8, bucket: 100 }), { scales: 16, numbers: 310 }],
  ["ternary", ternary({ bucket: 100 }), { scales: 16, numbers: 62 }],
  ["sign", sign({ bucket: 100 }), { scales: 32, numbers: 39 }],
  ["k-means", kMeans({ bits: 2 }), { codebook: 19, numbers: 78 }],
  ["rand-k", randK({ ratio: 0.1 }), { indices: 0, numbers: 124 }],
  ["count-sketch", countSketch({ ratio: 0.1 }), { scales: 1, numbers: 124 }],
  ["srht", srht({ ratio: 0.1 }), { scales: 1, numbers: 124 }],
  ["low-rank", lowRank({ rank: 1 }), { scales: 2, numbers: 144 }],
])("of %s", (_, codec, expected) => {
  expect(spendingOf(codec)).toEqual(expected);
});

test("of numbers that are chosen, their places apart", () => {
  expect(spendingOf(topK({ ratio: 0.1 }))).toMatchObject({ numbers: 124 });
  expect(spendingOf(someSigns)).toMatchObject({ scales: 32, numbers: 4 });
  expect(Object.keys(spendingOf(threshold({ threshold: 1 })))).toEqual(["indices", "numbers"]);
});

describe("with a layout, the numbers of each tensor apart", () => {
  const tensors = layoutOf([
    { name: "weights", shape: [2, 3] },
    { name: "none", shape: [0, 5] },
    { name: "bias", shape: [2] },
  ]);
  const x = Float32Array.of(9, 0, 0, 8, 0, 0, 0, 7);
  const told = (codec: ReturnType<typeof identity>): Spending =>
    spentOn(codec, codec.encode(x, null, key), x.length, tensors);

  test("as many as were chosen of it", () => {
    // Of three numbers two are weights and one is a bias: 4 bytes each.
    expect(told(topK({ ratio: 3 / 8 }))).toMatchObject({ "weights: numbers": 8, "bias: numbers": 4 });
    expect(told(topK({ ratio: 3 / 8 }))).not.toHaveProperty("numbers");
    expect(told(topK({ ratio: 1 / 8 }))).not.toHaveProperty("bias: numbers");
    const halves = chain({ sparsifier: topK({ ratio: 3 / 8 }), quantiser: float16() });
    expect(told(halves)).toMatchObject({ scales: 2, "weights: numbers": 4, "bias: numbers": 2 });
  });

  test("in proportion to its numbers, where all are sent", () => {
    expect(told(identity())).toEqual({ "weights: numbers": 24, "bias: numbers": 8 });
    expect(told(qsgd({ bits: 8, bucket: 8 }))).toEqual({ scales: 4, "weights: numbers": 6, "bias: numbers": 2 });
    // A byte for eight signs belongs to the last tensor that is in it.
    expect(told(sign({ bucket: 8 }))).toEqual({ scales: 8, "weights: numbers": 0, "bias: numbers": 1 });
  });

  test("unless they are mixed up, or only the key says which they are", () => {
    for (const codec of [countSketch({ ratio: 0.5 }), srht({ ratio: 0.5 }), randK({ ratio: 0.5 })]) {
      expect(told(codec)).toHaveProperty("numbers");
    }
  });

  test.each(
    [identity(), qsgd(), sign(), ternary(), kMeans(), topK({ ratio: 0.2 }), someSigns, threshold({ threshold: 1 })].map(
      (codec) => [codec.part.name, codec] as const,
    ),
  )("and all of it together is the message: %s", (_, codec) => {
    const message = codec.encode(Float32Array.from(normals(key, 310)), null, key);
    const spent = Object.values(spentOn(codec, message, 310, layout));
    expect(spent.every((bytes) => bytes >= 0)).toBe(true);
    expect(spent.reduce((sum, bytes) => sum + bytes, 0)).toBe(message.byteLength);
  });
});

test("of layers, each by its name", () => {
  const spent = spendingOf(perLayer({ codec: qsgd({ bits: 8, bucket: 100 }) }));
  expect(spent).toEqual({ lengths: 2, "weights: scales": 12, "weights: numbers": 300, "as they are": 40 });
});

describe("all of it together is the message", () => {
  const codecs = [
    topK({ ratio: 0.1 }),
    someSigns,
    fedZip({ ratio: 0.1 }),
    entropy({ codec: someSigns }),
    kMeans(),
    sign(),
    countSketch({ ratio: 0.1, rows: 3 }),
    srht({ ratio: 0.1 }),
  ];
  test.each(codecs.map((codec) => [codec.part.name, codec] as const))("of %s", (_, codec) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), (length) => {
        const resolved = codecFor(codec, { version: 0, layout: length === 310 ? layout : [] });
        if (codec.part.name === "fed-zip" && length !== 310) return;
        const message = resolved.encode(Float32Array.from(normals(key, length)), null, key);
        const spent = Object.values(spentOn(resolved, message, length));
        expect(spent.every((bytes) => bytes >= 0)).toBe(true);
        expect(spent.reduce((sum, bytes) => sum + bytes, 0)).toBe(message.byteLength);
      }),
      { numRuns: 30, examples: [[310], [0]] },
    );
  });
});

test("two spendings are added up by what they are for", () => {
  expect(bothSpent({ numbers: 1, scales: 2 }, { numbers: 3, indices: 4 })).toEqual({
    numbers: 4,
    scales: 2,
    indices: 4,
  });
});
