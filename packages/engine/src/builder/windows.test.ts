import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { conv2d } from "./convolution.ts";
import { patches } from "./image-tokens.ts";
import type { Layer } from "./layer.ts";
import { averagePool2d, maxPool2d, relu } from "./plain-layers.ts";
import { sequential } from "./sequential.ts";
import { lenet5 } from "./presets/lenet-5.ts";

const build = (...layers: readonly Layer[]) => sequential({ input: [1, 4, 6], layers, key: rootKey(1) });

test.each<[string, string, readonly Layer[]]>([
  ["a kernel", '"conv1": a window of 5 × 5 does not fit into 4 × 6 cells', [conv2d({ filters: 2, kernel: 5 })]],
  [
    "a kernel with gaps",
    '"conv1": a window of 3 × 9 does not fit into 4 × 6 cells with 0 × 2 of padding',
    [conv2d({ filters: 2, kernel: 3, dilation: [1, 4], padding: [0, 1] })],
  ],
  [
    "a pool after others",
    '"pool2": a window of 3 × 3 does not fit into 2 × 3 cells',
    [maxPool2d({ size: 2 }), relu(), averagePool2d({ size: 3 })],
  ],
  ["a patch", '"patches1": a window of 5 × 5 does not fit into 4 × 6 cells', [patches({ size: 5, width: 2 })]],
])("%s that is larger than the image is refused as an option, by layer and sizes", (_, message, layers) => {
  expect(() => build(...layers)).toThrow(
    expect.objectContaining({
      code: "option-invalid",
      message: expect.stringContaining(message),
      remedy: expect.stringContaining("smaller window"),
    }),
  );
});

test("a window of just the size of the image with its padding fits", () => {
  const { graph } = build(conv2d({ filters: 2, kernel: [6, 6], padding: [1, 0] }));
  expect(graph.outputs[0]?.shape).toEqual(["batch", 2, 1, 1]);
  expect(build(maxPool2d({ size: 4 })).graph.outputs[0]?.shape).toEqual(["batch", 1, 1, 1]);
  expect(() => build(conv2d({ filters: 2, kernel: 9, padding: "same" }))).not.toThrow();
});

test("a preset for images that are too small says which layer it is", () => {
  const small = () => lenet5({ input: [1, 8, 8], key: rootKey(1) });
  expect(small).toThrow(
    expect.objectContaining({ code: "option-invalid", message: expect.stringContaining("window") }),
  );
});
