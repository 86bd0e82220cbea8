import fc from "fast-check";
import { expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { chain, float16, identity, kMeans, sign, topK } from "../codec/index.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../solver/sgd.ts";
import { byExamples } from "../weighting/index.ts";
import { ef21 } from "./ef21.ts";
import { ef21W } from "./ef21-w.ts";
import type { Feedback, Kept, Sent } from "./feedback.ts";

const LENGTH = 12;
const vector = fc
  .array(fc.integer({ min: -800, max: 800 }), { minLength: LENGTH, maxLength: LENGTH })
  .map((values) => Float32Array.from(values, (value) => value / 100));

interface Said {
  readonly trained: Float32Array;
  readonly anchor?: Float32Array;
  readonly kept: Kept | null;
  readonly steps?: number;
  readonly steepness?: number;
}

function sendBy(
  { send }: Feedback,
  codec: ReturnType<typeof topK>,
  { trained, anchor = new Float32Array(trained.length), kept, steps = 1, ...rest }: Said,
): Sent {
  const how = { codec, key: fold(rootKey(1), kept?.messages ?? 0), kernels: plainKernels };
  return send({ trained, anchor, version: 0, steps, kept, mean: null, drift: null, ...rest, ...how });
}

const codecs = [
  ["top-k", topK({ ratio: 0.3 })],
  ["sign", sign()],
  ["float16", float16()],
  ["k-means", kMeans()],
  ["a chain", chain({ sparsifier: topK({ ratio: 0.5 }), quantiser: sign() })],
] as const;

test.each(codecs)(
  "with %s and a loss as steep as the mean, messages and memories are those of EF21, bit for bit",
  (_, codec) => {
    fc.assert(
      fc.property(fc.array(vector, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 5 }), (xs, steps) => {
        let [plain, weighed]: (Kept | null)[] = [null, null];
        for (const trained of xs) {
          const one = sendBy(ef21(), codec, { trained, steps, kept: plain ?? null });
          const other = sendBy(ef21W(), codec, { trained, steps, kept: weighed ?? null, steepness: 1 });
          expect(other.payload).toEqual(one.payload);
          expect(other.kept?.vectors[0]).toEqual(one.kept?.vectors[0]);
          [plain, weighed] = [one.kept, other.kept];
        }
      }),
    );
  },
);

test.each([codecs[0], codecs[1]])("with %s steepness that is a power of two changes no memory at all", (_, codec) => {
  fc.assert(
    fc.property(fc.array(vector, { minLength: 1, maxLength: 5 }), fc.integer({ min: -8, max: 8 }), (xs, power) => {
      let [plain, weighed]: (Kept | null)[] = [null, null];
      for (const trained of xs) {
        plain = sendBy(ef21(), codec, { trained, kept: plain ?? null }).kept;
        weighed = sendBy(ef21W(), codec, { trained, kept: weighed ?? null, steepness: 2 ** power }).kept;
        expect(weighed?.vectors[0]).toEqual(plain?.vectors[0]);
      }
    }),
  );
});

test("by hand: half of the difference to a loss that is twice as steep is sent, and counts twice", () => {
  const codec = topK({ ratio: 0.5 });
  const { payload, kept } = sendBy(ef21W(), codec, {
    trained: Float32Array.of(6, -2),
    kept: null,
    steps: 2,
    steepness: 2,
  });
  expect(payload).toEqual(codec.encode(Float32Array.of(1.5, -0.5), null, fold(rootKey(1), 0)));
  expect(kept?.vectors[0]).toEqual(Float32Array.of(3, 0));
});

test("of a quadratic smoothness is the learning rate times its curvature along the way, from the second message on", () => {
  fc.assert(
    fc.property(vector, vector, fc.integer({ min: 1, max: 100 }), (from, to, curvature) => {
      fc.pre(from.some((x, i) => Math.abs(x - (to[i] ?? 0)) > 0.1));
      // trained − anchor = −η L anchor
      const after = (anchor: Float32Array): Float32Array => anchor.map((x) => x - 0.01 * curvature * x);
      const first = sendBy(ef21W(), topK(), { trained: after(from), anchor: from, kept: null });
      expect(first.smoothness).toBeUndefined();
      const second = sendBy(ef21W(), topK(), { trained: after(to), anchor: to, kept: first.kept });
      expect(second.smoothness).toBeCloseTo(0.01 * curvature, 3);
    }),
  );
});

test("codecs that lose nothing and weights that are not those of the mean are refused; unless told clients count alike", () => {
  const local = {
    pacing: rounds({ cohort: 2 }),
    solver: sgd({ learningRate: 0.1 }),
    work: { epochs: 1, batchSize: 4 },
  };
  const plan = { ...local, upload: topK(), versions: 1, feedback: ef21W() };
  expect(() => federated({ ...plan, upload: identity() })).toThrow(
    'feedback "ef21-w" needs a codec that loses something',
  );
  expect(() => federated({ ...plan, weighting: byExamples() })).toThrow("compares clients with the plain mean");
  expect(federated(plan).parts.find(({ room }) => room === "weighting")?.name).toBe("uniform");
});

test("nothing is said of smoothness where the model has not moved, and what the server will refuse changes nothing", () => {
  const first = sendBy(ef21W(), topK(), { trained: Float32Array.of(1, 2), kept: null });
  expect(sendBy(ef21W(), topK(), { trained: Float32Array.of(3, 2), kept: first.kept }).smoothness).toBeUndefined();
  expect(sendBy(ef21W(), topK(), { trained: Float32Array.of(Number.NaN, 2), kept: first.kept }).kept).toBe(first.kept);
});
