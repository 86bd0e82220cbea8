/**
 * The test of every gradient: what the derived graph computes against central differences of the forward graph.
 *
 * For y = f(x) and a random c, the derivative of Σ c · y with respect to each element of x is compared with
 *
 *     (Σ c · f(x + h·e) − Σ c · f(x − h·e)) ÷ 2h
 *
 * In float64 h is 1e-5, which leaves an error of about 1e-9. Operators that ONNX Runtime has in float32 only are
 * checked at h = 1/16 with the sums in float64: about 1e-6 where f is linear along each element, about h² where not.
 *
 * @module
 */
import { elementCount, fold, invariant, normals, present, rootKey } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { int } from "../graph/attributes.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { standardModel } from "../graph/standard-model.ts";
import { tensorOf } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { appendGradients } from "./differentiate.ts";

/** The element types in which gradients are checked. */
type Precision = "float64" | "float32";

/** A function to check, and where. */
export interface GradientCheck {
  /** The shapes of the float inputs by name; the gradient with respect to each is checked. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  /** Values for some of the inputs; the others get standard normal ones. */
  readonly values?: Readonly<Record<string, readonly number[]>>;
  /** Appends y = f(inputs) and returns its name. */
  readonly build: (graph: GraphBuilder) => string;
  /** "float64" unless given. */
  readonly precision?: Precision;
  /** The step h; the one that suits the precision unless given. Smaller where a maximum would change its place. */
  readonly step?: number;
}

/** An input with its values. */
interface Sample {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const STEP = { float64: 1e-5, float32: 1 / 16 } as const;

/** The largest difference between derived gradient and central difference, as a share of the largest of them or of 1. */
export async function gradientError(check: GradientCheck): Promise<number> {
  const { precision = "float64", step = STEP[precision] } = check;
  const samples = samplesOf(check);
  const graph = graphBuilder();
  for (const { name, shape } of samples) graph.input({ name, dataType: precision, shape });
  const y = check.build(graph);
  const weights = draw("weights", graph.typeOf(y).shape);
  const derived = await derivedGradients(graph, y, { samples, precision, weights });
  const run = await runner(graph.build("forward", [y]), precision);
  const loss = async (point: readonly Sample[]): Promise<number> => {
    const values = present((await run(point)).get(y), "the output");
    return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
  };
  const estimated = await centralDifferences(loss, samples, step);
  const scale = Math.max(1, ...estimated.map(Math.abs));
  return Math.max(...estimated.map((value, i) => Math.abs(value - (derived[i] ?? Number.NaN)))) / scale;
}

interface Setting {
  readonly samples: readonly Sample[];
  readonly precision: Precision;
  /** The factors c of the sum Σ c · y. */
  readonly weights: readonly number[];
}

/** The gradients of Σ c · y with respect to all samples, one after another. */
async function derivedGradients(graph: GraphBuilder, y: string, setting: Setting): Promise<readonly number[]> {
  const { samples, precision, weights } = setting;
  const factors = graph.constant(tensorOf(precision, fixed(graph.typeOf(y).shape), weights));
  const output = graph.add("ReduceSum", [graph.add("Mul", [y, factors])], { keepdims: int(0) });
  const gradients = appendGradients(graph, { output, withRespectTo: samples.map(({ name }) => name) });
  const run = await runner(graph.build("derived", [...new Set(gradients.values())]), precision);
  const values = await run(samples);
  return samples.flatMap(({ name }) => present(values.get(gradients.get(name) ?? ""), `the gradient of ${name}`));
}

async function centralDifferences(
  loss: (samples: readonly Sample[]) => Promise<number>,
  samples: readonly Sample[],
  step: number,
): Promise<readonly number[]> {
  const differences: number[] = [];
  for (const { name, values } of samples) {
    for (const at of values.keys()) {
      const above = await loss(moved(samples, name, at, step));
      const below = await loss(moved(samples, name, at, -step));
      differences.push((above - below) / (2 * step));
    }
  }
  return differences;
}

/** `samples` with element `at` of one of them moved by `step`. */
function moved(samples: readonly Sample[], name: string, at: number, step: number): readonly Sample[] {
  return samples.map((sample) =>
    sample.name === name
      ? { ...sample, values: sample.values.map((value, i) => (i === at ? value + step : value)) }
      : sample,
  );
}

/** Runs a graph on samples and returns its outputs by name. */
async function runner(
  graph: Graph,
  precision: Precision,
): Promise<(samples: readonly Sample[]) => Promise<ReadonlyMap<string, readonly number[]>>> {
  const session = await InferenceSession.create(writeModel(standardModel(graph)), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
  });
  return async (samples) => {
    const feeds = Object.fromEntries(
      samples.map(({ name, shape, values }) => [name, new Tensor(precision, typed(precision, values), shape)]),
    );
    const results = await session.run(feeds);
    for (const { name, shape } of graph.outputs) {
      const dims = results[name]?.dims ?? [];
      invariant(
        shape?.join() === dims.join(),
        `${name} has the shape ${String(shape)} that its rule says, not ${String(dims)}`,
      );
    }
    return new Map(Object.entries(results).map(([name, { data }]) => [name, Array.from(data, Number)]));
  };
}

function typed(precision: Precision, values: readonly number[]): Float32Array | Float64Array {
  return precision === "float64" ? Float64Array.from(values) : Float32Array.from(values);
}

function samplesOf({ inputs, values = {} }: GradientCheck): readonly Sample[] {
  return Object.entries(inputs).map(([name, shape]) => ({ name, shape, values: values[name] ?? draw(name, shape) }));
}

/** Standard normal numbers that belong to a purpose and a shape, exact in float32. */
function draw(purpose: string, shape: readonly (number | string)[]): readonly number[] {
  const key = fold(fold(rootKey(1), purpose), shape.join());
  return Array.from(normals(key, elementCount(fixed(shape))), Math.fround);
}

function fixed(shape: readonly (number | string)[]): readonly number[] {
  return shape.map(Number);
}
