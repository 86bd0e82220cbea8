import { Fault, rootKey } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model } from "../graph/graph.ts";
import { conv2d } from "./convolution.ts";
import { dense } from "./dense.ts";
import type { Layer } from "./layer.ts";
import { elu, flatten, leakyRelu, maxPool2d, relu, sigmoid, softplus, tanh } from "./plain-layers.ts";
import { logits, parameter } from "./run-model.ts";
import { mlp, sequential } from "./sequential.ts";

const key = rootKey(7);

describe("sequential models", () => {
  test("layers are counted by kind and their parameters named after them", () => {
    const layers = [
      conv2d({ filters: 2, kernel: 3 }),
      relu(),
      flatten(),
      dense({ units: 5 }),
      dense({ units: 3, bias: false }),
    ];
    const { graph } = sequential({ input: [1, 6, 6], layers, key });
    const shapes = [...graph.initializers].map(([name, { shape }]) => [name, shape]);
    expect(shapes).toEqual([
      ["conv1.weight", [2, 1, 3, 3]],
      ["conv1.bias", [2]],
      ["dense1.weight", [5, 32]],
      ["dense1.bias", [5]],
      ["dense2.weight", [3, 5]],
    ]);
    expect(graph.inputs).toEqual([{ name: "features", dataType: "float32", shape: ["batch", 1, 6, 6] }]);
    expect(graph.outputs).toEqual([{ name: "logits", dataType: "float32", shape: ["batch", 3] }]);
  });

  test("the same key gives the same parameters, another key others", () => {
    const build = (seed: number): Model => mlp({ inputs: 6, hidden: [4], classes: 3, key: rootKey(seed) });
    expect(build(1)).toEqual(build(1));
    expect(parameter(build(1), "dense1.weight")).not.toEqual(parameter(build(2), "dense1.weight"));
    expect(parameter(build(1), "dense1.bias")).toEqual([0, 0, 0, 0]);
  });

  test("initial weights fill their interval and stay inside", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 60 }), fc.constantFrom("he", "glorot"), (units, spread) => {
        const model = sequential({ input: [50], layers: [dense({ units, spread })], key });
        const bound = Math.sqrt(6 / (spread === "he" ? 50 : 50 + units));
        const largest = Math.max(...parameter(model, "dense1.weight").map(Math.abs));
        expect(largest).toBeLessThanOrEqual(Math.fround(bound));
        expect(largest).toBeGreaterThan(0.98 * bound);
      }),
      { numRuns: 10 },
    );
  });

  test("a dense layer computes x · Wᵀ + b", async () => {
    const model = sequential({ input: [2], layers: [dense({ units: 1 })], key });
    const [w0 = 0, w1 = 0] = parameter(model, "dense1.weight");
    const [first, second] = await logits(model, [
      [1, 2],
      [-3, 0.5],
    ]);
    expect(first).toBeCloseTo(w0 + 2 * w1, 6);
    expect(second).toBeCloseTo(-3 * w0 + 0.5 * w1, 6);
  });

  test("every layer runs, and padding keeps or cuts the size as it says", async () => {
    const activations = [relu(), leakyRelu(), sigmoid(), tanh(), softplus(), elu()];
    const layers: readonly Layer[] = [
      conv2d({ filters: 2, kernel: 4, padding: "same" }),
      ...activations,
      conv2d({ filters: 3, kernel: 3, stride: 2, bias: false }),
      maxPool2d({ size: 2 }),
      flatten(),
    ];
    const model = sequential({ input: [1, 9, 9], layers, key });
    // 9 stays 9; ⌊(9 − 3) ÷ 2⌋ + 1 = 4; 4 ÷ 2 = 2
    expect(model.graph.outputs[0]?.shape).toEqual(["batch", 12]);
    expect(await logits(model, [Array.from({ length: 81 }, Math.sin)])).toHaveLength(12);
  });

  test("what cannot be built is refused with the layer and what to do", () => {
    expect(() => dense({ units: 0 })).toThrow("dense: units must be a whole number from 1 to 268435456, got 0");
    expect(() => mlp({ inputs: 2.5, hidden: [], classes: 2, key })).toThrow(Fault);
    expect(() => sequential({ input: [4], layers: [], key })).toThrow("the number of layers");
    const unflattened = (): unknown => sequential({ input: [1, 4, 4], layers: [dense({ units: 2 })], key });
    expect(unflattened).toThrow('layer "dense1" cannot take [batch, 1, 4, 4]');
    const flat = (): unknown => sequential({ input: [16], layers: [conv2d({ filters: 2, kernel: 3 })], key });
    expect(flat).toThrow('layer "conv1" cannot take [batch, 16]');
  });

  test.each<[string, () => unknown]>([
    ["units", () => dense({ units: 1e9 })],
    ["filters", () => conv2d({ filters: 1e9, kernel: 1 })],
    ["kernel", () => conv2d({ filters: 1, kernel: 1e9 })],
  ])("a layer whose %s alone make it too large is refused when it is made", (option, make) => {
    expect(make).toThrow(expect.objectContaining({ code: "option-invalid" }));
    expect(make).toThrow(`${option} must be a whole number from 1 to 268435456, got 1000000000`);
  });

  test("a model that is too large is refused, with its size and what decided it, before a weight is drawn", () => {
    // 784 · 10⁶ + 10⁶ in the first layer, 10⁶ · 10⁶ + 10⁶ in the second, 10⁶ · 10 + 10 in the last
    const large = (): unknown => mlp({ inputs: 784, hidden: [1e6, 1e6], classes: 10, key });
    expect(large).toThrow(
      expect.objectContaining({
        code: "option-invalid",
        message:
          "with hidden [1000000, 1000000] a model for examples of [784] would have 1000796000010 parameters, " +
          "and 268435456 is the most",
        remedy: "Use fewer units, filters or layers, or smaller examples.",
      }),
    );
  });

  test("sizes that no computer can count exactly are refused just so", () => {
    const layers = [conv2d({ filters: 2 ** 28, kernel: 2 ** 28, padding: "same" })];
    expect(() => sequential({ input: [2 ** 28, 1, 1], layers, key })).toThrow(
      "with these layers a model for examples of [268435456, 1, 1]",
    );
  });

  test("a window that is larger than its input is refused", () => {
    const layers = [conv2d({ filters: 2, kernel: 5 }), flatten(), dense({ units: 2 })];
    const build = (): unknown => sequential({ input: [1, 4, 4], layers, key });
    expect(build).toThrow('layer "conv1": a window of 5 × 5 does not fit into 4 × 4 cells');
  });
});
