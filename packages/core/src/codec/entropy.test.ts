import { codecConformance, vectors } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normals } from "../base/draws.ts";
import { Fault } from "../base/fault.ts";
import { rootKey } from "../base/key.ts";
import { layoutOf } from "../params/layout.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import type { Part } from "../part/part.ts";
import { type Codec, codecFor } from "./codec.ts";
import { longestCoded } from "./entropy.ts";
import { identity } from "./identity.ts";
import * as shelf from "./index.ts";
import { chain, entropy } from "./index.ts";
import { kMeans } from "./k-means.ts";
import { lowRank } from "./low-rank.ts";
import { qsgd } from "./qsgd.ts";
import { sign } from "./sign.ts";
import { threshold } from "./threshold.ts";
import { topK } from "./top-k.ts";

for (const codec of [identity(), qsgd({ bits: 3 }), topK({ ratio: 0.3 })]) {
  codecConformance(entropy({ codec }));
}
const warm = topK({ ratio: 0.01, warmUpVersions: 10 });
const inners = [lowRank({ rank: 1 }), warm, chain({ sparsifier: warm, quantiser: sign({ bucket: 8 }) })];
for (const inner of inners) codecConformance(entropy({ codec: inner }));

const key = rootKey(1);

function sent(codec: Codec, x: Float32Array): Uint8Array {
  return codec.encode(x, new Float32Array(x.length), key);
}

function arrived(codec: Codec, x: Float32Array): Float64Array {
  const sum = new Float64Array(x.length);
  const message = sent(codec, x);
  expect(codec.defect(message, x.length, plainKernels)).toBeNull();
  codec.accumulate(message, { sum, weight: 3, anchor: x, key }, plainKernels);
  return sum;
}

describe.each(inners)("around $part.name, which is not the same for all updates,", (inner) => {
  const lengthOfModel = 60;
  const x = Float32Array.from({ length: lengthOfModel }, (_, i) => Math.sin(i * i));
  const subjects = [[60], [6, 10], [3, 20]].flatMap((shape) =>
    [0, 3, 30].map((version) => ({ version, layout: layoutOf([{ name: "m", shape }]) })),
  );

  test("what is said and what is guaranteed are what the other says and guarantees of the same update", () => {
    for (const subject of subjects) {
      const [own, other] = [codecFor(entropy({ codec: inner }), subject), codecFor(inner, subject)];
      expect(arrived(own, x)).toEqual(arrived(other, x));
      const constants = [own, other].map(({ guarantee }) =>
        guarantee.kind === "contractive" ? guarantee.contraction(lengthOfModel) : null,
      );
      expect(constants[0]).toBe(constants[1]);
      expect([own.isSparse, own.isLinear]).toEqual([other.isSparse ?? false, other.isLinear]);
    }
  });

  test("updates of which something else is known are said otherwise", () => {
    const said = (codec: Codec): number =>
      new Set(subjects.map((subject) => String(arrived(codecFor(codec, subject), x)))).size;
    expect(said(inner)).toBeGreaterThan(1);
    expect(said(entropy({ codec: inner }))).toBe(said(inner));
  });
});

/** Options that have no default. */
const needed: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  threshold: { threshold: 0.1 },
  chain: { sparsifier: { name: "top-k", ratio: 0.3 }, quantiser: { name: "sign" } },
};

/** Codecs that code by themselves, or layer by layer. */
const OF_LAYERS: ReadonlySet<string> = new Set(["entropy", "per-layer", "fed-zip"]);

const inner: readonly (Codec & Part)[] = Object.values(shelf).flatMap((factory) =>
  OF_LAYERS.has(factory.definition.name) ? [] : [factory.parse(needed[factory.definition.name] ?? {})],
);

test("every codec of whole vectors can be coded, says the same, and takes at most a byte more", () => {
  expect(inner).toHaveLength(14);
  for (const codec of inner) {
    const coded = entropy({ codec });
    fc.assert(
      fc.property(vectors, (x) => {
        expect(arrived(coded, x)).toEqual(arrived(codec, x));
        expect(sent(coded, x).length).toBeLessThanOrEqual(sent(codec, x).length + 1);
      }),
    );
  }
});

test("no codec has longer messages than are read", () => {
  const greedy = [
    ...inner,
    sign({ bucket: 1 }),
    qsgd({ bits: 16, bucket: 1 }),
    kMeans({ bits: 8 }),
    topK({ ratio: 1 }),
  ];
  for (const codec of [...greedy, threshold({ threshold: 1e-30 })]) {
    for (const length of [0, 1, 2, 7, 300, 3000]) {
      const x = Float32Array.from(normals(key, length));
      expect(sent(codec, x).length).toBeLessThanOrEqual(longestCoded(length));
    }
  }
});

