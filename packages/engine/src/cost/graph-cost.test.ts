import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { conv2d } from "../builder/convolution.ts";
import { flatten, maxPool2d, relu } from "../builder/plain-layers.ts";
import { mlp, sequential } from "../builder/sequential.ts";
import { dense } from "../builder/dense.ts";
import { standardModel } from "../graph/standard-model.ts";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { derive } from "../training/derivation.ts";
import { costOf } from "./graph-cost.ts";

const key = rootKey(1);

describe("costs", () => {
  test("a small perceptron, counted by hand", () => {
    const { graph } = mlp({ inputs: 4, hidden: [3], classes: 2, key });
    // 4·3 + 3·2 products and sums, 3 activations; 4·3 + 3 + 3·2 + 2 parameters; 3 + 3 + 2 values
    const byHand = {
      flops: 2 * 18 + 3,
      parameterCount: 23,
      parameterBytes: 92,
      activationElements: 8,
      activationBytes: 32,
      // the first layer's 3 and the activations' 3 at the same time
      peakActivationBytes: 24,
      // Gemm reads 4 + 12 + 3 and writes 3, the activation 3 and 3, Gemm 3 + 6 + 2 and 2
      bytesMoved: 4 * (22 + 6 + 13),
    };
    expect(costOf(graph)).toEqual(byHand);
    expect(costOf(graph, { batch: 10 }).flops).toBe(10 * byHand.flops);
  });

  test("the convolutional network of the first paper on federated averaging has 1,663,370 parameters", () => {
    const convolution = (filters: number) => [
      conv2d({ filters, kernel: 5, padding: "same" }),
      relu(),
      maxPool2d({ size: 2 }),
    ];
    const layers = [
      ...convolution(32),
      ...convolution(64),
      flatten(),
      dense({ units: 512 }),
      relu(),
      dense({ units: 10 }),
    ];
    const { graph } = sequential({ input: [1, 28, 28], layers, key });
    const cost = costOf(graph);
    expect(cost.parameterCount).toBe(1_663_370);
    // 2 · (784·25·32 + 196·800·64 + 3136·512 + 512·10) in the products alone
    expect(cost.flops).toBeGreaterThan(24_547_328);
    expect(cost.flops).toBeLessThan(1.01 * 24_547_328);
  });

  test("a step of training costs three times the forward pass, less the gradient for the input", () => {
    const { graph } = mlp({ inputs: 50, hidden: [100, 100], classes: 10, key });
    const derived = derive(standardForm(standardModel(graph)), crossEntropy());
    const [forward, training] = [costOf(graph, 32).flops, costOf(derived.model.graph, 32).flops];
    const withoutInput = 3 * forward - 32 * 2 * 50 * 100;
    expect(training).toBeGreaterThan(0.95 * withoutInput);
    expect(training).toBeLessThan(1.05 * withoutInput);
  });

  test("a dimension whose size nobody gave is named", () => {
    const { graph } = mlp({ inputs: 4, hidden: [], classes: 2, key });
    expect(() => costOf(graph, { time: 3 })).toThrow('the size of dimension "batch"');
  });
});
