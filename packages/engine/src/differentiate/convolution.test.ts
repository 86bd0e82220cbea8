import { elementCount } from "@potluck/core";
import fc from "fast-check";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type Attributes, int, ints } from "../graph/attributes.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { convolutionOperators } from "../graph/operators/convolution.ts";
import { standardModel } from "../graph/standard-model.ts";
import { writeModel } from "../onnx/write.ts";
import { type GradientCheck, gradientError } from "./check-gradient.ts";
import { appendGradients } from "./differentiate.ts";
import { on, singleOnly, testGradients } from "./operator-checks.ts";

type Shape = readonly number[];

/** A convolution of an image with weights, and a bias where `bias` is not empty. */
function convolution(
  image: Shape,
  weights: Shape,
  attributes: Attributes = {},
  ...bias: readonly Shape[]
): GradientCheck {
  return { ...on("Conv", [image, weights, ...bias], attributes), ...singleOnly };
}

function transposed(
  image: Shape,
  weights: Shape,
  attributes: Attributes = {},
  ...bias: readonly Shape[]
): GradientCheck {
  return { ...on("ConvTranspose", [image, weights, ...bias], attributes), ...singleOnly };
}

const groups = (group: number): Attributes => ({ group: int(group) });
const padding = (value: string): Attributes => ({ auto_pad: { kind: "string", value } });
const by = (...strides: readonly number[]): Attributes => ({ strides: ints(strides) });
const pads = (...cells: readonly number[]): Attributes => ({ pads: ints(cells) });

describe("convolution", () => {
  testGradients(convolutionOperators, {
    Conv: [
      convolution([2, 2, 4, 5], [3, 2, 3, 2], { ...pads(1, 0, 2, 1), ...by(2, 1) }, [3]),
      convolution([1, 2, 6, 6], [2, 2, 2, 2], { dilations: ints([2, 3]) }),
      convolution([2, 2, 7], [2, 2, 3], by(2)),
      convolution([1, 2, 3, 3, 4], [2, 2, 2, 2, 2], by(1, 1, 2)),
      convolution([2, 3, 4, 4], [3, 1, 3, 3], { ...groups(3), ...pads(1, 1, 1, 1) }, [3]),
      convolution([1, 2, 5, 6], [4, 1, 3, 3], { ...groups(2), ...by(2, 2), ...pads(1, 1, 1, 1) }),
      convolution([2, 4, 4, 3], [4, 2, 2, 2], groups(2)),
      convolution([1, 2, 6], [2, 1, 3], { ...groups(2), dilations: ints([2]), ...pads(2, 2) }),
      convolution([1, 2, 1, 2], [2, 1, 3, 3], { ...groups(2), ...pads(1, 1, 1, 1) }),
      convolution([1, 1, 5, 4], [1, 1, 3, 2], { ...padding("SAME_UPPER"), ...by(2, 1) }),
      convolution([1, 1, 5, 4], [1, 1, 2, 2], { ...padding("SAME_LOWER"), ...by(2, 1) }),
      convolution([1, 1, 5, 4], [1, 1, 3, 2], { ...padding("VALID"), ...by(2, 1) }),
    ],
    ConvTranspose: [
      transposed([2, 2, 3, 3], [2, 2, 3, 3], { ...pads(1, 1, 1, 1), ...by(2, 2), output_padding: ints([1, 0]) }, [2]),
      transposed([1, 2, 4], [2, 2, 3], by(2)),
      transposed([1, 2, 2, 2, 2], [2, 1, 2, 2, 2], by(1, 2, 1)),
      transposed([2, 2, 3, 3], [2, 1, 2, 2], { ...groups(2), dilations: ints([2, 1]) }, [2]),
      transposed([1, 4, 3], [4, 1, 3], { ...groups(2), ...by(2), ...pads(1, 1) }),
      transposed([1, 1, 3, 3], [1, 1, 3, 3], { ...padding("SAME_UPPER"), ...by(2, 2) }),
      transposed([1, 1, 3, 3], [1, 1, 4, 4], { ...padding("SAME_LOWER"), ...by(1, 2) }),
      transposed([1, 1, 3, 3], [1, 1, 2, 2], { ...padding("VALID"), ...by(2, 2) }),
      transposed([1, 1, 3, 3], [1, 1, 3, 4], { ...by(2, 2), output_shape: ints([6, 7]) }),
      transposed([1, 1, 3, 3], [1, 1, 3, 4], { ...padding("SAME_UPPER"), ...by(2, 2), output_shape: ints([6, 7]) }),
    ],
  });

  test("any groups, kernel, stride, dilation and padding", async () => {
    const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
    const axis = fc.record({ extra: fc.nat(3), kernel: size(3), stride: size(3), dilation: size(2), pad: fc.nat(2) });
    const cases = fc.tuple(size(2), size(2), size(2), size(2), fc.array(axis, { minLength: 1, maxLength: 2 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([batch, group, channels, filters, axes]) => {
        const lengths = axes.map(({ kernel, dilation, extra, pad }) =>
          Math.max(1, (kernel - 1) * dilation + 1 + extra - 2 * pad),
        );
        const attributes = {
          group: int(group),
          strides: ints(axes.map(({ stride }) => stride)),
          dilations: ints(axes.map(({ dilation }) => dilation)),
          pads: ints([...axes, ...axes].map(({ pad }) => pad)),
        };
        const taps = axes.map(({ kernel }) => kernel);
        const check = convolution(
          [batch, group * channels, ...lengths],
          [group * filters, channels, ...taps],
          attributes,
        );
        expect(await gradientError(check)).toBeLessThan(1e-4);
      }),
      { numRuns: 30 },
    );
  });
});

/** The weights' gradient of Σ (the image's gradient)², of an image whose batch has this size in its type. */
async function secondGradient(batch: number | string, attributes: Attributes): Promise<readonly number[]> {
  const graph = graphBuilder();
  const shapes = {
    a: [2, 4, 4, 3],
    b: [4, 4 / (attributes["group"]?.kind === "int" ? attributes["group"].value : 1), 2, 2],
  };
  graph.input({ name: "a", dataType: "float32", shape: [batch, ...shapes.a.slice(1)] });
  graph.input({ name: "b", dataType: "float32", shape: shapes.b });
  const squares = (value: string): string =>
    graph.add("ReduceSum", [graph.add("Mul", [value, value])], { keepdims: int(0) });
  const y = graph.add("Tanh", [graph.add("Conv", ["a", "b"], attributes)]);
  const first = appendGradients(graph, { output: squares(y), withRespectTo: ["b"] }).get("b") ?? "";
  const second = appendGradients(graph, { output: squares(first), withRespectTo: ["b"] }).get("b") ?? "";
  const session = await InferenceSession.create(writeModel(standardModel(graph.build("second", [second]))));
  const feeds = Object.entries(shapes).map(([name, shape]) => {
    const values = Float32Array.from({ length: elementCount(shape) }, (_, at) => Math.sin(at * 1.7));
    return [name, new Tensor("float32", values, shape)] as const;
  });
  return Array.from((await session.run(Object.fromEntries(feeds)))[second]?.data ?? [], Number);
}

describe("a batch that is only a name", () => {
  test.each([1, 2, 4])("second gradients with %s groups are those of a known one", async (group) => {
    const [named, known] = await Promise.all(["batch", 2].map((batch) => secondGradient(batch, groups(group))));
    expect(named).toHaveLength(64 / group);
    named?.forEach((value, at) => expect(value).toBeCloseTo(known?.[at] ?? Number.NaN, 3));
  });
});
