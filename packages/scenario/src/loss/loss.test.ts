import { createEvaluator, mlp } from "@potluck/engine";
import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import * as losses from "./index.ts";
import { binaryCrossEntropy, crossEntropy, huber, meanSquaredError } from "./index.ts";
import type { Loss } from "./loss.ts";

const made: readonly (readonly [string, Loss])[] = Object.values(losses).map((factory) => [
  factory.definition.name,
  factory.parse({}),
]);

describe.each(made)("the loss %s", (name, { objective, targetKind, hasAccuracy, isSquaredError }) => {
  test("has the name of the engine's objective", () => {
    expect(objective.part.name).toBe(name);
  });

  test("says what it compares with, and whether there is an accuracy, as its objective does", () => {
    expect(targetKind).toBe(objective.labels === undefined ? "numbers" : "classes");
    expect(hasAccuracy).toBe(objective.ranks !== undefined);
    expect(isSquaredError).toBe(name === "mean-squared-error");
  });
});

/** The mean loss of two examples of which a model says 2 and −0.5, or the scores (2, 0) and (−0.5, 0). */
async function lossOf({ objective }: Loss, targets: readonly number[]): Promise<number> {
  const classes = objective.labels === undefined ? 1 : 2;
  const model = mlp({ inputs: 1, hidden: [], classes, key: rootKey(1) });
  const params = classes === 1 ? Float32Array.of(1, 0) : Float32Array.of(1, 0, 0, 0);
  const evaluator = await createEvaluator({ model, objective });
  const { lossSum, weightSum } = await evaluator.evaluate({ params, features: Float32Array.of(2, -0.5), targets });
  await evaluator.close();
  return lossSum / weightSum;
}

test("the mean squared error of 2 for 1 and of −0.5 for 1 is (1 + 2.25) / 2", async () => {
  expect(await lossOf(meanSquaredError(), [1, 1])).toBeCloseTo(1.625, 6);
});

test("the Huber loss is half the square up to δ and linear beyond: (1² / 2 + 1 · (1.5 − ½)) / 2 at δ = 1", async () => {
  expect(await lossOf(huber(), [1, 1])).toBeCloseTo(0.75, 6);
  // δ = ½: (½ (1 − ¼) + ½ (1.5 − ¼)) / 2
  expect(await lossOf(huber({ delta: 0.5 }), [1, 1])).toBeCloseTo(0.5, 6);
});

test("binary cross-entropy is −ln of the probability of what is right", async () => {
  const expected = (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(-0.5))) / 2;
  expect(await lossOf(binaryCrossEntropy(), [1, 0])).toBeCloseTo(expected, 6);
});

test("cross-entropy is −ln of the probability of the right class, of which label smoothing takes its share", async () => {
  const [right, wrong] = [Math.log1p(Math.exp(-2)), Math.log1p(Math.exp(2))];
  const [second, other] = [Math.log1p(Math.exp(-0.5)), Math.log1p(Math.exp(0.5))];
  expect(await lossOf(crossEntropy(), [0, 1])).toBeCloseTo((right + second) / 2, 6);
  // ε = 0.2 over two classes: 0.9 of the right one and 0.1 of the other
  const smoothed = (0.9 * right + 0.1 * wrong + 0.9 * second + 0.1 * other) / 2;
  expect(await lossOf(crossEntropy({ labelSmoothing: 0.2 }), [0, 1])).toBeCloseTo(smoothed, 6);
});

test("options out of range are refused", () => {
  expect(() => huber({ delta: 0 })).toThrow('loss "huber": delta must be a number > 0 and ≤ 1000000, got 0');
  expect(() => crossEntropy({ labelSmoothing: 2 })).toThrow('loss "cross-entropy": labelSmoothing must be');
});
