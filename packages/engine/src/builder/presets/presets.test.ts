/** Presets at the sizes of the fixtures, against what PyTorch computes. See `../../../fixtures/README.md`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { present, rootKey } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import type { Model, TensorData } from "../../graph/graph.ts";
import { float32Tensor, tensorFromBytes, tensorNumbers } from "../../graph/tensors.ts";
import { standardForm } from "../../import/standard-form.ts";
import { crossEntropy } from "../../objective/cross-entropy.ts";
import { readModel } from "../../onnx/read.ts";
import { writeModel } from "../../onnx/write.ts";
import { derive } from "../../training/derivation.ts";
import { mlp } from "../sequential.ts";
import { charGru, charLstm } from "./char-rnn.ts";
import { fedAvgCnn } from "./fed-avg-cnn.ts";
import { gpt } from "./gpt.ts";
import { lenet5 } from "./lenet-5.ts";
import { logisticRegression } from "./logistic-regression.ts";
import { mobileNetV2 } from "./mobile-net-v2.ts";
import { resnet20 } from "./resnet-20.ts";
import { vitTiny } from "./vit-tiny.ts";

const FOLDER = join(import.meta.dirname, "../../../fixtures");
/** The largest difference within a tensor, as a share of the tensor's largest value. */
const TOLERANCE = 1e-4;
const key = rootKey(1);
const image = [3, 16, 16] as const;

interface Case {
  readonly fixture: string;
  /** What follows the fixture's name in that of the file with its first values. */
  readonly file: string;
  readonly model: Model;
  /** PyTorch's names of parameters that are called otherwise here. */
  readonly names?: Readonly<Record<string, string>>;
}

const thinMobileNet = [
  { expansion: 1, channels: 4, blocks: 1, stride: 1 },
  { expansion: 6, channels: 5, blocks: 2, stride: 2 },
  { expansion: 6, channels: 7, blocks: 1, stride: 2 },
];

const cases: readonly Case[] = [
  {
    fixture: "logistic-regression",
    file: "onnx",
    model: logisticRegression({ input: [1, 8, 8], classes: 10, key }),
  },
  {
    fixture: "mlp",
    file: "onnx",
    model: mlp({ inputs: 64, hidden: [20, 15], classes: 10, key }),
    names: Object.fromEntries(
      ["weight", "bias"].flatMap((own) =>
        [1, 4, 7].map((at, place) => [`dense${place + 1}.${own}`, `layers.${at}.${own}`]),
      ),
    ),
  },
  { fixture: "lenet-5", file: "onnx", model: lenet5({ filters: [3, 6, 20], units: 14, key }) },
  { fixture: "fedavg-cnn", file: "onnx", model: fedAvgCnn({ filters: [3, 5], units: 12, key }) },
  {
    fixture: "resnet-20-group-norm",
    file: "opset-21.onnx",
    model: resnet20({ input: image, norm: "group", width: 2, key }),
  },
  { fixture: "resnet-20-batch-norm", file: "onnx", model: resnet20({ input: image, norm: "batch", width: 2, key }) },
  {
    fixture: "mobilenet-v2",
    file: "onnx",
    model: mobileNetV2({ input: image, stem: 6, stages: thinMobileNet, head: 24, dropoutRate: 0, key }),
  },
  {
    fixture: "char-lstm",
    file: "unoptimized.onnx",
    model: charLstm({ vocabulary: 65, length: 12, embeddingWidth: 6, units: 10, key }),
  },
  {
    fixture: "char-gru",
    file: "legacy.onnx",
    model: charGru({ vocabulary: 65, length: 12, embeddingWidth: 6, units: 10, key }),
  },
  {
    fixture: "gpt",
    file: "unoptimized.onnx",
    model: gpt({ layers: 4, width: 8, heads: 2, context: 16, vocabulary: 65, key }),
  },
  {
    fixture: "vit-tiny",
    file: "onnx",
    model: vitTiny({ input: image, layers: 2, width: 12, heads: 2, expansion: 2, key }),
  },
];

