import type { Examples } from "@potluck/core";
import { data } from "@potluck/data";
import { initialParams, readModel, readSafetensors, writeSafetensors } from "@potluck/engine";
import { simulate } from "@potluck/simulator";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, test } from "vitest";
import firstRun from "./plan.ts";

const MINUTES = 60_000;

test(
  "the first run recognises 97 of 100 digits, and plain onnxruntime agrees with what is reported",
  async () => {
    const result = await simulate({ scenario: firstRun, seed: 1, workers: 2 });
    const reported = result.measurements.at(-1)?.testAccuracy;
    expect(reported).toBeGreaterThanOrEqual(0.97);
    const { test: heldOut } = await data.mnist().load();
    expect(await accuracyInPlainRuntime(result.model, heldOut)).toBe(reported);

    expect(initialParams(readModel(result.model))).toEqual(result.params);
    const file = readSafetensors(writeSafetensors(result.layout, result.params));
    expect(file.values).toEqual(result.params);
    expect(file.layout).toEqual(result.layout);
  },
  5 * MINUTES,
);

/** The share of `examples` that an ONNX model, run by onnxruntime alone, classifies correctly. */
async function accuracyInPlainRuntime(model: Uint8Array, examples: Examples): Promise<number> {
  const session = await InferenceSession.create(model);
  const features = Float32Array.from(examples.features, (stored) => stored * examples.scale);
  const [input = "", output = ""] = [session.inputNames[0], session.outputNames[0]];
  const scores = (await session.run({ [input]: new Tensor("float32", features, [examples.count, ...examples.shape]) }))[
    output
  ];
  const values = Float32Array.from(scores?.data instanceof Float32Array ? scores.data : []);
  let correct = 0;
  for (let row = 0; row < examples.count; row++) {
    const own = values.subarray(row * examples.classes, (row + 1) * examples.classes);
    if (own.indexOf(Math.max(...own)) === examples.labels[row]) correct += 1;
  }
  return correct / examples.count;
}
