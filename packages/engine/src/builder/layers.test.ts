import { Fault, rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import type { Model } from "../graph/graph.ts";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { derive } from "../training/derivation.ts";
import { type Conv2dOptions, conv2d } from "./convolution.ts";
import { dense } from "./dense.ts";
import type { InitialSpread } from "./initial-values.ts";
import type { Layer } from "./layer.ts";
import { batchNorm, groupNorm, layerNorm } from "./normalisation.ts";
import { averagePool2d, dropout, flatten, gelu, globalAveragePool2d, maxPool2d, relu6, silu } from "./plain-layers.ts";
import { logits, parameter, standardLogits, trainingLogits, withParameters } from "./run-model.ts";
import { sequential } from "./sequential.ts";

const key = rootKey(7);

function built(input: readonly number[], ...layers: readonly Layer[]): Model {
  return sequential({ input, layers, key });
}

function outputShape(input: readonly number[], layer: Layer): unknown {
  return built(input, layer).graph.outputs[0]?.shape;
}

/** Numbers that look like nothing in particular. */
function numbers(length: number): readonly number[] {
  return Array.from({ length }, (_, at) => Math.sin(3 * at + 1));
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, at) => expect(actual[at]).toBeCloseTo(value, 5));
}

describe("convolution", () => {
  test.each([
    ["padding of 1", { kernel: 3, padding: 1 }, 8],
    ["padding of 1 and a stride of 2", { kernel: 3, padding: 1, stride: 2 }, 4],
    ["no padding", { kernel: 3 }, 6],
    ["padding that keeps the size", { kernel: 4, padding: "same" }, 8],
  ] as const)("%s makes the size that PyTorch makes", (_, options, size) => {
    expect(outputShape([2, 8, 8], conv2d({ filters: 5, ...options }))).toEqual(["batch", 5, size, size]);
  });

  test.each<[string, Omit<Conv2dOptions, "filters">, readonly [number, number]]>([
    ["a kernel of 1 × 5", { kernel: [1, 5] }, [8, 4]],
    ["strides of 2 and 1", { kernel: 1, stride: [2, 1] }, [4, 8]],
    // A window of 3 cells with gaps of one reaches over 5.
    ["dilation", { kernel: 3, dilation: 2 }, [4, 4]],
    [
      "dilation of the columns, and padding that keeps the size",
      { kernel: 3, dilation: [1, 2], padding: "same" },
      [8, 8],
    ],
    ["padding of the rows", { kernel: 3, padding: [1, 0] }, [8, 6]],
  ])("%s makes the size that PyTorch makes, by row and column", (_, options, size) => {
    expect(outputShape([2, 8, 8], conv2d({ filters: 5, ...options }))).toEqual(["batch", 5, ...size]);
  });

  test("a dilated kernel of two columns adds every other cell of a row", async () => {
    const model = built([1, 2, 3], conv2d({ filters: 1, kernel: [1, 2], dilation: [1, 2], bias: false }));
    expect(model.graph.initializers.get("conv1.weight")?.shape).toEqual([1, 1, 1, 2]);
    const known = withParameters(model, { "conv1.weight": [1, 10] });
    // 1 + 10 · 3 and 4 + 10 · 6
    expect(await logits(known, [[1, 2, 3, 4, 5, 6]])).toEqual([31, 64]);
  });

  test.each<[string, object, string]>([
    ["three sizes", { kernel: [1, 2, 3] }, "conv2d: kernel must be a number or [rows, columns], got [1, 2, 3]"],
    ["a word that is no padding", { kernel: 3, padding: "full" }, '"same" or "valid", got "full"'],
    ["a gap of no cells", { kernel: 3, dilation: [1, 0] }, "conv2d: dilation must be a whole number from 1"],
    ["more padding than the window reaches over", { kernel: [1, 3], padding: [2, 2] }, "from 0 to 1, got 2"],
    ["a misspelt option", { kernel: 3, strides: 2 }, 'conv2d has no option "strides"'],
  ])("a convolution with %s is refused", (_, options, message) => {
    // oxlint-disable-next-line potluck/no-type-assertion -- what the types rule out comes from JavaScript without types
    expect(() => conv2d({ filters: 1, ...options } as never)).toThrow(message);
  });

  test("with as many groups as channels each filter sees one channel", async () => {
    const model = built([2, 1, 1], conv2d({ filters: 4, kernel: 1, groups: 2, bias: false }));
    expect(model.graph.initializers.get("conv1.weight")?.shape).toEqual([4, 1, 1, 1]);
    const known = withParameters(model, { "conv1.weight": [1, 10, 100, 1000] });
    expect(await logits(known, [[2, 3]])).toEqual([2, 20, 300, 3000]);
  });

  test("channels and filters that do not make equal groups are refused with the layer", () => {
    const message = (options: { filters: number; groups: number }) => (): unknown =>
      built([4, 3, 3], conv2d({ kernel: 1, ...options }));
    expect(message({ filters: 6, groups: 3 })).toThrow('layer "conv1": 4 channels do not make 3 equal groups');
    expect(message({ filters: 6, groups: 4 })).toThrow('layer "conv1": 6 filters do not make 4 equal groups');
    expect(() => conv2d({ filters: 1, kernel: 3, padding: -1 })).toThrow(
      "conv2d: padding must be a whole number from 0",
    );
  });
});

