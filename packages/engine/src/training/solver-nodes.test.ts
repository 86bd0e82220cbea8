import {
  catalogue,
  evaluate,
  type Expression,
  expression,
  layoutLength,
  layoutOf,
  makePart,
  schedule,
  type Solver,
  tensorOf,
} from "@potluck/core";
import { describe, expect, test } from "vitest";
import { int } from "../graph/attributes.ts";
import type { Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { scalarTensor } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { openSession } from "../runtime/session.ts";
import { float32, int64, type Tensor, type Tensors } from "../runtime/tensor.ts";
import { appendStep } from "./solver-nodes.ts";

const {
  add,
  byLayer,
  clippedGradient,
  cosine,
  divide,
  floor,
  gradientAt,
  multiply,
  norm,
  step,
  steps,
  subtract,
  tensor,
} = expression;

/** Two tensors of unlike shapes. */
const LAYOUT = layoutOf([
  { name: "body.weight", shape: [2, 2] },
  { name: "head.bias", shape: [3] },
]);
const LENGTH = layoutLength(LAYOUT);
const STEPS = 7;
/** The loss of the tests is 1½ x², so that its gradient is 3 x. */
const SLOPE = 3;

/** Options with which every solver of the catalogue uses all of its rule. */
const solvers: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["sgd", { learningRate: 0.1 }],
  ["sgd", { learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 }],
  ["fed-prox", { mu: 0.5, learningRate: 0.1, momentum: 0.5 }],
  ["adam", { learningRate: 0.01, weightDecay: 0.1 }],
  ["sgd", { learningRate: 0.1, momentum: 0.9, clipNorm: 0.5, schedule: "cosine", warmUpSteps: 2 }],
  ["fed-prox", { mu: 0.5, learningRate: 0.1, schedule: "step", decaySteps: 2, decayFactor: 0.5 }],
  ["adam", { learningRate: 0.01, clipNorm: 100, schedule: "polynomial", decayPower: 2, decayFactor: 0.1 }],
  [
    "sgd",
    { learningRate: 0.1, weightDecay: 0.1, rules: [{ match: "*.bias", learningRateFactor: 10, weightDecay: 0 }] },
  ],
  ["adam", { learningRate: 0.1, schedule: "cosine", rules: [{ match: "head.*", learningRateFactor: 0.5 }] }],
];

function solverOf(name: string, options: Readonly<Record<string, unknown>>): Solver {
  return makePart("solver", catalogue.solver, { name, options });
}

function inputsOf({ slots }: Solver): readonly string[] {
  return ["gradient", "params", "anchor", ...slots];
}

function compiled(solver: Solver): Graph {
  const graph = graphBuilder();
  for (const name of ["finished", "steps"]) graph.input({ name, dataType: "int64", shape: [] });
  const tensors = new Map(
    LAYOUT.map(({ name, shape }) => [
      name,
      Object.fromEntries(
        inputsOf(solver).map((of) => [of, graph.input({ name: `${name}/${of}`, dataType: "float32", shape })]),
      ),
    ]),
  );
  const slope = graph.constant(scalarTensor("float32", SLOPE));
  const next = appendStep(graph, solver, {
    finishedSteps: "finished",
    stepCount: "steps",
    tensors,
    gradientAt: (params) => new Map([...params].map(([name, value]) => [name, graph.add("Mul", [value, slope])])),
    // As if the batch had one example.
    clippedGradient: (clipNorm) => {
      const bound = graph.constant(scalarTensor("float32", clipNorm));
      const gradients = [...tensors].map(([name, values]) => [name, values["gradient"] ?? ""] as const);
      const squares = gradients.map(([, value]) => graph.add("ReduceSumSquare", [value], { keepdims: int(0) }));
      const length = graph.add("Sqrt", [graph.add("Sum", squares)]);
      const factor = graph.add("Min", [graph.add("Div", [bound, length]), graph.constant(scalarTensor("float32", 1))]);
      return new Map(gradients.map(([name, value]) => [name, graph.add("Mul", [value, factor])]));
    },
  });
  const values = LAYOUT.map(({ name }) => next.get(name));
  return graph.build(
    "step",
    values.flatMap((value) => (value === undefined ? [] : [value.params, ...value.slots])),
  );
}

