import fc from "fast-check";
import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { identity, qsgd, topK } from "../codec/index.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../solver/sgd.ts";
import type { Kept, Outgoing } from "./feedback.ts";
import { scafcom } from "./scafcom.ts";
import { scaffold } from "./scaffold.ts";

const usual = fc
  .array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 20 })
  .map((values) => Float32Array.from(values));

const how = { key: rootKey(1), kernels: plainKernels };

function outgoing(x: Float32Array, codec: Outgoing["codec"], kept: Kept | null): Outgoing {
  const mean = x.map((own) => Math.fround(own / 3));
  const drift = scaffold().drift?.({ kept, mean }) ?? null;
  return { trained: x, anchor: new Float32Array(x.length), version: 1, steps: 2, kept, mean, drift, codec, ...how };
}

test("with α = β = 1 and nothing lost it is SCAFFOLD", () => {
  fc.assert(
    fc.property(usual, (x) => {
      const kept = { version: 0, messages: 1, vectors: [x.map((own) => Math.fround(own / 7))] };
      for (const own of [null, kept]) {
        const out = outgoing(x, identity(), own);
        expect(scafcom({ momentum: 1 }).send(out)).toEqual(scaffold().send(out));
      }
    }),
  );
});

test("by hand: half of two steps is new, and the larger of two numbers is sent", () => {
  const x = Float32Array.of(6, 3);
  const kept = { version: 0, messages: 1, vectors: [Float32Array.of(0, 1), Float32Array.of(2, 2)] };
  const out = { ...outgoing(x, topK({ ratio: 0.5 }), kept), mean: new Float32Array(2), drift: Float32Array.of(0, -1) };
  // ḡ = (3, 1.5) − (0, −1) = (3, 2.5); v = ½ (2, 2) + ½ ḡ = (2.5, 2.25); v − h = (2.5, 1.25), of which 2.5 is sent.
  expect(scafcom({ momentum: 0.5 }).send(out).kept?.vectors).toEqual([
    Float32Array.of(2.5, 1),
    Float32Array.of(2.5, 2.25),
  ]);
});

test("what is off by noise is refused", () => {
  const local = { pacing: rounds({ cohort: 2 }), solver: sgd({ learningRate: 0.1 }), work: { steps: 1, batchSize: 4 } };
  const plan = { ...local, versions: 1, feedback: scafcom() };
  expect(() => federated({ ...plan, upload: qsgd() })).toThrow(
    'feedback "scafcom" needs a codec that never sends more',
  );
  expect(() => federated({ ...plan, upload: topK() })).not.toThrow();
});
