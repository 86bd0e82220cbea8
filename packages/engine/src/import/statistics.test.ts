import { solver } from "@potluck/core";
import { describe, expect, test } from "vitest";
import type { Model } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { inspectModel } from "../inspection/inspection.ts";
import { createTrainer } from "../runtime/trainer.ts";
import { layoutOfModel, initialParams } from "../training/parameters.ts";
import type { ParameterRules } from "./parameter-rules.ts";

/** Normalisations one after another, each by the names of its scale, bias, mean and variance, of two channels. */
function normalising(...uses: readonly (readonly string[])[]): Model {
  const graph = graphBuilder();
  graph.input({ name: "x", dataType: "float32", shape: ["batch", 2] });
  const starts: Readonly<Record<string, number>> = { scale: 1, bias: 0.5, mean: 0, variance: 1 };
  for (const name of new Set(uses.flat())) {
    const start = starts[name.replace(/^.*\./u, "")] ?? 0;
    graph.initializer(name, float32Tensor([2], [start, start]));
  }
  const output = uses.reduce((value, names) => graph.add("BatchNormalization", [value, ...names]), "x");
  return standardModel(graph.build("normalising", [output]));
}

const own = ["n.scale", "n.bias", "n.mean", "n.variance"];
/** As PyTorch's exporter merges them before any training. */
const merged = ["n.scale", "n.bias", "n.bias", "n.scale"];

const other = ["m.scale", "m.bias", "m.mean", "m.variance"];

/** The parameters after one step on one batch of the examples (1, 2) and (3, 6). */
async function afterStep(model: Model, parameters: ParameterRules = {}): Promise<Readonly<Record<string, number[]>>> {
  const trainer = await createTrainer({ model, solver: solver.sgd({ learningRate: 1e-9 }), parameters });
  const batches = { order: [0n, 1n], starts: [0n], ends: [2n], seeds: [0n] };
  const { params } = await trainer.train({
    params: initialParams(model, parameters),
    features: Float32Array.of(1, 2, 3, 6),
    targets: [0, 1],
    batches: {
      order: BigInt64Array.from(batches.order),
      starts: BigInt64Array.from(batches.starts),
      ends: BigInt64Array.from(batches.ends),
      seeds: BigInt64Array.from(batches.seeds),
    },
  });
  await trainer.close();
  return Object.fromEntries(
    layoutOfModel(model, parameters).map(({ name, offset }) => [name, Array.from(params.slice(offset, offset + 2))]),
  );
}

describe("running statistics", () => {
  test("move towards the mean (2, 4) and the unbiased variance (2, 8) of the batch", async () => {
    const { "n.mean": mean = [], "n.variance": variance = [] } = await afterStep(normalising(own));
    [0.2, 0.4].forEach((value, at) => expect(mean[at]).toBeCloseTo(value, 5));
    [0.9 + 0.2, 0.9 + 0.8].forEach((value, at) => expect(variance[at]).toBeCloseTo(value, 5));
  });

  test("of a normalisation that is used twice move twice, the second time towards what the first one gave", async () => {
    const { "n.mean": mean = [] } = await afterStep(normalising(own, own));
    // The first use gives numbers of mean 0.5, its bias.
    [0.9 * 0.2 + 0.05, 0.9 * 0.4 + 0.05].forEach((value, at) => expect(mean[at]).toBeCloseTo(value, 5));
  });

  test("that the exporter merged with scale and bias are refused by name, and inspection says so", async () => {
    const message = expect.stringMatching(/"n\.(scale|bias)" is input \d of node ".*" \(BatchNormalization\)/u);
    const fault = expect.objectContaining({ code: "model-unsupported", message });
    await expect(afterStep(normalising(merged, other))).rejects.toEqual(fault);
    const { obstacles } = inspectModel(normalising(merged, other));
    expect(obstacles).toEqual([
      expect.objectContaining({ message, remedy: expect.stringContaining("optimize=False") }),
    ]);
  });

  test("that are frozen may be anything else, too", async () => {
    const found = await afterStep(normalising(merged, other), { freeze: ["n.*"] });
    expect(Object.keys(found)).toEqual(other);
  });

  test.each<[string, ParameterRules]>([
    ['freeze: "n.mean" is frozen, and "n.variance" of the same batch normalisation is not', { freeze: ["n.mean"] }],
    ['freeze: "n.variance" is frozen, and "n.mean" of', { freeze: ["n.variance"] }],
    ['train: "n.variance" is a running statistic', { train: ["n.variance"] }],
    ['share: "n.variance" is a running statistic', { share: [["n.scale", "n.variance"]] }],
    ['share: "n.bias" and "n.scale" are to be one, and only "n.bias" is frozen', { share: [["n.scale", "n.bias"]], freeze: ["n.bias"] }], // prettier-ignore
  ])("%s: such a rule is refused", (message, parameters) => {
    const fault = expect.objectContaining({ code: "option-invalid", message: expect.stringContaining(message) });
    expect(() => inspectModel(normalising(own), { parameters })).toThrow(fault);
  });

  test("stay what they are where all is to be trained", () => {
    const { initializers } = inspectModel(normalising(own), { parameters: { train: ["*"] } });
    const kinds = initializers.map(({ role }) => role.kind);
    expect(kinds).toEqual(["trained", "trained", "statistic", "statistic"]);
  });
});
