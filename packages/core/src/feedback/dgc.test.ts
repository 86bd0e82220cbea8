import { vectors } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { type Codec, codecFor } from "../codec/codec.ts";
import { bfloat16, chain, float16, identity, lowRank, perLayer, sign, topK } from "../codec/index.ts";
import { layoutOf } from "../params/layout.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { dgc, type DgcOptions } from "./dgc.ts";
import { errorFeedback } from "./error-feedback.ts";
import type { Feedback, Kept, Sent } from "./feedback.ts";

const key = rootKey(1);

function sendBy(
  feedback: Feedback,
  codec: Codec,
  x: ArrayLike<number>,
  { kept, version }: { readonly kept: Kept | null; readonly version: number },
): Sent {
  const trained = Float32Array.from(x);
  const anchor = new Float32Array(trained.length);
  const nothing = { steps: 1, mean: null, drift: null };
  const how = { codec, key: fold(key, version), kernels: plainKernels };
  return feedback.send({ trained, anchor, version, kept, ...nothing, ...how });
}

/** What arrives of each update, and what is kept in the end. */
function course(
  feedback: Feedback,
  codec: Codec,
  updates: readonly ArrayLike<number>[],
): { readonly arrived: readonly (readonly number[])[]; readonly kept: Kept | null } {
  let kept: Kept | null = null;
  const arrived = updates.map((x, version) => {
    const sent: Sent = sendBy(feedback, codec, x, { kept, version });
    kept = sent.kept;
    const sum = new Float64Array(x.length);
    const target = { sum, weight: 1, anchor: new Float32Array(x.length), key: fold(key, version) };
    codec.accumulate(sent.payload, target, plainKernels);
    return [...sum];
  });
  return { arrived, kept };
}

const numbers = fc.float({ noNaN: true, min: -8, max: 8 });
const sequences = fc.array(fc.array(numbers, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 20 });

test("by hand: one of two numbers in each of three updates, with momentum a half", () => {
  const { arrived, kept } = course(dgc({ momentum: 0.5 }), topK({ ratio: 0.5 }), [
    [4, 3],
    [1, 0],
    [1, 0],
  ]);
  // u = (4, 3), v = (4, 3): 4 is sent; left (0, 3), and the momentum of the first is cleared: u = (0, 3).
  // u = (1, 1.5), v = (1, 4.5): 4.5 is sent; u = (1, 0), v = (1, 0).
  // u = (1.5, 0), v = (2.5, 0): 2.5 is sent. Nothing is left out: no momentum is cleared.
  expect(arrived).toEqual([
    [4, 0],
    [0, 4.5],
    [2.5, 0],
  ]);
  expect(kept).toEqual({ version: 2, messages: 3, vectors: [Float32Array.of(1.5, 0), Float32Array.of(0, 0)] });
});

test("its message stays what it was when what is kept is worked out, also where numbers are sent as they are", () => {
  const { arrived } = course(dgc({ momentum: 0.5 }), identity(), [
    [4, 3],
    [1, 0],
  ]);
  expect(arrived).toEqual([
    [4, 3],
    [3, 1.5],
  ]);
});

test("where everything is sent it is descent with momentum, plain and as Nesterov has it", () => {
  fc.assert(
    fc.property(sequences, fc.constantFrom("on", "off"), (updates, nesterov) => {
      const { arrived } = course(dgc({ momentum: 0.9, nesterov }), topK({ ratio: 1 }), updates);
      let u = [0, 0, 0, 0, 0];
      for (const [version, x] of updates.entries()) {
        u = u.map((own, i) => 0.9 * own + (x[i] ?? 0));
        const expected = nesterov === "on" ? u.map((own, i) => 0.9 * own + (x[i] ?? 0)) : u;
        arrived[version]?.forEach((value, i) => {
          expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(1e-3);
        });
      }
    }),
  );
});

const rounded = [
  ["float16", float16()],
  ["bfloat16", bfloat16()],
  ["a chain that sends all of them", chain({ sparsifier: topK({ ratio: 1 }), quantiser: float16() })],
] as const;

test.each(rounded)("with all numbers rounded by %s momentum is that of numbers as they are", (_, codec) => {
  fc.assert(
    fc.property(sequences, (updates) => {
      const exact = course(dgc(), identity(), updates);
      const own = course(dgc(), codec, updates);
      expect(own.kept?.vectors[0]).toEqual(exact.kept?.vectors[0]);
    }),
  );
});

