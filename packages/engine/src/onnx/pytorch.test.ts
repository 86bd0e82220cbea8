import { readFile } from "node:fs/promises";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { withCrossEntropy } from "../builder/cross-entropy.ts";
import { differentiate } from "../differentiate/differentiate.ts";
import { readModel } from "./read.ts";
import { writeModel } from "./write.ts";

/** What PyTorch computed: see fixtures/make.py. */
interface Expected {
  readonly shape: readonly number[];
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly logits: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

async function fixture(name: string): Promise<{ readonly bytes: Uint8Array; readonly expected: Expected }> {
  const at = (ending: string): URL => new URL(`fixtures/${name}.${ending}`, import.meta.url);
  return { bytes: await readFile(at("onnx")), expected: JSON.parse(await readFile(at("json"), "utf8")) };
}

function expectClose(actual: Tensor | undefined, expected: readonly number[]): void {
  const values = Array.from(actual?.data ?? [], Number);
  expect(values).toHaveLength(expected.length);
  const worst = Math.max(...values.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))));
  expect(worst).toBeLessThan(1e-6);
}

describe("models that PyTorch exported", () => {
  test.each(["convolution", "activations"])("%s: logits, loss and gradients are those of PyTorch", async (name) => {
    const { bytes, expected } = await fixture(name);
    const model = readModel(bytes);
    const parameters = Object.keys(expected.gradients);
    const graph = withCrossEntropy(model.graph);
    const derived = differentiate(graph, { output: "loss", withRespectTo: parameters });
    const session = await InferenceSession.create(writeModel({ ...model, graph: derived.graph }));
    const results = await session.run({
      features: new Tensor("float32", Float32Array.from(expected.features), expected.shape),
      labels: new Tensor("int64", BigInt64Array.from(expected.labels, BigInt), [expected.labels.length]),
    });
    expectClose(results["logits"], expected.logits);
    expectClose(results["loss"], [expected.loss]);
    for (const parameter of parameters) {
      expectClose(results[derived.gradients.get(parameter) ?? ""], expected.gradients[parameter] ?? []);
    }
  });
});
