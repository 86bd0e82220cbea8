import { codecConformance } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { normals } from "../base/draws.ts";
import { Fault } from "../base/fault.ts";
import { rootKey } from "../base/key.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { type Codec, codecFor } from "./codec.ts";
import { chain, entropy } from "./index.ts";
import { kMeans } from "./k-means.ts";
import { qsgd } from "./qsgd.ts";
import { randK } from "./rand-k.ts";
import { sign } from "./sign.ts";
import { ternary } from "./ternary.ts";
import { topK } from "./top-k.ts";

const [some, any] = [topK({ ratio: 0.3 }), randK({ ratio: 0.3 })];
for (const codec of [
  chain({ sparsifier: some, quantiser: sign({ bucket: 8 }) }),
  chain({ sparsifier: some, quantiser: qsgd({ bits: 4, bucket: 16 }) }),
  chain({ sparsifier: some, quantiser: kMeans({ bits: 2 }) }),
  chain({ sparsifier: any, quantiser: qsgd({ bits: 3, bucket: 16 }) }),
  chain({ sparsifier: any, quantiser: ternary({ bucket: 8 }) }),
  entropy({ codec: chain({ sparsifier: some, quantiser: qsgd() }) }),
]) {
  codecConformance(codec);
}
const warm = topK({ ratio: 0.01, warmUpVersions: 10 });
for (const quantiser of [sign({ bucket: 8 }), kMeans({ bits: 2 })]) {
  codecConformance(chain({ sparsifier: warm, quantiser }));
}

const key = rootKey(1);

function sent(codec: Codec, x: Float32Array): Uint8Array {
  return codec.encode(x, new Float32Array(x.length), key);
}

function arrived(codec: Codec, x: Float32Array): readonly number[] {
  const sum = new Float64Array(x.length);
  codec.accumulate(sent(codec, x), { sum, weight: 2, anchor: x, key }, plainKernels);
  return [...sum];
}

test("of a choice that is not the same for all versions, it is the chain of what the choice is then", () => {
  const x = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i * i));
  for (const quantiser of [sign({ bucket: 8 }), kMeans({ bits: 2 })]) {
    // Of ten versions of warm-up the first three send a quarter, the next two a sixteenth; then it is over.
    for (const [version, ratio] of [
      [0, 0.25],
      [3, 0.0625],
      [10, 0.01],
    ] as const) {
      const own = codecFor(chain({ sparsifier: warm, quantiser }), { version, layout: [] });
      const expected = chain({ sparsifier: topK({ ratio }), quantiser });
      expect(sent(own, x)).toEqual(sent(expected, x));
      const constants = [own, expected].map(({ guarantee }) =>
        guarantee.kind === "contractive" ? guarantee.contraction(x.length) : null,
      );
      expect(constants[0]).toBe(constants[1]);
    }
  }
});

test("by hand: the two largest of five, as two signs and their mean magnitude", () => {
  const codec = chain({ sparsifier: topK({ ratio: 0.4 }), quantiser: sign() });
  const x = Float32Array.of(1, -8, 0.5, 2, 0);
  // As in top-k: a bitmap, two, bits 2 and 8; then the float64 5 = 2² · 1.25, and the bit of the first sign.
  expect([...sent(codec, x)]).toEqual([1, 2, 10, 0, 0, 0, 0, 0, 0, 0x14, 0x40, 1]);
  expect(arrived(codec, x)).toEqual([0, -10, 0, 10, 0]);
});

test("1% of 100,000 normal numbers in 4 bits takes 1/250 of float32, without one index too many", () => {
  const x = Float32Array.from(normals(key, 100_000));
  const codec = chain({ sparsifier: topK(), quantiser: qsgd({ bits: 4, bucket: 64 }) });
  // 1,000 indices of 8.1 bits, 1,000 numbers of 4, 16 scales of 4 bytes.
  const bytes = sent(codec, x).byteLength;
  expect(bytes).toBeGreaterThan(1540);
  expect(bytes).toBeLessThan(1620);
});

describe("as a part", () => {
  test("names both with all options, and can be made again from that, inside another too", () => {
    const { part } = chain({ sparsifier: topK(), quantiser: qsgd() });
    const options = {
      sparsifier: { name: "top-k", ratio: 0.01, warmUpVersions: 0, selection: "exact" },
      quantiser: { name: "qsgd", bits: 8, bucket: 512 },
    };
    expect(part.options).toEqual(options);
    expect(chain.parse(part.options).part).toEqual(part);
    const coded = { codec: { name: "chain", ...options } };
    expect(entropy.parse(coded).part.options).toEqual(coded);
  });

  const refusal = (make: () => unknown): unknown => {
    try {
      return make();
    } catch (error) {
      return error;
    }
  };

  test.each<readonly [string, () => unknown, string]>([
    [
      "a choice that is right on average, of numbers that are not",
      () => chain({ sparsifier: randK(), quantiser: sign() }),
      'codec "chain": "rand-k" with "sign": the choice is right on average, and the numbers are not',
    ],
    [
      "numbers that vary more than they are large",
      () => chain({ sparsifier: topK(), quantiser: qsgd({ bits: 4 }) }),
      'codec "chain": "top-k" with "qsgd": the numbers vary by 2.61 times what they are',
    ],
    [
      "two choices",
      () => chain({ sparsifier: topK(), quantiser: randK() }),
      'codec "chain": quantiser must be a codec: one of "bfloat16", "float16", "k-means", "qsgd", "sign", "ternary"',
    ],
    [
      "the two the wrong way round",
      () => chain({ sparsifier: qsgd(), quantiser: topK() }),
      'codec "chain": sparsifier must be a codec: one of "top-k", "rand-k", got "qsgd"',
    ],
    [
      "itself",
      () => chain.parse({ sparsifier: { name: "top-k" }, quantiser: { name: "chain" } }),
      'codec "chain": quantiser must be a codec',
    ],
  ])("refuses %s", (_, make, words) => {
    const fault = refusal(make);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code: "option-invalid", message: expect.stringContaining(words) });
  });
});

test("refuses what is wrong behind the indices, and says where", () => {
  const codec = chain({ sparsifier: topK({ ratio: 0.2 }), quantiser: sign() });
  const defect = (bytes: readonly number[]): string | null => codec.defect(Uint8Array.from(bytes), 10, plainKernels);
  expect(defect([0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x40])).toBe(
    "the update has 8 bytes, expected 9, behind its indices",
  );
  expect(defect([0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x40, 0])).toBe("the update has 1 numbers, expected 2");
});
