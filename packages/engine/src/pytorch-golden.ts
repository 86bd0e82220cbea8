/**
 * What PyTorch made of the models in `../fixtures`, for the tests that compare. See the README there.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { present } from "@potluck/core";
import type { ParameterRules } from "./import/parameter-roles.ts";
import { readModel } from "./onnx/read.ts";
import type { BatchTask } from "./runtime/run-products.ts";
import type { TrainerOptions } from "./runtime/trainer.ts";
import { initialParams } from "./training/parameters.ts";

/** Where the models lie. */
export const FOLDER: string = join(import.meta.dirname, "../fixtures");
/** How many steps PyTorch took, each on the whole batch. */
export const STEPS = 5;
/** The largest difference within a tensor, as a share of the tensor's largest value. */
export const TOLERANCE = 1e-4;

/** What an initializer of an ONNX file holds. */
export type Content =
  | { readonly parameter: string; readonly transposed: boolean }
  | { readonly parameters: readonly string[]; readonly gates: readonly number[] }
  | { readonly buffer: string };

/** A tensor, its values one after another. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Tensors by name, of floats or whole numbers. */
export type Golden = ReadonlyMap<string, GoldenTensor>;

/** What PyTorch made of a model. */
export function readGolden(model: string): Golden {
  const file = new Uint8Array(readFileSync(join(FOLDER, `${model}.golden.safetensors`)));
  const start = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
  const header: Readonly<
    Record<string, Readonly<Record<"dtype", string> & Record<"shape" | "data_offsets", number[]>>>
  > = JSON.parse(new TextDecoder().decode(file.subarray(8, start)));
  return new Map(
    Object.entries(header).flatMap(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from = 0, to = 0],
        },
      ]) => {
        if (name === "__metadata__") return [];
        const { buffer } = file.slice(start + from, start + to);
        const values = dtype === "I64" ? new BigInt64Array(buffer) : new Float32Array(buffer);
        return [[name, { shape, values: Array.from<number | bigint, number>(values, Number) }] as const];
      },
    ),
  );
}

interface Description {
  readonly exports: Readonly<Record<string, { readonly initializers: Readonly<Record<string, Content>> }>>;
}

const models = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => file.slice(0, -".json".length));

/** One ONNX file of a model. */
export interface Fixture {
  readonly model: string;
  readonly file: string;
  readonly initializers: Readonly<Record<string, Content>>;
}

/** All ONNX files. */
export const fixtures: readonly Fixture[] = models.flatMap((model) => {
  const description: Description = JSON.parse(readFileSync(join(FOLDER, `${model}.json`), "utf8"));
  return Object.entries(description.exports).map(([file, { initializers }]) => ({ model, file, initializers }));
});

/** Parameters that a file holds twice are one: what its exporter does not note is said by rules. */
export function rulesFor(initializers: Readonly<Record<string, Content>>): ParameterRules {
  const holders = new Map<string, string[]>();
  for (const [name, content] of Object.entries(initializers)) {
    if (!("parameter" in content)) continue;
    holders.set(content.parameter, [...(holders.get(content.parameter) ?? []), name]);
  }
  return { share: [...holders.values()].filter((names) => names.length > 1) };
}

/** The golden values under `prefix` as an initializer with this content holds them; null where there are none. */
function goldenOf(golden: Golden, prefix: string, content: Content): readonly number[] | null {
  if ("buffer" in content) return valuesOf(golden, `running/${content.buffer}`)?.values ?? null;
  if ("parameters" in content) {
    return content.parameters.flatMap((name) => {
      const { values } = present(valuesOf(golden, `${prefix}/${name}`), name);
      const block = values.length / content.gates.length;
      return content.gates.flatMap((gate) => values.slice(gate * block, (gate + 1) * block));
    });
  }
  const found = valuesOf(golden, `${prefix}/${content.parameter}`);
  if (found === null || !content.transposed) return found?.values ?? null;
  const [rows = 1, columns = 1] = found.shape;
  return found.values.map((_, at) => found.values[(at % rows) * columns + Math.floor(at / rows)] ?? Number.NaN);
}

function valuesOf(golden: Golden, name: string): GoldenTensor | null {
  return golden.get(name) ?? null;
}

/** The largest difference, as a share of the largest expected value; infinite where there are more or fewer values. */
export function relativeError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, at) => Math.abs(value - (actual[at] ?? Number.NaN)))) / scale;
}

/** The tensors whose error is too large, with the error. */
export function misses(
  { golden, prefix, initializers }: { golden: Golden; prefix: string; initializers: Readonly<Record<string, Content>> },
  actual: ReadonlyMap<string, ArrayLike<number>>,
): readonly string[] {
  return [...actual].flatMap(([name, values]) => {
    const expected = goldenOf(golden, prefix, present(initializers[name], `what "${name}" holds`));
    if (expected === null) return [];
    const error = relativeError(values, expected);
    return error <= TOLERANCE ? [] : [`${name}: ${error.toExponential(1)}`];
  });
}

/** A fixture with its rules, and the batch that PyTorch was given. */
export interface Scene {
  readonly options: Required<Pick<TrainerOptions, "model" | "parameters" | "features">>;
  readonly batch: BatchTask;
  /** The shape of the features, the number of examples first. */
  readonly shape: readonly number[];
}

/** The scene of an ONNX file. */
export function sceneOf(file: string): Scene {
  const { model: name, initializers } = present(
    fixtures.find((one) => one.file === file),
    file,
  );
  const golden = readGolden(name);
  const model = readModel(readFileSync(join(FOLDER, file)));
  const parameters = rulesFor(initializers);
  const tokens = model.graph.inputs[0]?.dataType === "int64";
  const { shape, values } = present(golden.get("inputs"), "inputs");
  const batch = {
    params: initialParams(model, parameters),
    features: tokens ? Int32Array.from(values) : Float32Array.from(values),
    targets: present(golden.get("targets"), "targets").values,
  };
  const features = { dataType: tokens ? "int32" : "float32", scale: 1 } as const;
  return { options: { model, parameters, features }, batch, shape };
}
