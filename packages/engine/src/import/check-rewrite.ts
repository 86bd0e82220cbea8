/**
 * The test of every rewriting: ONNX Runtime gives the same outputs before it and after it.
 *
 * @module
 */
import { elementCount, fold, invariant, normals, present, rootKey } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Attributes } from "../graph/attributes.ts";
import type { DataType, Dimension, GraphNode, Model, TensorData, ValueInfo } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { writeModel } from "../onnx/write.ts";
import { compositeOf } from "./composite/registry.ts";
import { expanded } from "./rewrite.ts";
import { upgraded } from "./versions.ts";

/** A value that goes into a model or comes out of it. */
export interface Sample {
  readonly dataType: DataType;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Values by name. */
export type Samples = Readonly<Record<string, Sample>>;

/** What a small model is made of. */
export interface Parts {
  readonly operatorSet: number;
  /** Inputs by name; a shape may hold names where the sample of that input has numbers. */
  readonly inputs: Samples;
  /** The shapes of inputs that differ from those of their samples. */
  readonly shapes?: Readonly<Record<string, readonly Dimension[]>>;
  readonly initializers?: Readonly<Record<string, TensorData>>;
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly string[];
  /** The element types of outputs that are not float32. */
  readonly outputTypes?: Readonly<Record<string, DataType>>;
}

/** The IR version of files that hold the newest operator set here. */
const IR_VERSION = 10;

/** A model of `parts`, written as they are, whatever operators they hold. */
export function modelOf(parts: Parts): Model {
  const { operatorSet, inputs, shapes = {}, initializers = {}, nodes, outputs, outputTypes = {} } = parts;
  const graph = {
    name: "parts",
    inputs: Object.entries(inputs).map(([name, { dataType, shape }]) => ({
      name,
      dataType,
      shape: shapes[name] ?? shape,
    })),
    outputs: outputs.map((name): ValueInfo => ({ name, dataType: outputTypes[name] ?? "float32", shape: null })),
    initializers: new Map(Object.entries(initializers)),
    nodes,
  };
  return { graph, irVersion: IR_VERSION, opsets: new Map([["", operatorSet]]), metadata: new Map() };
}

/** A node of the standard operators, named after its first output. */
export function nodeOf(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes = {},
): GraphNode {
  return { name: outputs.find((name) => name !== "") ?? operator, operator, domain: "", inputs, outputs, attributes };
}

/** float32 numbers that belong to `purpose` and `shape`, standard normal. */
export function normalSample(purpose: string, shape: readonly number[]): Sample {
  const key = fold(fold(rootKey(2), purpose), shape.join());
  return { dataType: "float32", shape, values: Array.from(normals(key, elementCount(shape)), Math.fround) };
}

/** Whole numbers. */
export function integerSample(shape: readonly number[], values: readonly number[]): Sample {
  return { dataType: "int64", shape, values };
}

/** Truth values. */
export function booleanSample(shape: readonly number[], values: readonly boolean[]): Sample {
  return { dataType: "bool", shape, values: values.map(Number) };
}

/** The largest difference that importing a model makes to its outputs, as a share of the largest of them or of 1. */
export async function importError(parts: Parts): Promise<number> {
  const model = modelOf(parts);
  return difference(model, expanded(upgraded(model), parts.operatorSet), parts.inputs);
}

/** What the composite of `node` gives out, appended to a graph that has its inputs. */
export function appended(graph: GraphBuilder, node: GraphNode): readonly string[] {
  const composite = present(compositeOf(node.operator), `the composite ${node.operator}`);
  return composite.expand({ graph, node, sequences: new Map() });
}

/** The outputs of `model` for `feeds`, in the order in which it lists them. */
async function outputsOf(model: Model, feeds: Samples): Promise<readonly Sample[]> {
  const session = await InferenceSession.create(writeModel(model), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const results = await session.run(
    Object.fromEntries(Object.entries(feeds).map(([name, sample]) => [name, tensorOf(sample)])),
  );
  const outputs = model.graph.outputs.map(({ name }) => sampleOf(present(results[name], `the output ${name}`)));
  await session.release();
  return outputs;
}

/**
 * The largest difference between the outputs of two models, as a share of the largest of them or of 1.
 * Shapes and element types must be equal; numbers that both are not finite count as equal where they are the same.
 */
export async function difference(before: Model, after: Model, feeds: Samples): Promise<number> {
  const [expected, found] = [await outputsOf(before, feeds), await outputsOf(after, feeds)];
  invariant(expected.length === found.length, `${expected.length} outputs, got ${found.length}`);
  return Math.max(...expected.map((sample, at) => sampleDifference(sample, present(found[at], "an output"))));
}

function sampleDifference(expected: Sample, found: Sample): number {
  const types = [expected, found].map(({ dataType, shape }) => `${dataType}[${shape.join(", ")}]`);
  invariant(types[0] === types[1], `an output ${types.join(", got ")}`);
  const scale = Math.max(1, ...expected.values.filter(Number.isFinite).map(Math.abs));
  const differences = expected.values.map((value, at) =>
    Object.is(value, found.values[at]) ? 0 : Math.abs(value - (found.values[at] ?? Number.NaN)),
  );
  return differences.reduce((most, one) => (one <= most ? most : one), 0) / scale;
}

function tensorOf({ dataType, shape, values }: Sample): Tensor {
  switch (dataType) {
    case "float32":
      return new Tensor(dataType, Float32Array.from(values), shape);
    case "float64":
      return new Tensor(dataType, Float64Array.from(values), shape);
    case "int64":
      return new Tensor(dataType, BigInt64Array.from(values, BigInt), shape);
    case "int32":
      return new Tensor(dataType, Int32Array.from(values), shape);
    case "int8":
      return new Tensor(dataType, Int8Array.from(values), shape);
    case "uint8":
    case "bool":
      return new Tensor(dataType, Uint8Array.from(values), shape);
    case "float16":
      return new Tensor(dataType, Uint16Array.from(values), shape);
  }
}

function sampleOf({ type, dims, data }: Tensor): Sample {
  invariant(type !== "string" && type !== "uint32" && type !== "uint64" && type !== "uint16", `a known type: ${type}`);
  invariant(type !== "int16" && type !== "uint4" && type !== "int4", `a known type, got ${type}`);
  return { dataType: type, shape: dims, values: Array.from<number | bigint | string, number>(data, Number) };
}
