import { describe, expect, test } from "vitest";
import { gradientError } from "../../differentiate/check-gradient.ts";
import { type Attributes, int } from "../../graph/attributes.ts";
import type { Attribute } from "../../graph/graph.ts";
import { tensorOf } from "../../graph/tensors.ts";
import { appended, importError, integerSample, modelOf, nodeOf, normalSample, type Samples } from "../check-rewrite.ts";
import { expanded } from "../rewrite.ts";

const text = (value: string): Attribute => ({ kind: "string", value });

/** Of scores [4, 3] or [2, 3, 4] with these labels, and weights of the three classes or none. */
interface Use {
  readonly labels: readonly number[];
  readonly places?: boolean;
  readonly weighted?: boolean;
  readonly attributes?: Attributes;
}

const uses: Readonly<Record<string, Use>> = {
  "the mean": { labels: [0, 2, 1, 1] },
  "the sum": { labels: [0, 2, 1, 1], attributes: { reduction: text("sum") } },
  "each loss by itself": { labels: [0, 2, 1, 1], attributes: { reduction: text("none") } },
  "weights of classes": { labels: [0, 2, 1, 1], weighted: true },
  "labels that are ignored": { labels: [0, -100, 1, -100], attributes: { ignore_index: int(-100) } },
  "both, at many places": {
    labels: [0, 1, 2, 0, 1, 2, 1, 1],
    places: true,
    weighted: true,
    attributes: { ignore_index: int(1) },
  },
  "both, each loss by itself": {
    labels: [0, 1, 2, 1],
    weighted: true,
    attributes: { ignore_index: int(2), reduction: text("none") },
  },
};

const weightsOfClasses = [0.5, 1, 2];
const scoresShape = ({ places = false }: Use): readonly number[] => (places ? [2, 3, 4] : [4, 3]);
const labelsShape = ({ places = false }: Use): readonly number[] => (places ? [2, 4] : [4]);

describe.each(["SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"])("%s", (operator) => {
  test.each(Object.entries(uses))("%s: what ONNX Runtime gives", async (_, use) => {
    const shape = scoresShape(use);
    const inputs: Samples = {
      x: normalSample("x", shape),
      labels: integerSample(labelsShape(use), use.labels),
      ...(use.weighted === true ? { w: { ...normalSample("w", [3]), values: weightsOfClasses } } : {}),
    };
    const shapes = { x: ["batch", ...shape.slice(1)], labels: ["batch", ...labelsShape(use).slice(1)] };
    const outputs = operator === "SoftmaxCrossEntropyLoss" ? ["y", "logarithms"] : ["y"];
    const nodes = [nodeOf(operator, Object.keys(inputs), outputs, use.attributes)];
    expect(await importError({ operatorSet: 17, inputs, shapes, nodes, outputs })).toBeLessThan(1e-6);
  });

  test.each(Object.entries(uses))("%s: the gradient that central differences give", async (_, use) => {
    const weights = use.weighted === true ? { w: [3] } : {};
    const error = await gradientError({
      inputs: { x: scoresShape(use), ...weights },
      values: use.weighted === true ? { w: weightsOfClasses } : {},
      build: (graph) => {
        const labels = graph.constant(tensorOf("int64", labelsShape(use), use.labels));
        const node = nodeOf(operator, ["x", labels, ...Object.keys(weights)], ["y"], use.attributes);
        return appended(graph, node)[0] ?? "";
      },
    });
    expect(error).toBeLessThan(1e-7);
  });
});

test("a reduction of another name is refused", () => {
  const inputs = { x: normalSample("x", [4, 3]), labels: integerSample([4], [0, 1, 2, 0]) };
  const nodes = [nodeOf("NegativeLogLikelihoodLoss", ["x", "labels"], ["y"], { reduction: text("median") })];
  const model = modelOf({ operatorSet: 18, inputs, nodes, outputs: ["y"] });
  expect(() => expanded(model)).toThrow('node "y" (NegativeLogLikelihoodLoss): the reduction "median" is not one of');
});
