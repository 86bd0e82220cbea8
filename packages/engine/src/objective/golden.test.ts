/**
 * Losses and gradients against PyTorch 2.13: `cross_entropy`, `binary_cross_entropy_with_logits`, `mse_loss` and
 * `huber_loss` in float64, with reduction "mean".
 *
 * @module
 */
import { describe, expect, test } from "vitest";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { huber } from "./huber.ts";
import { meanSquaredError } from "./mean-squared-error.ts";
import { nextToken } from "./next-token.ts";
import type { Objective } from "./objective.ts";
import { type Numbers, type ObjectiveCase, runObjective } from "./run-objective.ts";
import { softCrossEntropy } from "./soft-cross-entropy.ts";

function numbers(shape: readonly number[], values: readonly number[]): Numbers {
  return { shape, values };
}

/** Four examples with three classes. */
const scores = numbers([4, 3], [1.5, -0.5, 2, 0.25, 3, -1, -2, 0, 1, 0.5, 0.5, 0.5]);
const sequences = numbers([2, 2, 3], [1, -1, 0.5, 0, 2, -0.5, 3, 1, 2, -1, -1.5, 0.25]);
const texts = numbers([2, 3, 3], [1, -1, 0.5, 0, 2, -0.5, 0.3, 0.1, -0.2, 3, 1, 2, -1, -1.5, 0.25, 1, 1, 2]);
const tokens = numbers([2, 3], [0, 2, 1, 1, 0, 2]);
const logits = numbers([4, 3], [1.5, -0.5, 0, 0.25, 3, -1, -20, 30, 1, 0.5, 0, -100]);
const values = numbers([4, 3], [1, -1, 2, 0, 3, -4, 0.5, 0, 1, 0.5, 2, 0]);

interface Golden {
  readonly objective: Objective;
  readonly given: ObjectiveCase;
  readonly loss: number;
  readonly gradient: readonly number[];
}

