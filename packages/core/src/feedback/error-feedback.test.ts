import { vectors } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { float16, sign, ternary, threshold, topK } from "../codec/index.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../solver/sgd.ts";
import { errorFeedback } from "./error-feedback.ts";
import type { Kept, Sent } from "./feedback.ts";

const key = rootKey(1);
type Upload = ReturnType<typeof topK>;

interface Sending {
  readonly kept?: Kept | null;
  readonly version?: number;
  readonly maximumAge?: number;
}

function sendBy(codec: Upload, x: Float32Array, { kept = null, version = 0, maximumAge }: Sending = {}): Sent {
  const anchor = new Float32Array(x.length);
  const how = { codec, key: fold(key, version), kernels: plainKernels };
  const outgoing = { trained: x, anchor, version, steps: 1, kept, mean: null, drift: null, ...how };
  return errorFeedback(maximumAge === undefined ? {} : { maximumAge }).send(outgoing);
}

function decoded(codec: Upload, { payload }: Sent, length: number, version: number): Float64Array {
  const sum = new Float64Array(length);
  const target = { sum, weight: 1, anchor: new Float32Array(length), key: fold(key, version) };
  codec.accumulate(payload, target, plainKernels);
  return sum;
}

const norm = (x: ArrayLike<number>): number => Math.hypot(...Array.from(x));

const numbers = fc.float({ noNaN: true, min: -8, max: 8 });

describe.each([
  ["top-k", topK({ ratio: 0.3 })],
  ["sign", sign()],
  ["threshold", threshold({ threshold: 0.5 })],
  ["float16", float16()],
])("with %s", (_, codec) => {
  const sequences = fc.array(fc.array(numbers, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 20 });

  test("what has arrived and what is kept are together all that was to be sent", () => {
    fc.assert(
      fc.property(sequences, (updates) => {
        const arrived = new Float64Array(5);
        let kept: Kept | null = null;
        for (const [version, x] of updates.entries()) {
          const sent: Sent = sendBy(codec, Float32Array.from(x), { kept, version });
          for (const [i, value] of decoded(codec, sent, 5, version).entries()) arrived[i] = (arrived[i] ?? 0) + value;
          kept = sent.kept;
          expect(kept?.version).toBe(version);
        }
        for (let i = 0; i < 5; i++) {
          const all = updates.reduce((sum, x) => sum + (x[i] ?? 0), 0);
          expect(Math.abs((arrived[i] ?? 0) + (kept?.vectors[0]?.[i] ?? 0) - all)).toBeLessThan(1e-3);
        }
      }),
    );
  });
});

test("with a contraction of δ, no more than √(1 − δ) / (1 − √(1 − δ)) of the largest update is ever kept", () => {
  const codec = topK({ ratio: 0.25 });
  const rest = Math.sqrt(1 - 0.25);
  let kept: Kept | null = null;
  for (let version = 0; version < 200; version++) {
    const x = Float32Array.from({ length: 8 }, (_, i) => Math.sin(version * 0.1 + i));
    kept = sendBy(codec, x, { kept, version }).kept;
    expect(norm(kept?.vectors[0] ?? [])).toBeLessThanOrEqual((rest / (1 - rest)) * Math.sqrt(8));
  }
  expect(norm(kept?.vectors[0] ?? [])).toBeGreaterThan(0);
});

test("by hand: the one of two that is left out comes with the next message", () => {
  const codec = topK({ ratio: 0.5 });
  const first = sendBy(codec, Float32Array.of(3, 2));
  expect([...decoded(codec, first, 2, 0)]).toEqual([3, 0]);
  expect(first.kept).toEqual({ version: 0, messages: 1, vectors: [Float32Array.of(0, 2)] });
  const second = sendBy(codec, Float32Array.of(3, 2), { kept: first.kept, version: 1 });
  expect([...decoded(codec, second, 2, 1)]).toEqual([0, 4]);
  expect(second.kept).toEqual({ version: 1, messages: 2, vectors: [Float32Array.of(3, 0)] });
});

test("a client that lost what it kept, and one that kept it for too long, begin anew", () => {
  const codec = topK({ ratio: 0.5 });
  const x = Float32Array.of(1, 2);
  const old = { version: 3, messages: 1, vectors: [Float32Array.of(9, 9)] };
  const anew = sendBy(codec, x, { version: 8 });
  expect(sendBy(codec, x, { kept: old, version: 8, maximumAge: 4 })).toEqual(anew);
  expect(sendBy(codec, x, { kept: old, version: 7, maximumAge: 4 })).not.toEqual(sendBy(codec, x, { version: 7 }));
  expect(sendBy(codec, x, { kept: old, version: 1000 })).not.toEqual(sendBy(codec, x, { version: 1000 }));
});

test("a message that the server will refuse leaves what is kept as it was, and nothing that is given is written to", () => {
  const kept = { version: 0, messages: 1, vectors: [Float32Array.of(1, 2)] };
  const broken = sendBy(topK({ ratio: 0.5 }), Float32Array.of(Number.NaN, 1), { kept, version: 1 });
  expect(broken.kept).toEqual({ version: 0, messages: 1, vectors: [Float32Array.of(1, 2)] });
  expect(topK({ ratio: 0.5 }).defect(broken.payload, 2, plainKernels)).toMatch(/not finite/u);
  fc.assert(
    fc.property(vectors, (x) => {
      const before = x.slice();
      const own = { version: 0, messages: 1, vectors: [new Float32Array(x.length).fill(1)] };
      sendBy(sign(), x, { kept: own, version: 1 });
      expect(x).toEqual(before);
      expect(own.vectors[0]).toEqual(new Float32Array(x.length).fill(1));
    }),
  );
});

test("is refused with codecs that lose nothing, and with those that make up for it by noise", () => {
  const plan = (upload?: Upload) => (): unknown =>
    federated({
      pacing: rounds({ cohort: 2 }),
      solver: sgd({ learningRate: 0.1 }),
      work: { epochs: 1, batchSize: 1 },
      versions: 1,
      feedback: errorFeedback(),
      ...(upload && { upload }),
    });
  expect(plan(topK())).not.toThrow();
  expect(plan()).toThrow(/loses nothing/u);
  expect(plan(ternary())).toThrow(/right on average/u);
});