const unchosen = [
  ["sign", sign()],
  ["low-rank", lowRank()],
  ["float16", float16()],
] as const;

test.each(unchosen)("%s chooses no numbers, so that none lose their momentum", (_, codec) => {
  fc.assert(
    fc.property(sequences, (updates) => {
      expect(course(dgc(), codec, updates)).toEqual(course(dgc({ masking: "off" }), codec, updates));
    }),
  );
});

test("by hand: a bias that every message has keeps its momentum, whatever is chosen of a matrix", () => {
  const layout = layoutOf([
    { name: "weight", shape: [1, 2] },
    { name: "bias", shape: [1] },
  ]);
  const codec = codecFor(perLayer({ codec: topK({ ratio: 0.5 }) }), { version: 0, layout });
  const { arrived, kept } = course(dgc({ momentum: 0.5 }), codec, [
    [4, 3, 8],
    [1, 0, 8],
    [1, 0, 8],
  ]);
  // The matrix goes as in the example above. The bias gathers 8, 8 / 2 + 8 and 12 / 2 + 8.
  expect(arrived).toEqual([
    [4, 0, 8],
    [0, 4.5, 12],
    [2.5, 0, 14],
  ]);
  expect(kept?.vectors[0]).toEqual(Float32Array.of(1.5, 0, 14));
  // Tensors of which numbers are chosen are masked, biases or not.
  const coded = codecFor(perLayer({ codec: topK({ ratio: 0.5 }), dense: "none" }), { version: 0, layout });
  expect(course(dgc({ momentum: 0.5 }), coded, [[4, 3, 8]]).kept?.vectors[0]).toEqual(Float32Array.of(0, 3, 0));
});

test("without momentum and clipping it is error feedback, bit for bit", () => {
  fc.assert(
    fc.property(sequences, fc.constantFrom(topK({ ratio: 0.3 }), float16()), (updates, codec) => {
      const plain = course(errorFeedback(), codec, updates);
      const own = course(dgc({ momentum: 0 }), codec, updates);
      expect(own.arrived).toEqual(plain.arrived);
      expect(own.kept?.vectors[1]).toEqual(plain.kept?.vectors[0]);
    }),
  );
});

test("what has arrived and what waits are together all that momentum gathered", () => {
  fc.assert(
    fc.property(sequences, (updates) => {
      const { arrived, kept } = course(dgc({ momentum: 0.5, masking: "off" }), topK({ ratio: 0.3 }), updates);
      const gathered = new Float64Array(5);
      let u = [0, 0, 0, 0, 0];
      for (const x of updates) {
        u = u.map((own, i) => 0.5 * own + (x[i] ?? 0));
        u.forEach((own, i) => (gathered[i] = (gathered[i] ?? 0) + own));
      }
      for (let i = 0; i < 5; i++) {
        const all = arrived.reduce((sum, values) => sum + (values[i] ?? 0), kept?.vectors[1]?.[i] ?? 0);
        expect(Math.abs(all - (gathered[i] ?? 0))).toBeLessThan(1e-3);
      }
    }),
  );
});

test("no update is longer than it may be, and its direction stays", () => {
  const { arrived } = course(dgc({ momentum: 0, clipNorm: 1 }), topK({ ratio: 1 }), [
    [3, -4],
    [0.3, 0.4],
  ]);
  expect(arrived.flat()).toEqual([0.6, -0.8, 0.3, 0.4].map(Math.fround));
});

test("what the server will refuse leaves everything as it was, and nothing is written to", () => {
  const kept = { version: 0, messages: 1, vectors: [Float32Array.of(1, 2), Float32Array.of(3, 4)] };
  const sent = sendBy(dgc(), topK(), [Number.NaN, 1], { kept, version: 1 });
  expect(sent.kept).toBe(kept);
  fc.assert(
    fc.property(vectors, (x) => {
      const before = [new Float32Array(x.length).fill(1), new Float32Array(x.length).fill(2)];
      sendBy(dgc(), topK({ ratio: 0.5 }), x, { kept: { version: 0, messages: 1, vectors: before }, version: 1 });
      expect(before).toEqual([new Float32Array(x.length).fill(1), new Float32Array(x.length).fill(2)]);
    }),
  );
});

describe("options", () => {
  test.each<readonly [string, DgcOptions, string]>([
    ["momentum of 1", { momentum: 1 }, "momentum must be"],
    ["clipping to nothing", { clipNorm: 0 }, "clipNorm must be"],
  ])("refuses %s", (_, options, words) => {
    expect(() => dgc(options)).toThrow(words);
  });
});