describe("pooling", () => {
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  test("windows may overlap and reach beyond the image, where an average counts zeros", async () => {
    const options = { size: 3, stride: 2, padding: 1 };
    expect(await logits(built([1, 3, 3], maxPool2d(options)), [image])).toEqual([5, 6, 8, 9]);
    // (1 + 2 + 4 + 5) ÷ 9, (2 + 3 + 5 + 6) ÷ 9, …
    expectClose(await logits(built([1, 3, 3], averagePool2d(options)), [image]), [12 / 9, 16 / 9, 24 / 9, 28 / 9]);
  });

  test("the global average is one number for each channel", async () => {
    const channels = [...image, ...image.map((value) => 10 * value)];
    expectClose(await logits(built([2, 3, 3], globalAveragePool2d()), [channels]), [5, 50]);
  });

  test("padding of more than half a window is refused", () => {
    expect(() => maxPool2d({ size: 3, padding: 2 })).toThrow(
      "maxPool2d: padding must be a whole number from 0 to 1, got 2",
    );
  });
});

test("gated activations and relu6 compute what their formulas say", async () => {
  const x = [-3, -0.5, 0, 0.5, 3, 9];
  const run = async (layer: Layer): Promise<readonly number[]> => logits(built([6], layer), [x]);
  expectClose(await run(relu6()), [0, 0, 0, 0.5, 3, 6]);
  expectClose(
    await run(silu()),
    x.map((value) => value / (1 + Math.exp(-value))),
  );
  // x · Φ(x), with Φ(3) = 0.9986501 and Φ(0.5) = 0.6914625
  expectClose(await run(gelu()), [-3 * 0.0013499, -0.5 * 0.3085375, 0, 0.5 * 0.6914625, 3 * 0.9986501, 9]);
  const inner = (value: number): number => Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3);
  expectClose(
    await run(gelu({ approximation: "tanh" })),
    x.map((value) => (value / 2) * (1 + Math.tanh(inner(value)))),
  );
});

describe("normalisation", () => {
  const image = [1, 3, 5, 7, 10, 10, 10, 10];

  test("of a batch in evaluation uses the statistics, which start as those of a standard normal", async () => {
    const model = built([2, 2, 2], batchNorm({ epsilon: 1 }));
    expect([...model.graph.initializers.keys()]).toEqual([
      "norm1.weight",
      "norm1.bias",
      "norm1.running_mean",
      "norm1.running_var",
    ]);
    expectClose(
      await logits(model, [image]),
      image.map((value) => value / Math.sqrt(2)),
    );
    const moved = withParameters(model, {
      "norm1.running_mean": [1, 10],
      "norm1.running_var": [3, 3],
      "norm1.bias": [0, 2],
    });
    expectClose(await logits(moved, [image]), [0, 1, 2, 3, 2, 2, 2, 2]);
  });

  test("of a batch learns its statistics with PyTorch's momentum, and does not train them", () => {
    const model = built([2, 2, 2], batchNorm({ momentum: 0.25 }), flatten(), dense({ units: 2 }));
    expect(model.graph.nodes[0]?.attributes["momentum"]).toEqual({ kind: "float", value: 0.75 });
    const { gradients, statistics } = derive(standardForm(model), crossEntropy());
    expect([...statistics.keys()]).toEqual(["norm1.running_mean", "norm1.running_var"]);
    expect([...gradients.keys()]).toEqual(["norm1.weight", "norm1.bias", "dense1.weight", "dense1.bias"]);
  });

  test("of groups of channels and of the last axis, by hand", async () => {
    // Both channels together: mean 7, variance (36 + 16 + 4 + 0 + 4 · 9) ÷ 8 = 11.5
    const root = Math.sqrt(11.5 + 4.5);
    const whole = built([2, 2, 2], groupNorm({ groups: 1, epsilon: 4.5 }));
    expectClose(
      await logits(whole, [image]),
      image.map((value) => (value - 7) / root),
    );
    // The last axis: pairs of two apart have the variance 1.
    const last = built([2, 2, 2], layerNorm({ epsilon: 3 }));
    expectClose(await logits(last, [image]), [-0.5, 0.5, -0.5, 0.5, 0, 0, 0, 0]);
    expect(last.graph.initializers.get("norm1.weight")?.shape).toEqual([2]);
  });

  test("of groups has a weight and a bias for each channel", async () => {
    const model = withParameters(built([4, 1, 2], groupNorm({ groups: 2 })), {
      "norm1.weight": [1, 2, 3, 4],
      "norm1.bias": [0, 0, 0, 100],
    });
    const [, , third = 0, , , , seventh = 0] = await logits(model, [[0, 0, 1, 1, 0, 0, 1, 1]]);
    expect(third).toBeCloseTo(2, 3);
    expect(seventh).toBeCloseTo(104, 3);
  });

  test("groups that do not divide the channels, and shapes without channels, are refused", () => {
    expect(() => built([3, 2, 2], groupNorm({ groups: 2 }))).toThrow(
      'layer "norm1": 3 channels do not make 2 equal groups',
    );
    expect(() => built([3], groupNorm({ groups: 3 }))).toThrow('layer "norm1" cannot take [batch, 3]');
    expect(() => batchNorm({ momentum: 1.5 })).toThrow("batchNorm: momentum must be a number > 0 and ≤ 1, got 1.5");
    expect(() => layerNorm({ epsilon: 0 })).toThrow("layerNorm: epsilon must be a number > 0, got 0");
  });
});