/** The golden values of `fixture`, by their names: floats, and class labels as int64. */
function goldenValues(fixture: string): ReadonlyMap<string, TensorData> {
  const file = new Uint8Array(readFileSync(join(FOLDER, `${fixture}.golden.safetensors`)));
  const start = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  const header: Readonly<Record<string, Entry>> = JSON.parse(new TextDecoder().decode(file.subarray(8, start)));
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return new Map(
    entries.map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const bytes = file.subarray(start + from, start + to);
        return [name, tensorFromBytes(dtype === "I64" ? "int64" : "float32", shape, bytes)];
      },
    ),
  );
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [from: number, to: number];
}

/** What an initializer of an ONNX file holds, but for files in which gates are in another order. */
type Content = { readonly parameter: string; readonly transposed: boolean } | { readonly buffer: string };

interface Description {
  readonly exports: Readonly<Record<string, { readonly initializers: Readonly<Record<string, Content>> }>>;
}

/** The parameters and statistics that `fixture` starts with, as its ONNX file `file` has them, each flat. */
function startValues(fixture: string, file: string): ReadonlyMap<string, readonly number[]> {
  const description: Description = JSON.parse(readFileSync(join(FOLDER, `${fixture}.json`), "utf8"));
  const { initializers } = present(description.exports[file], file);
  const { graph } = readModel(readFileSync(join(FOLDER, file)));
  return new Map(
    Object.entries(initializers).map(([name, content]) => {
      const tensor = present(graph.initializers.get(name), name);
      if ("buffer" in content) return [content.buffer, tensorNumbers(tensor)];
      return [content.parameter, tensorNumbers(content.transposed ? transposed(tensor) : tensor)];
    }),
  );
}

function transposed(tensor: TensorData): TensorData {
  const [rows = 1, columns = 1] = tensor.shape;
  const numbers = tensorNumbers(tensor);
  return float32Tensor(
    [columns, rows],
    numbers.map((_, at) => numbers[(at % rows) * columns + Math.floor(at / rows)] ?? Number.NaN),
  );
}

/** `model` with the values that its parameters have in PyTorch, where `nameOf` says what they are called there. */
function withValues(
  model: Model,
  values: ReadonlyMap<string, readonly number[]>,
  nameOf: (name: string) => string,
): Model {
  const initializers = [...model.graph.initializers].map(([name, { shape }]): [string, TensorData] => [
    name,
    float32Tensor(shape, present(values.get(nameOf(name)), nameOf(name))),
  ]);
  return { ...model, graph: { ...model.graph, initializers: new Map(initializers) } };
}

type Results = ReadonlyMap<string, readonly number[]>;

/** The loss, by the name "loss", and the gradients by the names of the parameters. */
async function lossAndGradients(model: Model, golden: ReadonlyMap<string, TensorData>): Promise<Results> {
  const { model: derived, task, loss, gradients } = derive(standardForm(model), crossEntropy());
  const session = await InferenceSession.create(writeModel(derived));
  const [inputs, targets] = ["inputs", "targets"].map((name) => present(golden.get(name), name));
  const results = await session.run({
    [task.features.name]: feed(inputs, task.exampleShape),
    "potluck:batch-targets": feed(targets, targets?.shape.slice(1) ?? []),
  });
  await session.release();
  const values = (name: string): readonly number[] => Array.from(present(results[name], name).data, Number);
  return new Map([["loss", values(loss)], ...[...gradients].map(([name, value]) => [name, values(value)] as const)]);
}

function feed(data: TensorData | undefined, exampleShape: readonly number[]): Tensor {
  const { dataType, shape, values } = present(data, "a golden tensor");
  const sizes = [shape[0] ?? 0, ...exampleShape];
  return dataType === "int64"
    ? new Tensor("int64", values, sizes)
    : new Tensor("float32", Float32Array.from(values, Number), sizes);
}

