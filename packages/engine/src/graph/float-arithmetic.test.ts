import fc from "fast-check";
import { InferenceSession } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { gradientsAt } from "../differentiate/operator-checks.ts";
import { writeModel } from "../onnx/write.ts";
import { int } from "./attributes.ts";
import { elementTypeCode } from "./element-types.ts";
import type { DataType } from "./graph.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { graphBuilder } from "./graph-building.ts";
import { MAX_KNOWN_ELEMENTS } from "./shape-arithmetic.ts";
import { standardModel } from "./standard-model.ts";
import { int64List, scalarTensor, tensorNumbers, tensorOf } from "./tensors.ts";

const whole = (graph: GraphBuilder, number: number): string => graph.constant(scalarTensor("int64", number));
const list = (graph: GraphBuilder, ...numbers: readonly number[]): string => graph.constant(int64List(numbers));
const single = (graph: GraphBuilder, number: number): string => graph.constant(scalarTensor("float32", number));

/** `value`, or the whole number that it is, converted. */
function converted(graph: GraphBuilder, value: string | number, to: DataType): string {
  const name = typeof value === "number" ? whole(graph, value) : value;
  return graph.add("Cast", [name], { to: int(elementTypeCode(to)) });
}

/** 0, 1, … before `end`, as PyTorch's exporter writes ranges of floats: its bounds are converted from whole numbers. */
function counted(graph: GraphBuilder, end: string | number, type: DataType): string {
  return graph.add("Range", [converted(graph, 0, type), converted(graph, end, type), converted(graph, 1, type)]);
}

/** What Σ a · factor passes to a: the factor, an array of six floats in any shape. */
async function computed(factor: (graph: GraphBuilder) => string): Promise<readonly number[]> {
  const build = (graph: GraphBuilder): string =>
    graph.add("Mul", ["a", graph.add("Reshape", [factor(graph), list(graph, -1)])]);
  return (await gradientsAt(build, { a: [0, 0, 0, 0, 0, 0] }))["a"] ?? [];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((number, at) => expect(number).toBeCloseTo(expected[at] ?? Number.NaN, 6));
}

