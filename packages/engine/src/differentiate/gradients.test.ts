import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Attributes, float, int, ints } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { operators } from "../graph/operators/registry.ts";
import { int64List } from "../graph/tensors.ts";
import { type GradientCheck, gradientError } from "./check-gradient.ts";
import { appendGradients } from "./differentiate.ts";

/** An operator on inputs a, b, c … of the given shapes. */
function on(operator: string, shapes: readonly (readonly number[])[], attributes: Attributes = {}): GradientCheck {
  const inputs = Object.fromEntries(shapes.map((shape, at) => [String.fromCharCode(97 + at), shape]));
  return { inputs, build: (graph) => graph.add(operator, Object.keys(inputs), attributes) };
}

/** Numbers that all differ by at least 1/8, so that no maximum changes its place within a step. */
function distinct(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => (((i * 37) % 101) - 50) / 4 + i / 8192);
}

const positive = [0.5, 1, 2, 3.5, 5, 8];
const away = [1.5, -2, 0.5, 3, -0.7, 1];
const image = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };
const singleOnly = { precision: "float32" } as const;

/** At least one check of every operator that has a gradient rule. */
const checks: Readonly<Record<string, readonly GradientCheck[]>> = {
  Abs: [{ ...on("Abs", [[6]]), values: { a: away } }],
  Add: [
    on("Add", [[2, 3], [3]]),
    on("Add", [
      [2, 1],
      [1, 3],
    ]),
  ],
  Cast: [on("Cast", [[3]], { to: int(11) })],
  Conv: [
    {
      ...on("Conv", [[2, 3, 6, 5], [4, 3, 3, 2], [4]], { pads: ints([1, 0, 2, 1]), strides: ints([2, 1]) }),
      ...singleOnly,
    },
    {
      ...on(
        "Conv",
        [
          [2, 2, 7, 7],
          [3, 2, 2, 2],
        ],
        { dilations: ints([2, 3]) },
      ),
      ...singleOnly,
    },
    {
      ...on(
        "Conv",
        [
          [2, 2, 9],
          [3, 2, 3],
        ],
        { strides: ints([2]) },
      ),
      ...singleOnly,
    },
  ],
  ConvTranspose: [
    {
      ...on("ConvTranspose", [[2, 3, 3, 4], [3, 2, 3, 3], [2]], {
        pads: ints([1, 1, 1, 1]),
        strides: ints([2, 2]),
        output_padding: ints([1, 0]),
      }),
      ...singleOnly,
    },
  ],
  Div: [
    {
      ...on("Div", [
        [2, 2, 3],
        [2, 3],
      ]),
      values: { b: away },
    },
  ],
  Elu: [{ ...on("Elu", [[6]], { alpha: float(0.7) }), values: { a: away } }],
  Exp: [on("Exp", [[2, 3]])],
  Expand: [
    { inputs: { a: [2, 1] }, build: (graph) => graph.add("Expand", ["a", graph.constant(int64List([2, 2, 3]))]) },
  ],
  Flatten: [on("Flatten", [[2, 3, 2]]), on("Flatten", [[2, 3, 2]], { axis: int(-1) })],
  Gemm: [
    on("Gemm", [[3, 4], [4, 2], [2]]),
    on(
      "Gemm",
      [
        [4, 3],
        [2, 4],
        [3, 1],
      ],
      { transA: int(1), transB: int(1), alpha: float(0.5), beta: float(2) },
    ),
  ],
  Identity: [on("Identity", [[3]])],
  LeakyRelu: [{ ...on("LeakyRelu", [[6]], { alpha: float(0.2) }), values: { a: away } }],
  Log: [{ ...on("Log", [[6]]), values: { a: positive } }],
  LogSoftmax: [on("LogSoftmax", [[2, 3]]), on("LogSoftmax", [[2, 3, 2]], { axis: int(1) })],
  MatMul: [
    on("MatMul", [
      [3, 4],
      [4, 2],
    ]),
  ],
  MaxPool: [
    { ...on("MaxPool", [[2, 2, 4, 5]], image), values: { a: distinct(80) }, ...singleOnly },
    {
      ...on("MaxPool", [[1, 2, 5, 5]], { ...image, pads: ints([1, 0, 0, 0]), ceil_mode: int(1) }),
      values: { a: distinct(50) },
      ...singleOnly,
    },
  ],
  MaxUnpool: [
    {
      inputs: { a: [1, 1, 2, 2] },
      build: (graph) => {
        const cells = graph.constant({
          dataType: "int64",
          shape: [1, 1, 2, 2],
          values: BigInt64Array.of(3n, 5n, 8n, 14n),
        });
        return graph.add("MaxUnpool", ["a", cells, graph.constant(int64List([1, 1, 4, 4]))], image);
      },
      ...singleOnly,
    },
  ],
  Mul: [on("Mul", [[2, 3], [3]]), on("Mul", [[], [2, 3]])],
  Neg: [on("Neg", [[3]])],
  ReduceMean: [
    on("ReduceMean", [[2, 3]], { keepdims: int(0) }),
    { inputs: { a: [2, 3, 2] }, build: (graph) => graph.add("ReduceMean", ["a", graph.constant(int64List([1]))]) },
  ],
  ReduceSum: [
    on("ReduceSum", [[2, 3]]),
    {
      inputs: { a: [2, 3, 2] },
      build: (graph) => graph.add("ReduceSum", ["a", graph.constant(int64List([-2]))], { keepdims: int(0) }),
    },
  ],
  Relu: [{ ...on("Relu", [[6]]), values: { a: away } }],
  Reshape: [
    { inputs: { a: [2, 6] }, build: (graph) => graph.add("Reshape", ["a", graph.constant(int64List([3, -1]))]) },
  ],
  Sigmoid: [on("Sigmoid", [[2, 3]])],
  Softmax: [on("Softmax", [[2, 3]]), on("Softmax", [[2, 3, 2]], { axis: int(1) })],
  Softplus: [on("Softplus", [[2, 3]])],
  Sqrt: [{ ...on("Sqrt", [[6]]), values: { a: positive } }],
  Sub: [
    on("Sub", [
      [2, 3],
      [2, 1],
    ]),
  ],
  Sum: [on("Sum", [[2, 3], [3], [2, 1]])],
  Tanh: [on("Tanh", [[2, 3]])],
  Transpose: [on("Transpose", [[2, 3, 4]], { perm: ints([1, 2, 0]) }), on("Transpose", [[2, 3]])],
  Unsqueeze: [
    { inputs: { a: [2, 3] }, build: (graph) => graph.add("Unsqueeze", ["a", graph.constant(int64List([0, -1]))]) },
  ],
  Where: [
    {
      inputs: { a: [2, 3], b: [3] },
      values: { a: away, b: [0, 0.25, 2] },
      build: (graph) => graph.add("Where", [graph.add("Greater", ["a", "b"]), "a", "b"]),
    },
  ],
};

