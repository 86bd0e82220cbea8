import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { topK } from "../codec/index.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { none } from "./none.ts";

test("sends what the codec encodes, and keeps nothing", () => {
  const [trained, anchor, codec, key] = [
    Float32Array.of(3, 5),
    Float32Array.of(1, 1),
    topK({ ratio: 0.5 }),
    rootKey(1),
  ];
  const kept = { version: 0, messages: 1, vectors: [Float32Array.of(9, 9)] };
  const sent = none().send({
    trained,
    anchor,
    version: 1,
    steps: 1,
    kept,
    mean: null,
    drift: null,
    codec,
    key,
    kernels: plainKernels,
  });
  expect(sent).toEqual({ payload: codec.encode(trained, anchor, key), kept: null });
});
