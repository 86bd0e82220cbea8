import { expression } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradientError } from "../differentiate/check-gradient.ts";
import { appendGradients } from "../differentiate/differentiate.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphBuilder, TensorType } from "../graph/graph-builder.ts";
import { tensorOf } from "../graph/tensors.ts";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { expressionLoss } from "./expression-loss.ts";
import { huber } from "./huber.ts";
import { meanSquaredError } from "./mean-squared-error.ts";
import { nextToken } from "./next-token.ts";
import { meanLoss, type Objective } from "./objective.ts";
import { type Numbers, type ObjectiveCase, objectiveGraph, runObjective } from "./run-objective.ts";
import { softCrossEntropy } from "./soft-cross-entropy.ts";

const { abs, add, maximum, multiply, power, square, subtract, tensor } = expression;

/** A squared error that grows with |t| and is never below 0.01. */
const ownLoss = expressionLoss(
  maximum(
    multiply(add(1, power(abs(tensor("target")), 0.5)), square(subtract(tensor("output"), tensor("target")))),
    0.01,
  ),
);

/** How numbers are drawn for an objective. */
interface Subject {
  readonly objective: Objective;
  readonly given: fc.Arbitrary<ObjectiveCase>;
  /** The element type in which its gradient is checked: ONNX Runtime has OneHot in float32 only. */
  readonly precision: "float32" | "float64";
}

function numbers(shape: readonly number[], element: fc.Arbitrary<number>): fc.Arbitrary<Numbers> {
  const length = shape.reduce((product, size) => product * size, 1);
  return fc
    .array(element, { minLength: length, maxLength: length })
    .map((values): Numbers => ({ shape: [...shape], values }));
}

/** Multiples of 1/16, so that no error comes within a step of where a loss has its kink (δ = 0.3). */
const grid = fc.integer({ min: -60, max: 60 }).map((sixteenths) => sixteenths / 16);
const share = fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8);
const shape = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 5 }));

function elements(objective: Objective, target: fc.Arbitrary<number>): Subject {
  const given = shape.chain((sizes) => fc.record({ output: numbers(sizes, grid), targets: numbers(sizes, target) }));
  return { objective, given, precision: "float64" };
}

/** Labels for [batch, classes] or [batch, time, classes], some of them `ignored`. */
function labels(objective: Objective, ignored: number | null = null): Subject {
  const given = fc.tuple(shape, fc.boolean()).chain(([[batch, time, classes], isSequence]) => {
    const scored = isSequence ? [batch, time] : [batch];
    const label = fc.nat(classes - 1);
    return fc.record({
      output: numbers([...scored, classes], grid),
      targets: numbers(scored, ignored === null ? label : fc.oneof(label, fc.constant(ignored))),
    });
  });
  return { objective, given, precision: "float32" };
}

function texts(objective: Objective): Subject {
  const given = shape.chain(([batch, time, classes]) =>
    fc.record({
      output: numbers([batch, time + 1, classes], grid),
      features: numbers([batch, time + 1], fc.nat(classes - 1)),
    }),
  );
  return { objective, given, precision: "float32" };
}

const subjects: Readonly<Record<string, Subject>> = {
  crossEntropy: labels(crossEntropy()),
  "crossEntropy, smooth": labels(crossEntropy({ labelSmoothing: 0.25 })),
  "crossEntropy that ignores -1": labels(crossEntropy({ ignoreIndex: -1 }), -1),
  "crossEntropy that ignores 0": labels(crossEntropy({ ignoreIndex: 0 })),
  "crossEntropy, smooth, that ignores -100": labels(crossEntropy({ ignoreIndex: -100, labelSmoothing: 0.5 }), -100),
  softCrossEntropy: elements(softCrossEntropy(), share),
  nextToken: texts(nextToken()),
  "nextToken that ignores 0": texts(nextToken({ ignoreIndex: 0 })),
  binaryCrossEntropy: elements(binaryCrossEntropy(), share),
  meanSquaredError: elements(meanSquaredError(), grid),
  huber: elements(huber({ delta: 0.3 }), grid),
  "an expression": elements(ownLoss, grid),
};