function relativeError(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, at) => Math.abs(value - (actual[at] ?? Number.NaN)))) / scale;
}

describe.each(cases)("the preset of $fixture", ({ fixture, file, model, names = {} }) => {
  const nameOf = (name: string): string => names[name] ?? name;
  const values = startValues(fixture, `${fixture}.${file}`);

  test("has the parameters and statistics of PyTorch's module, and no others", () => {
    const ours = [...model.graph.initializers.keys()].map(nameOf);
    expect(ours.toSorted()).toEqual([...values.keys()].toSorted());
  });

  test("has PyTorch's loss and gradients for PyTorch's parameters", async () => {
    const golden = goldenValues(fixture);
    const results = await lossAndGradients(withValues(model, values, nameOf), golden);
    const misses = [...results].flatMap(([name, actual]) => {
      const expected = golden.get(name === "loss" ? name : `gradient/${nameOf(name)}`);
      // Where the loss does not depend on a parameter PyTorch has nothing but rounding errors.
      const error = expected === undefined ? 0 : relativeError(actual, tensorNumbers(expected));
      return error <= TOLERANCE ? [] : [`${name}: ${error.toExponential(1)}`];
    });
    expect(misses).toEqual([]);
    const golds = [...golden.keys()].filter((name) => name.startsWith("gradient/"));
    expect([...results.keys()].map((name) => `gradient/${nameOf(name)}`)).toEqual(expect.arrayContaining(golds));
  });
});

test.each<[string, Model, number]>([
  // (25 · 6 + 6) + (150 · 16 + 16) + (400 · 120 + 120) + (120 · 84 + 84) + (84 · 10 + 10)
  ["LeNet-5", lenet5({ key }), 61_706],
  ["the CNN of federated averaging", fedAvgCnn({ key }), 1_663_370],
  ["ResNet-20 with convolutions as shortcuts", resnet20({ norm: "batch", key }), 272_474],
  ["MobileNetV2 at half its width, for ImageNet", mobileNetV2({ classes: 1000, width: 0.5, key }), 1_968_680],
])("%s has as many parameters as elsewhere", (_, { graph }, count) => {
  const trained = [...graph.initializers].filter(([name]) => !name.includes(".running_"));
  expect(trained.reduce((sum, [, { values }]) => sum + values.length, 0)).toBe(count);
});

test("a model of language may have a head of its own, and drop", () => {
  const { graph } = gpt({
    layers: 1,
    width: 4,
    heads: 2,
    context: 3,
    vocabulary: 5,
    tied: false,
    dropoutRate: 0.1,
    key,
  });
  expect(graph.initializers.get("head.weight")?.shape).toEqual([5, 4]);
  expect(graph.nodes.filter(({ operator }) => operator === "Dropout")).toHaveLength(3);
});

test.each<[string, () => unknown, string]>([
  [
    "heads",
    () => gpt({ layers: 1, width: 6, heads: 4, context: 3, vocabulary: 5, key }),
    'layer "blocks.0": 6 values do not',
  ],
  ["layers", () => vitTiny({ layers: 0, key }), "vitTiny: layers must be a whole number from 1"],
  ["groups", () => resnet20({ norm: "group", width: 3, key }), 'layer "norm": 3 channels do not make 2 equal groups'],
  ["width", () => mobileNetV2({ width: 0, key }), "mobileNetV2: width must be a number > 0, got 0"],
  ["vocabulary", () => charLstm({ vocabulary: 0, length: 3, key }), "embedding: vocabulary must be a whole number"],
  [
    "units",
    () => charGru({ vocabulary: 65, length: 3, units: 1e5, key }),
    "with a vocabulary of 65 and 100000 units a model",
  ],
])("%s out of range are refused with what is wrong", (_, build, message) => {
  expect(build).toThrow(expect.objectContaining({ code: "option-invalid" }));
  expect(build).toThrow(message);
});
