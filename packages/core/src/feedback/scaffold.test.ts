import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { identity } from "../codec/index.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../solver/sgd.ts";
import { byExamples as byExamplesSelection } from "../selection/index.ts";
import { byExamples, uniform } from "../weighting/index.ts";
import { topK } from "../codec/top-k.ts";
import { scaffold } from "./scaffold.ts";

const how = { codec: identity(), key: rootKey(1), kernels: plainKernels };

test("by hand: a message of two steps, and the drift of the next task", () => {
  const anchor = Float32Array.of(1, 1);
  const mean = Float32Array.of(0.5, 0);
  const kept = { version: 3, messages: 1, vectors: [Float32Array.of(0.25, -1)] };
  const drift = scaffold().drift?.({ kept, mean });
  expect(drift).toEqual(Float32Array.of(0.25, 1));
  // Each of the two steps moved by (−1, 2): by (−1.25, 1) without the drift, which is (−1.5, 2) more than is remembered.
  const trained = Float32Array.of(-1, 5);
  const sent = scaffold().send({ trained, anchor, version: 4, steps: 2, kept, mean, drift: drift ?? null, ...how });
  expect(new Float32Array(sent.payload.buffer, sent.payload.byteOffset)).toEqual(Float32Array.of(-1.5, 2));
  expect(sent.kept).toEqual({ version: 4, messages: 2, vectors: [Float32Array.of(-1.25, 1)] });
});

test("a client that begins drifts with the mean alone", () => {
  const mean = Float32Array.of(0.5, 0);
  expect(scaffold().drift?.({ kept: null, mean })).toEqual(mean);
  expect(scaffold().drift?.({ kept: null, mean: null })).toBeNull();
});

const local = { pacing: rounds({ cohort: 2 }), solver: sgd({ learningRate: 0.1 }), work: { epochs: 1, batchSize: 4 } };

test("what loses something is refused, and so are weights that are not those of the mean", () => {
  const plan = { ...local, versions: 1, feedback: scaffold() };
  expect(() => federated({ ...plan, upload: topK() })).toThrow('feedback "scaffold" needs a codec that loses nothing');
  expect(() => federated({ ...plan, weighting: byExamples() })).toThrow("corrects clients towards the plain mean");
  // Who is asked by examples counts by examples, too.
  const asked = { selection: byExamplesSelection(), weighting: uniform() };
  expect(() => federated({ ...plan, ...asked })).toThrow('and selection "by-examples" asks them by something else');
  expect(federated(plan).parts.find(({ room }) => room === "weighting")?.name).toBe("uniform");
});