function operatorsOf(graph: Graph): readonly string[] {
  return graph.nodes.map(({ operator }) => operator).filter((operator) => operator !== "Constant");
}

/** Vectors for all inputs: squares, so that slots which hold second moments make sense. */
function samplesFor(solver: Solver): Readonly<Record<string, Float32Array>> {
  const vector = (seed: number) => Float32Array.from({ length: LENGTH }, (_, i) => Math.cos(i + 7 * seed) ** 2);
  return Object.fromEntries(inputsOf(solver).map((input, seed) => [input, vector(seed)]));
}

/** What the compiled step gives for the parameters and every slot. */
async function run(solver: Solver, tensors: Readonly<Record<string, Float32Array>>, finished: number) {
  const graph = compiled(solver);
  const whole = (value: number): Tensor => int64(BigInt64Array.of(BigInt(value)), []);
  const parts = LAYOUT.flatMap((slot) =>
    Object.entries(tensors).map(
      ([of, values]) => [`${slot.name}/${of}`, float32(tensorOf(values, slot), slot.shape)] as const,
    ),
  );
  const feeds: Tensors = { finished: whole(finished), steps: whole(STEPS), ...Object.fromEntries<Tensor>(parts) };
  const results = [solver.step.params, ...solver.slots].map(() => new Float32Array(LENGTH));
  const targets = LAYOUT.flatMap((slot, at) =>
    results.map((values, which) => {
      const { name = "" } = graph.outputs[at * results.length + which] ?? {};
      return [name, float32(tensorOf(values, slot), slot.shape)] as const;
    }),
  );
  const session = await openSession(writeModel(standardModel(graph)));
  await session.run(feeds, Object.fromEntries<Tensor>(targets));
  await session.close();
  return results;
}

async function expectTwin(solver: Solver): Promise<void> {
  const tensors = samplesFor(solver);
  const gradientElsewhere = (params: Float32Array): Float32Array => params.map((x) => SLOPE * x);
  for (const finished of [0, 3]) {
    const results = await run(solver, tensors, finished);
    const whole = { steps: STEPS, layout: LAYOUT, gradientAt: gradientElsewhere };
    const exampleGradients = [tensors["gradient"] ?? new Float32Array(0)];
    const bindings = { tensors, step: finished + 1, exampleGradients, ...whole };
    const rules = [solver.step.params, ...solver.slots.map((slot) => solver.step.state[slot])];
    rules.forEach((rule, at) => {
      const expected = rule === undefined ? [] : evaluate(rule, bindings, LENGTH);
      expect(expected).toHaveLength(LENGTH);
      expected.forEach((value, i) => expect(results[at]?.[i]).toBeCloseTo(value, 5));
    });
  }
}

/** A solver whose next parameters are `params`. */
function solverThat(params: Expression): Solver {
  return { slots: [], step: { params, state: {} } };
}

test("the test knows every solver of the catalogue", () => {
  const known = new Set(solvers.map(([name]) => name));
  expect(Object.values(catalogue.solver).map(({ definition }) => definition.name)).toEqual([...known].toSorted());
});

test.each(solvers)("the compiled step of %s %j is what the interpreter says", async (name, options) => {
  await expectTwin(solverOf(name, options));
});

const [params, gradient] = [tensor("params"), tensor("gradient")];
const uphill = add(params, multiply(0.05, divide(gradient, norm(gradient))));
const byName = byLayer([{ match: "head.*", value: 3 }], 2);