const cases: Readonly<Record<string, Golden>> = {
  "cross-entropy": {
    objective: crossEntropy(),
    given: { output: scores, targets: numbers([4], [2, 0, 1, 2]) },
    loss: 1.4501424,
    gradient: [
      0.08979703, 0.01215271, -0.1019497, -0.2352326, 0.2310016, 0.004230942, 0.008779757, -0.1851259, 0.1763461,
      0.08333333, 0.08333333, -0.1666667,
    ],
  },
  "cross-entropy with label smoothing 0.1": {
    objective: crossEntropy({ labelSmoothing: 0.1 }),
    given: { output: scores, targets: numbers([4], [2, 0, 1, 2]) },
    loss: 1.4709758,
    gradient: [
      0.08146369, 0.003819373, -0.08528307, -0.2185659, 0.2226683, -0.004102391, 0.0004464234, -0.1684592, 0.1680128,
      0.075, 0.075, -0.15,
    ],
  },
  "cross-entropy that ignores -100": {
    objective: crossEntropy({ ignoreIndex: -100 }),
    given: { output: scores, targets: numbers([4], [2, -100, 1, -100]) },
    loss: 0.93646064,
    gradient: [0.1795941, 0.02430541, -0.2038995, 0, 0, 0, 0.01755951, -0.3702518, 0.3526923, 0, 0, 0],
  },
  "cross-entropy that ignores a class": {
    objective: crossEntropy({ ignoreIndex: 2 }),
    given: { output: scores, targets: numbers([4], [2, 0, 1, 2]) },
    loss: 2.0890242,
    gradient: [0, 0, 0, -0.4704651, 0.4620032, 0.008461884, 0.01755951, -0.3702518, 0.3526923, 0, 0, 0],
  },
  "cross-entropy that ignores -100, with label smoothing 0.2": {
    objective: crossEntropy({ ignoreIndex: -100, labelSmoothing: 0.2 }),
    given: { output: scores, targets: numbers([4], [2, -100, 1, -100]) },
    loss: 1.069794,
    gradient: [0.1462607, -0.009027921, -0.1372328, 0, 0, 0, -0.01577382, -0.3035851, 0.3193589, 0, 0, 0],
  },
  "cross-entropy of sequences that ignores -1": {
    objective: crossEntropy({ ignoreIndex: -1 }),
    given: { output: sequences, targets: numbers([2, 2], [0, 2, 1, -1]) },
    loss: 1.8864323,
    gradient: [
      -0.1419677, 0.02589853, 0.1160691, 0.03705521, 0.273803, -0.3108582, 0.221747, -0.3033231, 0.08157616, 0, 0, 0,
    ],
  },
  "cross-entropy against probabilities": {
    objective: softCrossEntropy(),
    given: { output: scores, targets: numbers([4, 3], [0.7, 0.2, 0.1, 0, 1, 0, 0.5, 0.25, 0.25, 0.1, 0.1, 0.8]) },
    loss: 1.1626424,
    gradient: [
      -0.08520297, -0.03784729, 0.1230503, 0.01476744, -0.01899838, 0.004230942, -0.1162202, 0.002374115, 0.1138461,
      0.05833333, 0.05833333, -0.1166667,
    ],
  },
  "cross-entropy of the next token": {
    objective: nextToken(),
    given: { output: texts, features: tokens },
    loss: 0.50948108,
    gradient: [
      0.1435242, 0.01942389, -0.1629481, 0.02779141, -0.04464775, 0.01685634, 0, 0, 0, -0.08368976, 0.02250764,
      0.06118212, 0.04904968, 0.02975013, -0.07879981, 0, 0, 0,
    ],
  },
  "cross-entropy of the next token that ignores token 0": {
    objective: nextToken({ ignoreIndex: 0 }),
    given: { output: texts, features: tokens },
    loss: 0.54343945,
    gradient: [
      0.1913657, 0.02589853, -0.2172642, 0.03705521, -0.05953033, 0.02247512, 0, 0, 0, 0, 0, 0, 0.06539957, 0.03966684,
      -0.1050664, 0, 0, 0,
    ],
  },
  "binary cross-entropy": {
    objective: binaryCrossEntropy(),
    given: { output: logits, targets: numbers([4, 3], [1, 0, 0.25, 0, 1, 1, 0.5, 0, 1, 1, 0, 0]) },
    loss: 3.753076,
    gradient: [
      -0.01520213, 0.03146172, 0.02083333, 0.04684804, -0.003952156, -0.06092155, -0.04166667, 0.08333333, -0.02241179,
      -0.03146172, 0.04166667, 0,
    ],
  },
  "squared error": {
    objective: meanSquaredError(),
    given: { output: scores, targets: values },
    loss: 1.5260417,
    gradient: [0.08333333, 0.08333333, 0, 0.04166667, 0, 0.5, -0.4166667, 0, 0, 0, -0.25, 0.08333333],
  },
  "Huber loss": {
    objective: huber(),
    given: { output: scores, targets: values },
    loss: 0.4921875,
    gradient: [0.04166667, 0.04166667, 0, 0.02083333, 0, 0.08333333, -0.08333333, 0, 0, 0, -0.08333333, 0.04166667],
  },
  "Huber loss with delta 0.5": {
    objective: huber({ delta: 0.5 }),
    given: { output: scores, targets: values },
    loss: 0.29427083,
    gradient: [0.04166667, 0.04166667, 0, 0.02083333, 0, 0.04166667, -0.04166667, 0, 0, 0, -0.04166667, 0.04166667],
  },
};

describe("loss and gradient are PyTorch's", () => {
  test.each(Object.entries(cases))("%s", async (_, { objective, given, loss, gradient }) => {
    const outcome = await runObjective(objective, given);
    expect(outcome.mean).toBeCloseTo(loss, 6);
    expect(outcome.gradient).toHaveLength(gradient.length);
    gradient.forEach((value, at) => expect(outcome.gradient[at]).toBeCloseTo(value, 6));
  });
});