/**
 * float64: rounding and h² alone. float32, where every check is linear along each element: rounding alone, which for
 * sums of about 64 is 2^-24 · 64 ÷ 2h = 3e-5.
 */
const TOLERANCE = { float64: 1e-8, float32: 3e-5 } as const;

function toleranceOf({ precision = "float64" }: GradientCheck): number {
  return TOLERANCE[precision];
}

describe("gradients against central differences", () => {
  test("every operator that has a gradient rule is checked", () => {
    const ruled = operators.filter(({ gradient }) => typeof gradient === "function").map(({ name }) => name);
    expect(Object.keys(checks).toSorted()).toEqual(ruled.toSorted());
  });

  test.each(Object.entries(checks))("%s", async (_, cases) => {
    for (const check of cases) expect(await gradientError(check)).toBeLessThan(toleranceOf(check));
  });
});

const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

describe("gradients at random shapes", () => {
  test("a Gemm of any sizes and transpositions", async () => {
    const shapes = fc.tuple(size(4), size(4), size(4), fc.boolean(), fc.boolean(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(shapes, async ([rows, inner, columns, transA, transB, wide]) => {
        const a = transA ? [inner, rows] : [rows, inner];
        const b = transB ? [columns, inner] : [inner, columns];
        const attributes = { transA: int(transA ? 1 : 0), transB: int(transB ? 1 : 0) };
        const check = on("Gemm", [a, b, wide ? [rows, columns] : [columns]], attributes);
        expect(await gradientError(check)).toBeLessThan(TOLERANCE.float64);
      }),
      { numRuns: 25 },
    );
  });

  test("arithmetic with any broadcasting", async () => {
    const axis = fc.tuple(size(3), fc.constantFrom("both", "left", "right"));
    const cases = fc.tuple(
      fc.constantFrom("Add", "Sub", "Mul"),
      fc.array(axis, { maxLength: 3 }),
      fc.nat(2),
      fc.nat(2),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ([operator, axes, cutLeft, cutRight]) => {
        const left = axes.map(([length, side]) => (side === "right" ? 1 : length)).slice(cutLeft);
        const right = axes.map(([length, side]) => (side === "left" ? 1 : length)).slice(cutRight);
        expect(await gradientError(on(operator, [left, right]))).toBeLessThan(TOLERANCE.float64);
      }),
      { numRuns: 25 },
    );
  });

  test("a convolution of any kernel, stride, dilation and padding", async () => {
    const axis = fc.record({ extra: fc.nat(3), kernel: size(3), stride: size(3), dilation: size(2), pad: fc.nat(1) });
    const cases = fc.tuple(size(2), size(2), size(2), fc.array(axis, { minLength: 1, maxLength: 2 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([batch, channels, filters, axes]) => {
        const lengths = axes.map(({ kernel, dilation, extra }) => (kernel - 1) * dilation + 1 + extra);
        const kernels = axes.map(({ kernel }) => kernel);
        const attributes = {
          strides: ints(axes.map(({ stride }) => stride)),
          dilations: ints(axes.map(({ dilation }) => dilation)),
          pads: ints([...axes, ...axes].map(({ pad, kernel }) => Math.min(pad, kernel - 1))),
        };
        const check = on(
          "Conv",
          [
            [batch, channels, ...lengths],
            [filters, channels, ...kernels],
          ],
          attributes,
        );
        expect(await gradientError({ ...check, precision: "float32" })).toBeLessThan(TOLERANCE.float32);
      }),
      { numRuns: 25 },
    );
  });
});

/** The gradient of Σ f² with respect to one input, as a function of the inputs. */
function gradientOfSquare(build: (graph: GraphBuilder) => string, input = "a"): (graph: GraphBuilder) => string {
  return (graph) => {
    const y = build(graph);
    const output = graph.add("ReduceSum", [graph.add("Mul", [y, y])], { keepdims: int(0) });
    return appendGradients(graph, { output, withRespectTo: [input] }).get(input) ?? "";
  };
}

describe("gradients of gradients", () => {
  test.each(["Sigmoid", "Tanh", "Softplus", "Softmax", "LogSoftmax", "Exp"])("%s", async (operator) => {
    const check = { inputs: { a: [2, 3] }, build: gradientOfSquare((graph) => graph.add(operator, ["a"])) };
    expect(await gradientError(check)).toBeLessThan(1e-7);
  });

  test("a Gemm", async () => {
    const build = gradientOfSquare((graph) => graph.add("Gemm", ["a", "b", "c"], { transB: int(1) }));
    expect(await gradientError({ inputs: { a: [2, 3], b: [2, 3], c: [2] }, build })).toBeLessThan(1e-7);
  });

  test.each(["a", "b"])("a convolution, first with respect to %s", async (input) => {
    const square = gradientOfSquare((graph) => graph.add("Conv", ["a", "b"], { pads: ints([1, 1, 1, 1]) }), input);
    const check: GradientCheck = { inputs: { a: [1, 2, 3, 3], b: [2, 2, 2, 2] }, build: square, precision: "float32" };
    expect(await gradientError(check)).toBeLessThan(1e-4);
  });

  test.each(["b", "c"])("a convolution, a maximum and a product, first with respect to %s", async (input) => {
    const network = (graph: GraphBuilder): string => {
      const pooled = graph.add("MaxPool", [graph.add("Conv", ["a", "b"])], image);
      return graph.add("Gemm", [graph.add("Flatten", [pooled]), "c"]);
    };
    const inputs = { a: [2, 1, 5, 5], b: [2, 1, 2, 2], c: [8, 2] };
    const build = gradientOfSquare(network, input);
    // Rounding alone: 2^-24 of sums of about 30, divided by the step, is 5e-4.
    expect(await gradientError({ inputs, build, precision: "float32", step: 1 / 256 })).toBeLessThan(5e-4);
  });
});
