/**
 * Lets convolutions work on channels in blocks, where the processor has kernels for that.
 *
 *     Y = Conv(X, W)             →  Y = in order(Conv'(X in blocks, W in blocks))
 *     Y = ConvTranspose(G, W)    →  the same with W turned, channels and filters having changed places; for strides of 1
 *
 * ONNX Runtime does so by itself, but only with weights that are constants: it brings these into blocks once. Here it is
 * done in every step, which costs little. What is won is that no window is copied before it is multiplied. Steps of three
 * convolutions for a batch of 32, in milliseconds on one thread of an AMD EPYC with AVX2, ONNX Runtime 1.30:
 *
 *     image, taps         channels    usual   in blocks
 *     32 × 32, 3 × 3            16     47.6        41.8
 *     16 × 16, 3 × 3            32     33.6        27.9
 *     28 × 28, 5 × 5            16    107.8        71.4
 *     14 × 14, 5 × 5            64    238.2       164.0
 *
 * In the gradient for weights the batch stands in the place of channels, and it is known only when the graph runs: an If
 * node looks whether the batch falls into whole blocks.
 *
 * @module
 */
import { present } from "@potluck/core";
import { int, ints } from "../../graph/attributes.ts";
import { valuesUsed } from "../../graph/check.ts";
import type { Dimension, Graph, GraphNode, Model, TensorType } from "../../graph/graph.ts";
import { graphBuilder } from "../../graph/graph-building.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import {
  BLOCKED_DOMAIN,
  BLOCKED_OPERATOR_SET,
  blockedNode,
  fromBlocks,
  toBlocks,
} from "../../graph/operators/blocked-channels.ts";
import { windowAttributes } from "../../graph/operators/windows.ts";
import { int64List } from "../../graph/tensors.ts";
import { type Blocks, isPaddedBefore, type Plan, planOf, type TypeOf } from "./plan.ts";
import { reordered, type Weights, weightsOf } from "./weights.ts";

const NO_TYPE: TensorType = { dataType: "float32", shape: [] };

/** `model` as one that may hold operators on blocks. */
export function allowingBlocks(model: Model): Model {
  return { ...model, opsets: new Map([...model.opsets, [BLOCKED_DOMAIN, BLOCKED_OPERATOR_SET]]) };
}

/** `graph`, whose values have the types that `typeOf` says, with its convolutions in blocks. */
export function withBlockedConvolutions(graph: Graph, typeOf: TypeOf, blocks: Blocks): Graph {
  const plans = new Map(graph.nodes.map((node) => [node, planOf(node, typeOf, blocks)]));
  if ([...plans.values()].every((plan) => plan === null)) return graph;
  const made = graph.nodes.flatMap(({ outputs }) => outputs);
  const outside = valuesFromOutside(graph, made);
  const next = graphBuilder(undefined, made);
  for (const info of graph.inputs) next.input(info);
  for (const value of outside) next.outer(value, typeOf(value));
  const given = [...graph.inputs.map(({ name }) => name), ...outside];
  const scene: Scene = { graph: next, blocks, given, inBlocks: new Map(), whole: new Map() };
  for (const node of graph.nodes) {
    const plan = plans.get(node) ?? null;
    const types = node.outputs.map((name) => (name === "" ? NO_TYPE : typeOf(name)));
    if (plan === null) next.append(node, types);
    else appendPlanned(scene, plan, present(types[0], "the type of a convolution"));
  }
  const outputs = graph.outputs.map(({ name }) => name);
  return next.build(graph.name, outputs);
}

function valuesFromOutside({ inputs, nodes }: Graph, made: readonly string[]): readonly string[] {
  const inside = new Set(["", ...inputs.map(({ name }) => name), ...made]);
  return [...new Set(nodes.flatMap(valuesUsed))].filter((name) => !inside.has(name));
}

interface Scene {
  readonly graph: GraphBuilder;
  readonly blocks: Blocks;
  /** The names of values that no node makes. */
  readonly given: readonly string[];
  /** Values of the graph in blocks. */
  readonly inBlocks: Map<string, string>;
  /** For dimensions the value that says whether they fall into whole blocks. */
  readonly whole: Map<Dimension, string>;
}

