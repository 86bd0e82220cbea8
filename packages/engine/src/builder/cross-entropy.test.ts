import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { differentiate } from "../differentiate/differentiate.ts";
import type { Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { writeModel } from "../onnx/write.ts";
import { withCrossEntropy } from "./cross-entropy.ts";

/** A model that passes on its input: logits [batch, classes]. */
function passing(batch: number | string, classes: number | string = 3): Graph {
  const graph = graphBuilder();
  graph.input({ name: "features", dataType: "float32", shape: [batch, classes] });
  return graph.build("passing", [graph.add("Identity", ["features"], {}, "logits")]);
}

type Results = Readonly<Record<string, readonly number[]>>;

async function run(graph: Graph, logits: readonly number[], labels: readonly number[]): Promise<Results> {
  const session = await InferenceSession.create(writeModel(standardModel(graph)));
  const results = await session.run({
    features: new Tensor("float32", Float32Array.from(logits), [labels.length, logits.length / labels.length]),
    labels: new Tensor("int64", BigInt64Array.from(labels, BigInt), [labels.length]),
  });
  return Object.fromEntries(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
}

describe("cross-entropy", () => {
  test.each([2, "batch"])("loss, gradient and correct count of a batch of %s, by hand", async (batch) => {
    const graph = withCrossEntropy(passing(batch), { correct: "correct" });
    const derived = differentiate(graph, { output: "loss", withRespectTo: ["features"] });
    const results = await run(derived.graph, [0, Math.log(2), 0, 1, 1, 1], [1, 0]);
    // softmax: (1, 2, 1) ÷ 4 and (1, 1, 1) ÷ 3; the loss is (ln 2 + ln 3) ÷ 2. Of the three equal logits the first is
    // taken for the largest, so both are correct.
    expect(results["loss"]?.[0]).toBeCloseTo((Math.log(2) + Math.log(3)) / 2, 6);
    expect(results["correct"]).toEqual([2]);
    const gradient = results[derived.gradients.get("features") ?? ""] ?? [];
    const byHand = [1 / 8, -2 / 8, 1 / 8, -1 / 3, 1 / 6, 1 / 6];
    byHand.forEach((value, at) => expect(gradient[at]).toBeCloseTo(value, 6));
  });

  test("logits far apart give a finite loss and gradient", async () => {
    const derived = differentiate(withCrossEntropy(passing("batch")), { output: "loss", withRespectTo: ["features"] });
    const results = await run(derived.graph, [1000, -1000, 0], [1]);
    expect(results["loss"]).toEqual([2000]);
    expect(results[derived.gradients.get("features") ?? ""]).toEqual([1, -1, 0]);
  });

  test("logits that are not [batch, classes], and names that are taken, are refused", () => {
    expect(() => withCrossEntropy(passing("batch"), { logits: "scores" })).toThrow('"scores" of graph "passing"');
    expect(() => withCrossEntropy(passing("batch", "classes"))).toThrow("float32[batch, classes] instead of");
    expect(() => withCrossEntropy(passing("batch"), { loss: "features" })).toThrow('has a value "features" already');
  });
});