describe("dropout", () => {
  const model = built([1000], dropout({ rate: 0.25 }));
  const ones = Array.from({ length: 1000 }, () => 1);

  test("does nothing in evaluation, as it is and in standard form", async () => {
    expect(await logits(model, [ones])).toEqual(ones);
    expect(await standardLogits(model, [ones])).toEqual(ones);
  });

  test("drops its share in training, by the seed alone", async () => {
    const trained = await trainingLogits(model, [ones], 5);
    const dropped = trained.filter((value) => value === 0).length;
    // 250 ± 5 standard deviations of √(1000 · 0.25 · 0.75) = 13.7
    expect(Math.abs(dropped - 250)).toBeLessThan(69);
    expect(new Set(trained)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    expect(await trainingLogits(model, [ones], 5)).toEqual(trained);
    expect(await trainingLogits(model, [ones], 6)).not.toEqual(trained);
  });

  test("cannot drop everything", () => {
    expect(() => dropout({ rate: 1 })).toThrow("dropout: rate must be a number ≥ 0 and < 1, got 1");
  });
});

describe("dense layers and initial values", () => {
  test("a dense layer over sequences maps every place alike", async () => {
    const model = built([3, 2], dense({ units: 2 }));
    const known = withParameters(model, { "dense1.weight": [1, 2, 3, 4], "dense1.bias": [0, 10] });
    expect(known.graph.outputs[0]?.shape).toEqual(["batch", 3, 2]);
    expect(await logits(known, [[1, 0, 0, 1, 1, 1]])).toEqual([1, 13, 2, 14, 3, 17]);
  });

  test.each<[string, InitialSpread, number]>([
    ["glorot", "glorot", Math.sqrt(6 / 450)],
    ["he", "he", Math.sqrt(6 / 400)],
    ["pytorch", "pytorch", Math.sqrt(1 / 400)],
  ])("%s draws uniform weights as wide as it says", (_, spread, bound) => {
    const model = built([400], dense({ units: 50, spread }));
    const weights = parameter(model, "dense1.weight");
    expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(bound);
    const variance = weights.reduce((sum, value) => sum + value * value, 0) / weights.length;
    expect(variance / ((bound * bound) / 3)).toBeCloseTo(1, 1);
    expect(parameter(model, "dense1.bias").some((value) => value !== 0)).toBe(spread === "pytorch");
  });

  test("a deviation draws normal weights", () => {
    const weights = parameter(built([400], dense({ units: 50, spread: { deviation: 0.1 } })), "dense1.weight");
    const variance = weights.reduce((sum, value) => sum + value * value, 0) / weights.length;
    expect(variance / 0.01).toBeCloseTo(1, 1);
    expect(Math.max(...weights)).toBeGreaterThan(0.3);
    expect(() => dense({ units: 1, spread: { deviation: 0 } })).toThrow(
      "dense: the deviation of spread must be a number > 0",
    );
  });

  test("what floats a layer takes, tokens are not", () => {
    const tokens = (): unknown => sequential({ input: [4], dataType: "int64", layers: [dense({ units: 2 })], key });
    expect(tokens).toThrow(Fault);
    expect(tokens).toThrow('layer "dense1" takes float32, not int64[batch, 4]');
  });

  test("a batch of any size goes through", async () => {
    const model = built(
      [2, 4, 4],
      conv2d({ filters: 4, kernel: 3 }),
      groupNorm({ groups: 2 }),
      flatten(),
      dense({ units: 2 }),
    );
    const [one, two] = [numbers(32), numbers(64).slice(32)];
    const together = await logits(model, [one, two]);
    expectClose(together, [...(await logits(model, [one])), ...(await logits(model, [two]))]);
  });
});