function appendPlanned(scene: Scene, plan: Plan, type: TensorType): void {
  const { graph } = scene;
  const { node, channels, channelCount } = plan;
  const [output = ""] = node.outputs;
  const weights = weightsOf(plan, graph, (value) => inBlocksOnce(scene, value));
  if (channelCount !== null) {
    const image = inBlocksOnce(scene, paddedImage(graph, plan, output));
    appendBlocked(graph, plan, { image, weights, output });
    return;
  }
  const then = branch(scene, `${output}/in blocks`, type, (inner, name) => {
    const image = appended(inner, `${name}/image`, (value) => toBlocks(paddedImage(inner, plan, name), value));
    appendBlocked(inner, plan, { image, weights, output: name });
  });
  const otherwise = branch(scene, `${output}/in order`, type, (inner, name) => {
    inner.append({ ...node, name, outputs: [name] }, [type]);
  });
  const attributes = {
    then_branch: { kind: "graph" as const, value: then },
    else_branch: { kind: "graph" as const, value: otherwise },
  };
  const inputs = [fallsIntoBlocks(scene, node.inputs[0] ?? "", channels)];
  graph.append({ name: output, operator: "If", domain: "", inputs, outputs: [output], attributes }, [type]);
}

/** A branch that gives one value, of this type and called `name`, as the names of all values in it must begin. */
function branch(
  { graph, given }: Scene,
  name: string,
  type: TensorType,
  fill: (inner: GraphBuilder, output: string) => void,
): Graph {
  const inner = graphBuilder();
  const made = graph.nodes().flatMap(({ outputs }) => outputs.filter((value) => value !== ""));
  for (const value of [...given, ...made]) inner.outer(value, graph.typeOf(value));
  fill(inner, name);
  return { ...inner.build(name, [name]), outputs: [{ name, ...type }] };
}

/** Whether the channels of `image` fall into whole blocks; computed once for each dimension. */
function fallsIntoBlocks({ graph, blocks, whole }: Scene, image: string, channels: Dimension): string {
  const known = whole.get(channels);
  if (known !== undefined) return known;
  const count = graph.add("Shape", [image], { start: int(1), end: int(2) });
  const rest = graph.add("Mod", [count, graph.constant(int64List([blocks.size]))]);
  const found = graph.add("Equal", [rest, graph.constant(int64List([0]))]);
  whole.set(channels, found);
  return found;
}

/** `value` in blocks, for all that need it. */
function inBlocksOnce({ graph, inBlocks }: Scene, value: string): string {
  const name = inBlocks.get(value) ?? appended(graph, `${value}/in blocks`, (output) => toBlocks(value, output));
  inBlocks.set(value, name);
  return name;
}

/** The image under the windows, with its padding where that is better there before. */
function paddedImage(graph: GraphBuilder, plan: Plan, output: string): string {
  const { node, windows } = plan;
  const [image = ""] = node.inputs;
  if (!isPaddedBefore(plan)) return image;
  const pads = [0, 0, ...windows.map(({ before }) => before), 0, 0, ...windows.map(({ after }) => after)];
  const value = { kind: "tensor" as const, value: int64List(pads) };
  return graph.add("Pad", [image, graph.add("Constant", [], { value }, `${output}/pads`)], {}, `${output}/padded`);
}

/** What a convolution in blocks reads, and what it is to give. */
interface Blocked {
  /** In blocks. */
  readonly image: string;
  readonly weights: Weights;
  readonly output: string;
}

function appendBlocked(graph: GraphBuilder, plan: Plan, { image, weights, output }: Blocked): void {
  const { node, windows, taps, filters } = plan;
  const bias = node.inputs[2] ?? "";
  const inputs = [image, reordered(graph, plan, weights, output), ...(bias === "" ? [] : [bias])];
  const slid = isPaddedBefore(plan) ? windows.map((window) => ({ ...window, before: 0, after: 0 })) : windows;
  const attributes = { ...windowAttributes(slid), kernel_shape: ints(taps) };
  const blocked = appended(graph, `${output}/result`, (name) => blockedNode("Conv", inputs, name, attributes));
  graph.append(fromBlocks(blocked, filters, output));
}

/** Appends the node that `make` makes for a free name like `stem`; that name. */
function appended(graph: GraphBuilder, stem: string, make: (name: string) => GraphNode): string {
  const name = graph.fresh(stem);
  graph.append(make(name));
  return name;
}
