import { expression, Fault } from "@potluck/core";
import { describe, expect, test } from "vitest";
import type { TensorType } from "../graph/graph-builder.ts";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { expressionLoss } from "./expression-loss.ts";
import { huber } from "./huber.ts";
import { meanSquaredError } from "./mean-squared-error.ts";
import { nextToken } from "./next-token.ts";
import { softCrossEntropy } from "./soft-cross-entropy.ts";

const { multiply, square, subtract, tensor } = expression;

const batchOf = (...sizes: readonly number[]): TensorType => ({ dataType: "float32", shape: ["batch", ...sizes] });
const whole = (...sizes: readonly number[]): TensorType => ({ dataType: "int64", shape: ["batch", ...sizes] });

describe("the targets that an objective asks for", () => {
  test.each<readonly [string, TensorType | null, TensorType | null]>([
    ["labels of examples", crossEntropy().targets(batchOf(10), batchOf(4)), whole()],
    ["labels of steps", crossEntropy().targets(batchOf(7, 10), batchOf(4)), whole(7)],
    ["probabilities", softCrossEntropy().targets(batchOf(10), batchOf(4)), batchOf(10)],
    ["none for text", nextToken().targets(batchOf(7, 10), whole(7)), null],
    ["numbers like the output", meanSquaredError().targets(batchOf(2, 3), batchOf(4)), batchOf(2, 3)],
    ["one number for each example", huber().targets(batchOf(), batchOf(4)), batchOf()],
  ])("%s", (_, asked, expected) => {
    expect(asked).toEqual(expected);
  });

  test("class labels have a range", () => {
    expect(crossEntropy().labels?.(batchOf(10))).toEqual({ classes: 10, ignored: null });
    expect(nextToken({ ignoreIndex: 0 }).labels?.(batchOf(7, 65))).toEqual({ classes: 65, ignored: 0 });
    expect([softCrossEntropy(), binaryCrossEntropy(), huber()].map(({ labels: range }) => range)).toEqual(
      Array(3).fill(undefined),
    );
  });
});

describe("refusals", () => {
  const features = batchOf(4);

  test.each<readonly [string, () => unknown, string]>([
    ["one score only", () => crossEntropy().targets(batchOf(), features), "float32[batch, …, classes]"],
    [
      "an unknown number of classes",
      () => crossEntropy().targets({ dataType: "float32", shape: ["batch", "classes"] }, features),
      "the output of the model is float32[batch, classes]",
    ],
    ["one class", () => crossEntropy().targets(batchOf(1), features), "chooses between 2 classes or more"],
    ["probabilities of one class", () => softCrossEntropy().targets(batchOf(1), features), "2 classes or more"],
    ["labels for scores", () => softCrossEntropy().targets(whole(3), features), "is int64[batch, 3]"],
    ["text without time", () => nextToken().targets(batchOf(65), whole(7)), "float32[batch, time, vocabulary]"],
    ["text that is no tokens", () => nextToken().targets(batchOf(7, 65), batchOf(7)), "features are float32[batch, 7]"],
    ["scores for other places", () => nextToken().targets(batchOf(7, 65), whole(8)), "a token for each of [batch, 7]"],
    ["whole numbers", () => meanSquaredError().targets(whole(3), features), "floats of 32 or 64 bits"],
    [
      "half precision",
      () => huber().targets({ dataType: "float16", shape: ["batch", 3] }, features),
      'the loss "huber" scores floats',
    ],
    ["no batch", () => binaryCrossEntropy().targets({ dataType: "float32", shape: [] }, features), "is float32[]"],
    ["too much smoothing", () => crossEntropy({ labelSmoothing: 1.5 }), "labelSmoothing must be a number ≥ 0 and ≤ 1"],
    ["half a label", () => nextToken({ ignoreIndex: 0.5 }), "ignoreIndex must be a whole number, or null for none"],
    ["delta 0", () => huber({ delta: 0 }), 'loss "huber": delta must be a number > 0, got 0'],
    ["an unknown tensor", () => expressionLoss(subtract(tensor("output"), tensor("label"))), 'the tensor "label"'],
    ["the step", () => expressionLoss(multiply(tensor("output"), expression.step)), "uses the step"],
    ["an expression without the output", () => expressionLoss(square(tensor("target"))), "nothing can be learned"],
  ])("%s", (_, attempt, message) => {
    expect(attempt).toThrow(Fault);
    expect(attempt).toThrow(message);
  });
});
