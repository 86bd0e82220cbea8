import fc from "fast-check";
import { expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { countSketch, identity, perLayer, qsgd, randK, srht, topK } from "../codec/index.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../solver/sgd.ts";
import type { Outgoing } from "./feedback.ts";
import { scaffold } from "./scaffold.ts";
import { scallion } from "./scallion.ts";

const usual = fc
  .array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 20 })
  .map((values) => Float32Array.from(values));

function outgoing(x: Float32Array, codec: Outgoing["codec"]): Outgoing {
  const vector = (scale: number): Float32Array => x.map((own, i) => Math.fround(scale * (own + i)));
  const kept = { version: 0, messages: 1, vectors: [vector(0.25)] };
  const mean = vector(0.5);
  const drift = scaffold().drift?.({ kept, mean }) ?? null;
  const how = { codec, key: rootKey(1), kernels: plainKernels };
  return { trained: x, anchor: vector(1), version: 1, steps: 4, kept, mean, drift, ...how };
}

test("with α = 1 and nothing lost it is SCAFFOLD", () => {
  fc.assert(
    fc.property(usual, (x) => {
      const out = outgoing(x, identity());
      expect(scallion({ damping: 1 }).send(out)).toEqual(scaffold().send(out));
      expect(scallion().send(out)).toEqual(scaffold().send(out));
    }),
  );
});

test("what is remembered is what was remembered, and what the message says", () => {
  const x = Float32Array.of(3, -1, 0.5, 2);
  const codec = qsgd({ bits: 2 });
  const out = outgoing(x, codec);
  const { payload, kept } = scallion({ damping: 0.3 }).send(out);
  const said = new Float64Array(4);
  codec.accumulate(payload, { sum: said, weight: 1, anchor: null, key: out.key }, plainKernels);
  const before = out.kept?.vectors[0] ?? new Float32Array(4);
  expect(kept?.vectors).toEqual([before.map((own, i) => own + (said[i] ?? 0))]);
});

const noisy = [
  ["rand-k", randK({ ratio: 0.1 })],
  ["count-sketch", countSketch({ ratio: 0.2 })],
  ["srht", srht({ ratio: 0.1 })],
  ["qsgd", qsgd({ bits: 2 })],
  ["rand-k, layer by layer", perLayer({ codec: randK({ ratio: 0.1 }) })],
] as const;

test.each(noisy)("with %s what is remembered comes to what a step is, unless told how much to damp", (_, codec) => {
  const length = 64;
  const trained = Float32Array.from({ length }, (_own, i) => (i % 7) - 3);
  const same = { trained, anchor: new Float32Array(length), steps: 1, mean: null, drift: null, kernels: plainKernels };
  let kept: Outgoing["kept"] = null;
  for (let version = 0; version < 400; version++) {
    ({ kept } = scallion().send({ ...same, version, kept, codec, key: fold(rootKey(2), version) }));
  }
  const [h = trained] = kept?.vectors ?? [];
  expect(Math.max(...trained.map((own, i) => Math.abs(own - (h[i] ?? Infinity))))).toBeLessThan(0.1);
});

test("what is not right on average is refused", () => {
  const local = { pacing: rounds({ cohort: 2 }), solver: sgd({ learningRate: 0.1 }), work: { steps: 1, batchSize: 4 } };
  const plan = { ...local, versions: 1, feedback: scallion() };
  expect(() => federated({ ...plan, upload: topK() })).toThrow(
    'feedback "scallion" needs a codec that is right on average',
  );
  expect(() => federated({ ...plan, upload: qsgd() })).not.toThrow();
});