test.each<[string, Expression]>([
  ["sharpness-aware minimisation", subtract(params, multiply(0.1, gradientAt(uphill)))],
  ["a gradient at a gradient", gradientAt(subtract(params, gradientAt(uphill)))],
  ["a gradient where all parameters are one number", gradientAt(step)],
  ["the norm of a gradient elsewhere", multiply(params, norm(gradientAt(uphill)))],
  ["the norm of a number, which every element has", add(params, norm(2))],
  ["a norm in which layers count differently", add(params, norm(multiply(byName, gradient)))],
  ["a gradient where layers are moved differently", gradientAt(multiply(byName, params))],
  ["clipped gradients of examples", subtract(params, clippedGradient(0.5))],
  ["the norm of clipped gradients", add(params, norm(clippedGradient(0.5)))],
  ["a share of the steps", add(params, divide(step, steps))],
  ["functions of numbers", add(cosine(params), floor(multiply(5, gradient)))],
  ["a schedule", multiply(schedule.cosineDecay(0.1, schedule.after(2)), params)],
])("the compiled step is what the interpreter says of %s", async (_, next) => {
  await expectTwin(solverThat(next));
});

describe("the compiled graph", () => {
  test("computes a part that is used twice once, and numbers once for all tensors", () => {
    const operators = operatorsOf(compiled(solverOf("adam", { learningRate: 0.01 })));
    expect(operators.filter((operator) => operator === "Pow")).toHaveLength(2);
    expect(operators.filter((operator) => operator === "Cast")).toHaveLength(1);
    // For each tensor the moments are written once, although the parameters' rule uses them, too.
    expect(operators.filter((operator) => operator === "Mul")).toHaveLength(2 * 6);
  });

  test("computes a norm and a gradient elsewhere once", () => {
    const twice = add(divide(gradientAt(uphill), norm(gradient)), gradientAt(uphill));
    const products = operatorsOf(compiled(solverThat(twice))).filter((operator) => operator === "Mul");
    // For each tensor one on the way uphill and one for the gradient there.
    expect(products).toHaveLength(2 * 2);
    expect(operatorsOf(compiled(solverThat(divide(params, norm(gradient)))))).toEqual([
      "ReduceSumSquare",
      "ReduceSumSquare",
      "Sum",
      "Sqrt",
      "Div",
      "Div",
    ]);
  });

  test("has nothing of a rule for the layers that it leaves alone", () => {
    const rules = [{ match: "head.*", learningRateFactor: 0 }];
    const plain = operatorsOf(compiled(solverOf("sgd", { learningRate: 0.1 })));
    expect(plain).toEqual(["Mul", "Sub", "Mul", "Sub"]);
    expect(operatorsOf(compiled(solverOf("sgd", { learningRate: 0.1, rules })))).toEqual(["Mul", "Sub", "Identity"]);
  });

  test("is that of plain descent where every option is at its default", () => {
    const off = { clipNorm: null, schedule: "constant", warmUpSteps: 0, decaySteps: null, rules: [], weightDecay: 0 };
    for (const [name, options] of solvers.slice(0, 4)) {
      expect(compiled(solverOf(name, { ...off, ...options }))).toEqual(compiled(solverOf(name, options)));
    }
  });

  test("is that of the plain gradient where it is asked for at the parameters themselves", () => {
    const nearby = gradientAt(add(params, multiply(0, divide(gradient, norm(gradient)))));
    const descent = (direction: Expression): Solver => solverThat(subtract(params, multiply(0.1, direction)));
    expect(compiled(descent(nearby))).toEqual(compiled(descent(gradient)));
  });

  test("carries a slot that does not change, and one that is a number, in the parameters' shape", () => {
    const state = { kept: tensor("kept"), count: step } as const;
    const solver: Solver = { slots: ["kept", "count"], step: { params, state } };
    const { inputs, outputs } = compiled(solver);
    expect(outputs.map(({ shape }) => shape)).toEqual(LAYOUT.flatMap(({ shape }) => [shape, shape, shape]));
    expect(new Set([...outputs, ...inputs].map(({ name }) => name)).size).toBe(6 + 2 + 2 * 5);
  });
});

test("a rule for a layer that there is not is refused, with the names that there are", () => {
  const solver = solverOf("sgd", { learningRate: 0.1, rules: [{ match: "tail.*", learningRateFactor: 2 }] });
  expect(() => compiled(solver)).toThrow('a rule of the solver is for "tail.*", and no parameter that is trained');
});
