import fc from "fast-check";
import { expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { sign, topK } from "../codec/index.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { ef21 } from "./ef21.ts";
import type { Kept, Sent } from "./feedback.ts";

const usual = fc
  .array(fc.integer({ min: -800, max: 800 }), { minLength: 1, maxLength: 20 })
  .map((values) => Float32Array.from(values, (value) => value / 100));

const key = rootKey(1);

function sendBy(codec: ReturnType<typeof topK>, x: Float32Array, kept: Kept | null, steps = 1): Sent {
  const anchor = new Float32Array(x.length);
  const nothing = { mean: null, drift: null };
  const how = { codec, key: fold(key, kept?.messages ?? 0), kernels: plainKernels };
  return ef21().send({ trained: x, anchor, version: 0, steps, kept, ...nothing, ...how });
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.hypot(...Array.from(a, (x, i) => x - (b[i] ?? 0)));

test("by hand: one of two numbers in each message, in two steps", () => {
  const codec = topK({ ratio: 0.5 });
  const first = sendBy(codec, Float32Array.of(6, -2), null, 2);
  expect(first.kept).toEqual({ version: 0, messages: 1, vectors: [Float32Array.of(3, 0)] });
  const second = sendBy(codec, Float32Array.of(8, -6), first.kept, 2);
  expect(second.kept).toEqual({ version: 0, messages: 2, vectors: [Float32Array.of(3, -3)] });
});

test.each([
  ["top-k", topK({ ratio: 0.3 })],
  ["sign", sign()],
])("with %s what is remembered comes closer with every message, by what the codec guarantees", (_, codec) => {
  fc.assert(
    fc.property(usual, (x) => {
      const { guarantee } = codec;
      const delta = guarantee.kind === "contractive" ? guarantee.contraction(x.length) : 0;
      let kept: Kept | null = null;
      let before = distance(x, new Float32Array(x.length));
      for (let message = 0; message < 8; message++) {
        ({ kept } = sendBy(codec, x, kept));
        const after = distance(x, kept?.vectors[0] ?? []);
        expect(after).toBeLessThanOrEqual(
          Math.sqrt(1 - delta) * before + 1e-6 * distance(x, new Float32Array(x.length)),
        );
        before = after;
      }
    }),
  );
});

test("an update that stays the same is known to the last bit after as many messages as it takes to say it", () => {
  const x = Float32Array.from({ length: 10 }, (_, i) => Math.sin(i + 1));
  let kept: Kept | null = null;
  for (let message = 0; message < 5; message++) ({ kept } = sendBy(topK({ ratio: 0.2 }), x, kept));
  expect(kept?.vectors).toEqual([x]);
});

test("what the server will refuse changes nothing", () => {
  const kept = { version: 0, messages: 3, vectors: [Float32Array.of(1, 2)] };
  expect(sendBy(topK(), Float32Array.of(Number.NaN, 1), kept).kept).toBe(kept);
});