test("8 bits of normal numbers take seven and a half", () => {
  const x = Float32Array.from(normals(key, 20_000));
  // The largest of 512 is about 3.1 deviations, with 127 levels below it: log2(√(2πe) · 127 / 3.1) = 7.4 bits; and the table.
  const bits = (8 * sent(entropy({ codec: qsgd() }), x).length) / x.length;
  expect(bits).toBeGreaterThan(7.3);
  expect(bits).toBeLessThan(7.6);
});

test("by hand: what does not shrink is sent as it is, behind a byte of 0", () => {
  expect([...sent(entropy({ codec: identity() }), Float32Array.of(1))]).toEqual([0, 0, 0, 0x80, 0x3f]);
});

test("by hand: a thousand zeros are one byte with all of 4096, of which there are 4000", () => {
  // 4000 = 32 + 31 · 128; 4096 = 0 + 32 · 128; then 0 and 254 more, and 2^23.
  const message = sent(entropy({ codec: identity() }), new Float32Array(1000));
  expect([...message]).toEqual([1, 0x80 | 32, 31, 0x80, 32, 0, 254, 0, 0, 0x80, 0]);
});

describe("as a part", () => {
  test("names the codec in it with all options, and can be made again from that", () => {
    const { part } = entropy({ codec: qsgd({ bits: 4 }) });
    expect(part.options).toEqual({ codec: { name: "qsgd", bits: 4, bucket: 512 } });
    expect(entropy.parse({ codec: { name: "qsgd", bits: 4 } }).part).toEqual(part);
    expect(entropy.parse(part.options).guarantee.kind).toBe("unbiased");
  });

  const refusal = (codec: unknown): unknown => {
    try {
      return entropy.parse({ codec });
    } catch (error) {
      return error;
    }
  };

  test.each([
    ["itself, made", entropy({ codec: identity() }), '"entropy"'],
    ["itself, named", { name: "entropy", codec: { name: "identity" } }, '"entropy"'],
    ["a codec that does not exist", { name: "zip" }, '"zip"'],
    ["a name alone", "qsgd", '"qsgd"'],
    ["something else", { bits: 3 }, "an object"],
    ["nothing", null, "null"],
  ])("refuses %s", (_, codec, got) => {
    expect(refusal(codec)).toBeInstanceOf(Fault);
    expect(refusal(codec)).toMatchObject({
      code: "option-invalid",
      message: expect.stringMatching(/^codec "entropy": codec must be a codec: one of "bfloat16", .*, got /u),
    });
    expect(String(refusal(codec)).endsWith(`got ${got}`)).toBe(true);
  });

  test("checks the options of the codec in it", () => {
    expect(() => entropy.parse({ codec: { name: "qsgd", bits: 1 } })).toThrow('codec "qsgd": bits must be');
    expect(() => entropy.parse({})).toThrow('codec "entropy" needs the option "codec"');
  });
});

describe("refuses", () => {
  const codec = entropy({ codec: identity() });
  const table = [0x80, 32, 0, 254];
  const state = [0, 0, 0x80, 0];
  const defect = (bytes: readonly number[], length = 10): string | null =>
    codec.defect(Uint8Array.from(bytes), length, plainKernels);

  test("nothing of a message without a defect", () => {
    expect(defect([1, 40, ...table, ...state])).toBeNull();
  });

  test.each([
    ["a third way of coding", [2], "the update says 2 about how it is coded"],
    ["nothing at all", [], "the update says nothing about how it is coded"],
    [
      "a length that does not end",
      [1, 0x80],
      "the update has no proper number where the length of its message belongs",
    ],
    ["a length that lies", [1, 41, ...table, ...state], "the update has 41 bytes, expected 40"],
    [
      "a few bytes that say that millions follow",
      [1, 0xff, 0xff, 0xff, 0xff, 0x0f, ...table, ...state],
      "the update says that it has 4294967295 bytes, expected at most 2138",
    ],
    [
      "a table that does not add up",
      [1, 40, 0x80, 31, 0, 254, ...state],
      "the update has shares that add up to 3968, expected 4096",
    ],
    ["a message that goes on", [1, 40, ...table, ...state, 0], "the update does not end where its message does"],
    ["one that ends early", [1, 40, ...table, 0, 0, 0x80], "the update does not end where its message does"],
    ["a state out of range", [1, 40, ...table, 0, 0, 0x80, 0x80], "the update does not end where its message does"],
    [
      "a state that is not where it began",
      [1, 40, ...table, 1, 0, 0x80, 0],
      "the update does not end where its message does",
    ],
    ["a message of the other codec with a defect", [0, 1, 2], "the update has 2 bytes, expected 40"],
  ])("%s", (_, bytes, words) => {
    expect(defect(bytes)).toBe(words);
  });
});