/** Appends the mean loss of the value "output" against constants. */
function appendMean(graph: GraphBuilder, objective: Objective, { targets, features, output }: ObjectiveCase): string {
  const { dataType } = graph.typeOf("output");
  const type = objective.targets({ dataType: "float32", shape: output.shape }, featuresType(features));
  const targetType = type?.dataType === "int64" ? "int64" : dataType;
  return meanLoss(graph, objective, {
    output: "output",
    targets: targets === undefined ? null : graph.constant(tensorOf(targetType, targets.shape, targets.values)),
    features: features === undefined ? "" : graph.constant(tensorOf("int64", features.shape, features.values)),
  });
}

function featuresType(features: Numbers | undefined): TensorType {
  return { dataType: "int64", shape: features?.shape ?? [] };
}

/** How closely gradients must agree with central differences, in each element type. */
const CHECKS = {
  // Rounding alone: the losses are smooth within the step.
  float64: { step: 1e-5, tolerance: 1e-8 },
  // Rounding, 2^-24 · 8 ÷ 2h, and h² times a sixth of the third derivative, which is at most 0.1: 3e-5 each.
  float32: { step: 1 / 64, tolerance: 1e-4 },
} as const;

/** The largest error of the gradient of `build`, a function of the value "output", in a few cases of a subject. */
async function largestError(
  { objective, given, precision }: Subject,
  build: (graph: GraphBuilder, mean: string) => string,
): Promise<number> {
  let largest = 0;
  for (const drawn of fc.sample(given, { numRuns: 4, seed: 11 })) {
    const error = await gradientError({
      inputs: { output: drawn.output.shape },
      values: { output: drawn.output.values },
      build: (graph) => build(graph, appendMean(graph, objective, drawn)),
      precision,
      step: CHECKS[precision].step,
    });
    largest = Math.max(largest, error);
  }
  return largest;
}

describe.each(Object.entries(subjects))("%s", (_, subject) => {
  const { objective, given, precision } = subject;

  test("the mean is Σ losses ÷ Σ weights, and what does not count adds nothing", async () => {
    await fc.assert(
      fc.asyncProperty(given, async (drawn) => {
        const { mean, plainMean, losses, weights } = await runObjective(objective, drawn);
        const counted = weights ?? losses.map(() => 1);
        const [sum, count] = [losses, counted].map((all) => all.reduce((total, value) => total + value, 0));
        expect(counted).toHaveLength(losses.length);
        losses.forEach((loss, at) => expect(counted[at] === 0 ? loss : 0).toBeCloseTo(0, 10));
        const byHand = (sum ?? 0) / Math.max(count ?? 0, 1);
        // Rounding: sums of up to 60 losses in float32.
        const tolerance = 4e-6 * Math.max(1, byHand);
        expect(Math.abs(mean - byHand)).toBeLessThan(tolerance);
        expect(Math.abs(plainMean - byHand)).toBeLessThan(tolerance);
      }),
      { numRuns: 15 },
    );
  });

  test("its gradient agrees with central differences", async () => {
    expect(await largestError(subject, (_graph, mean) => mean)).toBeLessThan(CHECKS[precision].tolerance);
  });

  test("so does the gradient of its gradient", async () => {
    const error = await largestError(
      subject,
      (graph, mean) => appendGradients(graph, { output: mean, withRespectTo: ["output"] }).get("output") ?? "",
    );
    expect(error).toBeLessThan(CHECKS[precision].tolerance);
  });

  test("its part is plain data", () => {
    expect(JSON.parse(JSON.stringify(objective.part))).toEqual(objective.part);
  });
});

