import { rootKey, solver } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { type Attributes, int, ints } from "../graph/attributes.ts";
import { float32Tensor } from "../graph/tensors.ts";
import { createTrainer } from "../runtime/trainer.ts";
import { planBatches } from "../training/batches.ts";
import { initialParams } from "../training/parameters.ts";
import { difference, importError, modelOf, nodeOf, normalSample, type Parts } from "./check-rewrite.ts";
import { expanded } from "./rewrite.ts";

const named = (value: string): Attributes => ({ auto_pad: { kind: "string", value } });
const by = (...strides: readonly number[]): Attributes => ({ strides: ints(strides) });
const SIZE = [7, 8];

function windows(operator: string, kernel: readonly number[], attributes: Attributes): Parts {
  const isPool = operator.endsWith("Pool");
  const { shape, values } = normalSample("w", [2, 2, ...kernel]);
  return {
    operatorSet: 18,
    inputs: { x: normalSample("x", [3, 2, ...SIZE]) },
    shapes: { x: ["batch", 2, ...SIZE] },
    initializers: isPool ? {} : { w: float32Tensor(shape, values) },
    nodes: [
      nodeOf(operator, isPool ? ["x"] : ["x", "w"], ["y"], {
        ...attributes,
        ...(isPool ? { kernel_shape: ints(kernel) } : {}),
      }),
    ],
    outputs: ["y"],
  };
}

/** A model whose padding has a name, and the same with its padding in numbers. */
type Pair = readonly [Parts, Parts];

const modes = ["SAME_UPPER", "SAME_LOWER", "VALID"] as const;

describe("a padding with a name becomes numbers, and ONNX Runtime gives the same", () => {
  test.each(
    modes.flatMap((mode) => [
      [`Conv ${mode}`, windows("Conv", [3, 2], { ...named(mode), ...by(2, 1) })] as const,
      [`Conv ${mode}, stride beyond the window`, windows("Conv", [1, 2], { ...named(mode), ...by(3, 4) })] as const,
      [`ConvTranspose ${mode}`, windows("ConvTranspose", [3, 4], { ...named(mode), ...by(2, 3) })] as const,
      [
        `ConvTranspose ${mode}, stride beyond the window`,
        windows("ConvTranspose", [1, 2], { ...named(mode), ...by(3, 3) }),
      ] as const,
      [
        `ConvTranspose ${mode} with output_padding and a dilation`,
        windows("ConvTranspose", [3, 2], {
          ...named(mode),
          ...by(2, 2),
          output_padding: ints([1, 0]),
          dilations: ints([2, 1]),
        }),
      ] as const,
      [`MaxPool ${mode}`, windows("MaxPool", [3, 2], { ...named(mode), ...by(2, 2), ceil_mode: int(1) })] as const,
      [
        `AveragePool ${mode}`,
        windows("AveragePool", [3, 4], { ...named(mode), ...by(2, 3), count_include_pad: int(1) }),
      ] as const,
    ]),
  )("%s", async (_, parts) => {
    expect(await importError(parts)).toBe(0);
    expect(paddingNames(parts)).toEqual([]);
  });

  test("an output_shape", async () => {
    const parts = windows("ConvTranspose", [3, 3], { ...by(2, 2), output_shape: ints([14, 15]) });
    expect(await importError(parts)).toBe(0);
    expect(paddingNames(parts)).toEqual([]);
  });
});

/** The attributes after import that say a padding other than in numbers. */
function paddingNames(parts: Parts): readonly string[] {
  const attributes = expanded(modelOf(parts)).graph.nodes.flatMap((node) => Object.keys(node.attributes));
  return attributes.filter((name) => name === "auto_pad" || name === "output_shape");
}

describe("a padding with a name that ONNX Runtime cannot run is the one in numbers", () => {
  const odd = (operator: string, kernel: readonly number[], attributes: Attributes, pads: readonly number[]): Pair => [
    windows(operator, kernel, { ...attributes, ...named("SAME_UPPER") }),
    windows(operator, kernel, { ...attributes, pads: ints(pads) }),
  ];

  test.each([
    ["Conv with a dilation", odd("Conv", [3, 2], { ...by(2, 1), dilations: ints([2, 3]) }, [2, 1, 2, 2])],
    ["MaxPool with a stride beyond its window", odd("MaxPool", [1, 2], by(3, 4), [0, 0, 0, 0])],
    ["AveragePool with a stride beyond its window", odd("AveragePool", [2, 1], by(3, 2), [0, 0, 1, 0])],
  ] as const)("%s", async (_, [parts, plain]) => {
    await expect(importError(parts)).rejects.toThrow(/Dilation not supported|must be non-negative/);
    expect(await difference(modelOf(plain), expanded(modelOf(parts)), parts.inputs)).toBe(0);
  });
});

test("a model whose convolution has a dilation and whose pools outrun their windows, all padded by name, trains", async () => {
  const { shape, values } = normalSample("w", [2, 2, 3, 3]);
  const same = named("SAME_LOWER");
  const model = modelOf({
    operatorSet: 18,
    inputs: { x: normalSample("x", [2, 2, 8, 8]) },
    shapes: { x: ["batch", 2, 8, 8] },
    initializers: { w: float32Tensor(shape, values) },
    nodes: [
      nodeOf("Conv", ["x", "w"], ["a"], { ...same, dilations: ints([2, 2]) }),
      nodeOf("MaxPool", ["a"], ["b"], { ...same, ...by(2, 2), kernel_shape: ints([1, 1]) }),
      nodeOf("AveragePool", ["b"], ["c"], { ...same, ...by(2, 2), kernel_shape: ints([1, 1]) }),
      nodeOf("GlobalAveragePool", ["c"], ["d"]),
      nodeOf("Flatten", ["d"], ["y"]),
    ],
    outputs: ["y"],
  });
  const trainer = await createTrainer({ model, solver: solver.sgd({ learningRate: 0.1 }) });
  const features = Float32Array.from({ length: 3 * 128 }, (_, at) => Math.sin(at * at));
  const batches = planBatches(rootKey(1), 3, { epochs: 2, batchSize: 2 });
  const task = { params: initialParams(model), features, targets: Uint8Array.of(0, 1, 0), batches };
  const { meanLoss, params } = await trainer.train(task);
  await trainer.close();
  expect(meanLoss).toBeGreaterThan(0);
  expect(params).not.toEqual(task.params);
});
