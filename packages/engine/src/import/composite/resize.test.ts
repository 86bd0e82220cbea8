import { describe, expect, test } from "vitest";
import { gradientError } from "../../differentiate/check-gradient.ts";
import { type Attributes, float, int, ints } from "../../graph/attributes.ts";
import { float32Tensor, int64List } from "../../graph/tensors.ts";
import { appended, importError, nodeOf, normalSample, type Parts } from "../check-rewrite.ts";

const text = (value: string): Attributes[string] => ({ kind: "string", value });

/** What is asked for along the axes of an image [2, 3, 5, 4]. */
interface Asked {
  readonly scales?: readonly number[];
  readonly sizes?: readonly number[];
  readonly attributes?: Attributes;
}

function resizing({ scales = [], sizes, attributes = {} }: Asked): Parts {
  const [name, value] =
    sizes === undefined
      ? (["scales", float32Tensor([scales.length], scales)] as const)
      : (["sizes", int64List(sizes)] as const);
  const inputs = ["x", "", ...(sizes === undefined ? [name] : ["", name])];
  return {
    operatorSet: 19,
    inputs: { x: normalSample("x", [2, 3, 5, 4]) },
    shapes: sizes === undefined ? { x: ["batch", 3, 5, 4] } : {},
    nodes: [
      nodeOf("Constant", [], [name], { value: { kind: "tensor", value } }),
      nodeOf("Resize", inputs, ["y"], attributes),
    ],
    outputs: ["y"],
  };
}

const twice = [1, 1, 2, 2];

describe("images of another size", () => {
  test.each<[string, Asked]>([
    ["twice as large, as PyTorch exports nearest", { scales: twice, attributes: { mode: text("nearest"), coordinate_transformation_mode: text("asymmetric"), nearest_mode: text("floor") } }], // prettier-ignore
    ["twice as large, as PyTorch exports bilinear", { scales: twice, attributes: { mode: text("linear") } }],
    ["linear with aligned corners", { sizes: [2, 3, 9, 7], attributes: { mode: text("linear"), coordinate_transformation_mode: text("align_corners") } }], // prettier-ignore
    ["smaller, linear", { scales: [1, 1, 0.6, 0.5], attributes: { mode: text("linear") } }],
    ["to one row, as PyTorch places it", { sizes: [2, 3, 1, 2], attributes: { mode: text("linear"), coordinate_transformation_mode: text("pytorch_half_pixel") } }], // prettier-ignore
    ["symmetric", { scales: [1, 1, 1.5, 1.3], attributes: { mode: text("linear"), coordinate_transformation_mode: text("half_pixel_symmetric") } }], // prettier-ignore
    ["nearest, rounded down at the half", { scales: [1, 1, 2.5, 1.7] }],
    ["nearest, rounded up at the half", { scales: [1, 1, 0.5, 1.5], attributes: { nearest_mode: text("round_prefer_ceil") } }], // prettier-ignore
    ["nearest, always up", { scales: [1, 1, 1.7, 2], attributes: { nearest_mode: text("ceil") } }],
    ["cubic", { scales: twice, attributes: { mode: text("cubic") } }],
    ["cubic with another slope and nothing outside", { scales: twice, attributes: { mode: text("cubic"), cubic_coeff_a: float(-0.5), exclude_outside: int(1) } }], // prettier-ignore
    ["along the channels, too", { scales: [1, 2, 2, 1], attributes: { mode: text("nearest") } }],
    ["along axes that are named", { scales: [2, 3], attributes: { mode: text("linear"), axes: ints([-1, 2]) } }],
    ["of the same size", { scales: [1, 1, 1, 1] }],
  ])("%s are what ONNX Runtime makes", async (_, asked) => {
    expect(await importError(resizing(asked))).toBeLessThan(1e-6);
  });

  test("their scales may be joined from several, as the older exporter writes them", async () => {
    const scale = (name: string, value: number) =>
      nodeOf("Constant", [], [name], { value: { kind: "tensor", value: float32Tensor([2], [value, value]) } });
    const nodes = [
      scale("same", 1),
      scale("twice", 2),
      nodeOf("Concat", ["same", "twice"], ["scales"], { axis: int(0) }),
      nodeOf("Resize", ["x", "", "scales"], ["y"]),
    ];
    expect(await importError({ ...resizing({ scales: twice }), nodes })).toBe(0);
  });

  test.each(["linear", "cubic", "nearest"])("the gradient of %s is what central differences say", async (mode) => {
    const error = await gradientError({
      inputs: { x: [1, 2, 3, 4] },
      build: (graph) => {
        const scales = graph.constant(float32Tensor([4], [1, 1, 2, 1.5]));
        const resized = appended(graph, nodeOf("Resize", ["x", "", scales], ["y"], { mode: text(mode) }))[0] ?? "";
        return graph.add("Mul", [resized, resized]);
      },
    });
    expect(error).toBeLessThan(1e-8);
  });

  test.each<[string, Asked]>([
    ["antialias is not supported", { scales: twice, attributes: { mode: text("linear"), antialias: int(1) } }],
    ['keep_aspect_ratio_policy "not_larger" is not supported', { sizes: [2, 3, 6, 6], attributes: { mode: text("linear"), keep_aspect_ratio_policy: text("not_larger") } }], // prettier-ignore
    ['coordinate_transformation_mode "tf_crop_and_resize" is not supported', { scales: twice, attributes: { mode: text("linear"), coordinate_transformation_mode: text("tf_crop_and_resize") } }], // prettier-ignore
    ["axis 0, of size batch, changes its size", { scales: [2, 1, 1, 1] }],
    ["its scales or sizes are not known before the graph runs", { scales: [] }],
  ])("%s: that is said", async (message, asked) => {
    await expect(importError(resizing(asked))).rejects.toThrow(message);
  });
});