describe("cross-entropy", () => {
  test("loss, gradient and ranks of two examples, by hand", async () => {
    const output = { shape: [2, 3], values: [0, Math.log(2), 0, 1, 1, 1] };
    const found = await runObjective(crossEntropy(), { output, targets: { shape: [2], values: [1, 0] } });
    // softmax: (1, 2, 1) ÷ 4 and (1, 1, 1) ÷ 3; the loss is (ln 2 + ln 3) ÷ 2. Of the three equal scores the first is
    // taken for the largest, so both are right.
    expect(found.mean).toBeCloseTo((Math.log(2) + Math.log(3)) / 2, 6);
    expect(found.ranks).toEqual([0, 0]);
    const byHand = [1 / 8, -2 / 8, 1 / 8, -1 / 3, 1 / 6, 1 / 6];
    byHand.forEach((value, at) => expect(found.gradient[at]).toBeCloseTo(value, 6));
  });

  test("scores far apart give a finite loss and gradient", async () => {
    const output = { shape: [1, 3], values: [1000, -1000, 0] };
    const found = await runObjective(crossEntropy(), { output, targets: { shape: [1], values: [1] } });
    expect(found.mean).toBe(2000);
    expect(found.gradient).toEqual([1, -1, 0]);
  });
});

describe("where nothing counts", () => {
  test.each<readonly [string, Objective, ObjectiveCase]>([
    [
      "crossEntropy",
      crossEntropy({ ignoreIndex: -100 }),
      { output: { shape: [1, 2], values: [1, 2] }, targets: { shape: [1], values: [-100] } },
    ],
    [
      "crossEntropy, smooth",
      crossEntropy({ ignoreIndex: -100, labelSmoothing: 0.1 }),
      { output: { shape: [1, 2], values: [1, 2] }, targets: { shape: [1], values: [-100] } },
    ],
    [
      "nextToken",
      nextToken(),
      { output: { shape: [1, 1, 2], values: [1, 2] }, features: { shape: [1, 1], values: [1] } },
    ],
  ])("loss and gradient of %s are 0", async (_, objective, given) => {
    const { mean, gradient } = await runObjective(objective, given);
    expect(mean).toBeCloseTo(0, 10);
    gradient.forEach((value) => expect(value).toBeCloseTo(0, 10));
  });
});

test.each([1e4, -1e4])("a logit of %s gives a finite loss and gradient", async (logit) => {
  const given = { output: { shape: [1, 2], values: [logit, 0] }, targets: { shape: [1, 2], values: [1, 0.5] } };
  const { losses, gradient } = await runObjective(binaryCrossEntropy(), given);
  expect(losses).toEqual([logit > 0 ? 0 : 1e4, Math.fround(Math.LN2)]);
  expect(gradient).toEqual([logit > 0 ? 0 : -0.5, 0]);
});

/** The nodes that compute something. */
function operatorsOf(graph: Graph): readonly string[] {
  return graph.nodes.map(({ operator }) => operator).filter((operator) => !["Constant", "Identity"].includes(operator));
}

function derivedOperators(objective: Objective, given: ObjectiveCase): readonly string[] {
  const [graph, scene] = objectiveGraph(objective, given);
  const output = meanLoss(graph, objective, scene);
  const gradient = appendGradients(graph, { output, withRespectTo: ["output"] }).get("output") ?? "";
  return operatorsOf(graph.build("derived", [output, gradient]));
}

describe("the number of nodes of a mean loss and its gradient", () => {
  const output = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };

  test("is eleven for cross-entropy, smooth or soft", () => {
    const counted = [crossEntropy(), crossEntropy({ labelSmoothing: 0.1 }), softCrossEntropy()].map(
      (objective) => derivedOperators(objective, { output }).length,
    );
    expect(counted).toEqual([11, 11, 11]);
  });

  test("grows by little where some labels are ignored", () => {
    const shapes = { output: { shape: [2, 3, 4], values: [] }, features: { shape: [2, 3], values: [] } };
    const counted = [crossEntropy({ ignoreIndex: -100 }), nextToken(), nextToken({ ignoreIndex: 0 })].map(
      (objective) => derivedOperators(objective, shapes).length,
    );
    expect(counted).toEqual([13, 14, 16]);
  });

  test("is small for losses of elements", () => {
    const counted = [meanSquaredError(), binaryCrossEntropy(), huber()].map(
      (objective) => derivedOperators(objective, { output }).length,
    );
    expect(counted).toEqual([8, 13, 19]);
  });
});