describe("ranges of floats whose bounds follow from constants", () => {
  test("the angles of a rotary embedding: arange(3) times the frequencies 1 and 1 ÷ 100", async () => {
    const angles = (graph: GraphBuilder): string => {
      const exponents = graph.add("Div", [
        converted(graph, graph.add("Range", [whole(graph, 0), whole(graph, 4), whole(graph, 2)]), "float32"),
        converted(graph, 4, "float32"),
      ]);
      const frequencies = graph.add("Reciprocal", [graph.add("Pow", [converted(graph, 10_000, "float32"), exponents])]);
      const positions = graph.add("Reshape", [counted(graph, 3, "float32"), list(graph, 3, 1)]);
      return graph.add("Cos", [graph.add("Mul", [positions, frequencies])]);
    };
    expectClose(
      await computed(angles),
      [0, 1, 2].flatMap((position) => [Math.cos(position), Math.cos(position / 100)]),
    );
  });

  test("as many positions as a sequence is long, by the legacy exporter", async () => {
    const positions = (graph: GraphBuilder): string => {
      const like = graph.add("Reshape", ["a", list(graph, -1, 6)]);
      const length = graph.add("Gather", [graph.add("Shape", [like]), whole(graph, 1)]);
      return graph.add("Range", [single(graph, 0), converted(graph, length, "float32"), single(graph, 1)]);
    };
    expect(await computed(positions)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("linspace(−1, 1, 6), whose steps are computed", async () => {
    const spaced = (graph: GraphBuilder): string => {
      const [start, end, count] = [-1, 1, 6].map((number) => converted(graph, number, "float32"));
      const places = counted(graph, 6, "float32");
      const last = graph.add("Sub", [count ?? "", single(graph, 1)]);
      const step = graph.add("Div", [graph.add("Sub", [end ?? "", start ?? ""]), last]);
      const isFirstHalf = graph.add("Less", [places, graph.add("Div", [count ?? "", single(graph, 2)])]);
      const fromStart = graph.add("Add", [start ?? "", graph.add("Mul", [step, places])]);
      const beforeEnd = graph.add("Mul", [step, graph.add("Sub", [last, places])]);
      return graph.add("Where", [isFirstHalf, fromStart, graph.add("Sub", [end ?? "", beforeEnd])]);
    };
    expectClose(await computed(spaced), [-1, -0.6, -0.2, 0.2, 0.6, 1]);
  });

  test("the rows of tril_indices(4, 4, −1), which are computed in float64", async () => {
    const rows = (graph: GraphBuilder): string => {
      const [two, quarter, half] = [2, 0.25, -0.5].map((number) => converted(graph, single(graph, number), "float64"));
      const doubled = graph.add("Mul", [counted(graph, 6, "float64"), two ?? ""]);
      const root = graph.add("Sqrt", [graph.add("Add", [doubled, quarter ?? ""])]);
      const row = graph.add("Floor", [graph.add("Add", [root, half ?? ""])]);
      return converted(graph, graph.add("Add", [row, converted(graph, 1, "float64")]), "float32");
    };
    expect(await computed(rows)).toEqual([1, 2, 2, 3, 3, 3]);
  });

  test("bounds that are computed, in a list or not", () => {
    const graph = graphBuilder();
    const half = graph.add("Div", [converted(graph, 9, "float32"), single(graph, 2)]);
    const listed = graph.add("Unsqueeze", [graph.add("Identity", [half]), list(graph, 0)]);
    const end = graph.add("Squeeze", [
      graph.add("Mul", [listed, graph.add("Reshape", [single(graph, 2), list(graph, 1)])]),
    ]);
    // 9 ÷ 2 · 2 = 9 numbers
    expect(graph.typeOf(counted(graph, end, "float32")).shape).toEqual([9]);
  });

  test("a bound with the size of the batch in it is not known", () => {
    const graph = graphBuilder();
    graph.input({ name: "x", dataType: "float32", shape: ["batch", 3] });
    const size = graph.add("Gather", [graph.add("Shape", ["x"]), whole(graph, 0)]);
    expect(() => counted(graph, size, "float32")).toThrow("its input 1 is not known before the graph runs");
  });
});

describe("arithmetic of a few floats", () => {
  test("is that of ONNX Runtime to the bit", async () => {
    const numbers = fc.array(fc.float({ noNaN: true }), { minLength: 1, maxLength: 3 });
    const cases = fc.tuple(
      fc.constantFrom("Add", "Sub", "Mul", "Div"),
      numbers,
      fc.float({ noNaN: true }),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([operator, many, one, isSwapped]) => {
        const graph = graphBuilder();
        const values = [graph.constant(tensorOf("float32", [many.length], many)), single(graph, one)];
        const y = graph.add(operator, isSwapped ? values.toReversed() : values);
        const known = graph.constantOf(y);
        const session = await InferenceSession.create(writeModel(standardModel(graph.build("g", [y]))), {
          graphOptimizationLevel: "disabled",
          logSeverityLevel: 3,
        });
        expect(known === null ? null : tensorNumbers(known)).toEqual(
          Array.from((await session.run({}))[y]?.data ?? [], Number),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("is not followed in matrices, long lists and float16", () => {
    const graph = graphBuilder();
    const doubled = (shape: readonly number[], type: DataType = "float32"): string => {
      const numbers = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 1);
      const value = graph.constant(tensorOf(type, shape, numbers));
      return graph.add("Add", [value, value]);
    };
    for (const value of [doubled([2, 2]), doubled([MAX_KNOWN_ELEMENTS + 1]), doubled([2], "float16")]) {
      expect(graph.constantOf(value)).toBeNull();
    }
    expect(graph.constantOf(doubled([2]))).toEqual(tensorOf("float32", [2], [2, 2]));
  });

  test("an initializer of floats is a parameter, and what follows from it is not known", () => {
    const graph = graphBuilder();
    const parameter = graph.initializer("p", scalarTensor("float32", 1));
    expect(graph.constantOf(graph.add("Add", [parameter, single(graph, 1)]))).toBeNull();
  });
});
