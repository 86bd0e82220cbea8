/**
 * Models that are wrong in some way, for tests: what a damaged file, a mistaken script or an exporter of another kind
 * may hold. The same draws give the same model.
 *
 * @module
 */
import { invariant, present } from "@potluck/core";
import { operators } from "../graph/operators/registry.ts";
import type { Attribute, DataType, Dimension, Graph, GraphNode, Model, TensorData, ValueInfo } from "../graph/graph.ts";
import { tensorOf } from "../graph/tensors.ts";
import { composites } from "./composite/registry.ts";
import { namesIn } from "./names.ts";

/** Draws numbers in [0, 1). */
export type Draw = () => number;

/** The most changes that are made to one model. */
const MAX_CHANGES = 3;

/** `model` with one change or more, as `draw` decides. */
export function mutated(model: Model, draw: Draw): Model {
  const count = 1 + Math.floor(draw() * MAX_CHANGES);
  let changed = model;
  for (let i = 0; i < count; i++) changed = pick(changes, draw)(changed, draw);
  return changed;
}

type Change = (model: Model, draw: Draw) => Model;

const changes: readonly Change[] = [
  onNode(otherOperator),
  onNode(otherOperator),
  onNode(otherOperator),
  onNode(otherAttribute),
  onNode(otherAttribute),
  onNode(otherAttribute),
  onNode(withoutAttribute),
  onNode(otherInput),
  onNode(otherInput),
  onNode(withoutInput),
  onNode(moreInputs),
  onNode(swappedInputs),
  onNode(otherOutputs),
  onNode(otherDomain),
  onInitializer(otherValues),
  onInitializer(otherValues),
  onInitializer(otherShape),
  onInitializer(otherType),
  onConstant,
  onConstant,
  dropNode,
  bridgeNode,
  repeatNode,
  otherOperatorSet,
  otherInterface,
  nodeBefore,
  nodeBefore,
];

/** The operators that nodes get. */
export const operatorNames: readonly string[] = [...operators, ...composites]
  .map(({ name }) => name)
  .concat("If", "Loop", "NoSuchOperator");
const wholeNumbers = [0, 1, -1, 2, 3, -2, 5, 7, 11, 64, -64, 2 ** 31, -(2 ** 31), 2 ** 53, 1e6, 1e9];
const floats = [0, 1, -1, 0.5, 1e-5, 1e30, Number.NaN, Number.POSITIVE_INFINITY, -0.1];
const texts = [
  "",
  "linear",
  "SAME_UPPER",
  "VALID",
  "NOTSET",
  "add",
  "mean",
  "reflect",
  "wrap",
  "ij,jk->ik",
  "…,i->i",
  "max",
  "tanh",
  "bidirectional",
];
const dataTypes: readonly DataType[] = ["float32", "float64", "float16", "int64", "int32", "int8", "uint8", "bool"];
/** The names of attributes that nodes get. */
export const attributeNames: readonly string[] = [
  "axis",
  "axes",
  "perm",
  "keepdims",
  "kernel_shape",
  "strides",
  "pads",
  "dilations",
  "group",
  "auto_pad",
  "to",
  "alpha",
  "beta",
  "transA",
  "transB",
  "epsilon",
  "training_mode",
  "momentum",
  "mode",
  "value",
  "value_int",
  "value_ints",
  "num_outputs",
  "hidden_size",
  "direction",
  "activations",
  "equation",
  "reduction",
  "ceil_mode",
  "count_include_pad",
  "allowzero",
  "largest",
  "num_heads",
  "num_groups",
  "stash_type",
  "start",
  "end",
  "upper",
  "k",
  "blocksize",
  "batch_dims",
  "p",
  "fmod",
  "is_causal",
  "q_num_heads",
  "kv_num_heads",
  "layout",
  "noop_with_empty_axes",
  "output_padding",
  "output_shape",
  "dtype",
  "lambd",
  "bias",
  "exclusive",
  "reverse",
  "approximate",
  "ignore_index",
  "storage_order",
  "new_axis",
  "interleaved",
  "detect_negative",
];

/** One of `items`. */
export function pick<Item>(items: readonly Item[], draw: Draw): Item {
  const [item] = items.slice(Math.floor(draw() * items.length)).slice(0, 1);
  invariant(item !== undefined, "a list that is not empty");
  return item;
}

function onNode(change: (node: GraphNode, draw: Draw, model: Model) => GraphNode): Change {
  return (model, draw) => {
    const { nodes } = model.graph;
    if (nodes.length === 0) return model;
    const at = Math.floor(draw() * nodes.length);
    return withGraph(model, { nodes: nodes.map((node, i) => (i === at ? change(node, draw, model) : node)) });
  };
}

function withGraph(model: Model, changed: Partial<Graph>): Model {
  return { ...model, graph: { ...model.graph, ...changed } };
}

function otherOperator(node: GraphNode, draw: Draw): GraphNode {
  return { ...node, operator: pick(operatorNames, draw) };
}

function otherDomain(node: GraphNode): GraphNode {
  return { ...node, domain: "com.microsoft" };
}

function otherAttribute(node: GraphNode, draw: Draw): GraphNode {
  const own = Object.keys(node.attributes);
  const name = own.length > 0 && draw() < 0.6 ? pick(own, draw) : pick(attributeNames, draw);
  return { ...node, attributes: { ...node.attributes, [name]: anyAttribute(draw, node.attributes[name]) } };
}

/** An attribute, often of the kind of the one that it replaces. */
export function anyAttribute(draw: Draw, former: Attribute | undefined): Attribute {
  const whole = (): number => pick(wholeNumbers, draw);
  const list = <Item>(one: () => Item): readonly Item[] => Array.from({ length: Math.floor(draw() * 6) }, one);
  const kind =
    former !== undefined && draw() < 0.7
      ? former.kind
      : pick(["int", "ints", "float", "floats", "string", "strings", "tensor"] as const, draw);
  switch (kind) {
    case "int":
      return { kind, value: whole() };
    case "ints":
      return { kind, value: list(whole) };
    case "float":
      return { kind, value: pick(floats, draw) };
    case "floats":
      return { kind, value: list(() => pick(floats, draw)) };
    case "string":
      return { kind, value: pick(texts, draw) };
    case "strings":
      return { kind, value: list(() => pick(texts, draw)) };
    case "tensor":
    case "graph":
      return { kind: "tensor", value: anyTensor(draw) };
  }
}

function anyTensor(draw: Draw): TensorData {
  const shape = Array.from({ length: Math.floor(draw() * 3) }, () => pick([0, 1, 2, 3, 4], draw));
  const dataType = pick(dataTypes, draw);
  return filled(dataType, shape, draw);
}

function filled(dataType: DataType, shape: readonly number[], draw: Draw): TensorData {
  const length = shape.reduce((a, b) => a * b, 1);
  if (dataType === "float16") return { dataType, shape, values: new Uint16Array(length) };
  const isFloat = dataType === "float32" || dataType === "float64";
  return tensorOf(
    dataType,
    shape,
    Array.from({ length }, () => pick(isFloat ? floats : wholeNumbers, draw)),
  );
}

function withoutAttribute(node: GraphNode, draw: Draw): GraphNode {
  const own = Object.keys(node.attributes);
  if (own.length === 0) return node;
  const gone = pick(own, draw);
  return { ...node, attributes: Object.fromEntries(Object.entries(node.attributes).filter(([name]) => name !== gone)) };
}

function otherInput(node: GraphNode, draw: Draw, model: Model): GraphNode {
  if (node.inputs.length === 0) return { ...node, inputs: [pick(valuesBefore(model, node), draw)] };
  const at = Math.floor(draw() * node.inputs.length);
  return { ...node, inputs: node.inputs.with(at, pick(valuesBefore(model, node), draw)) };
}

function withoutInput(node: GraphNode, draw: Draw): GraphNode {
  if (node.inputs.length === 0) return node;
  const at = Math.floor(draw() * node.inputs.length);
  return { ...node, inputs: draw() < 0.5 ? node.inputs.with(at, "") : node.inputs.filter((_, i) => i !== at) };
}

function moreInputs(node: GraphNode, draw: Draw, model: Model): GraphNode {
  return { ...node, inputs: [...node.inputs, pick(valuesBefore(model, node), draw)] };
}

function swappedInputs(node: GraphNode): GraphNode {
  return { ...node, inputs: node.inputs.toReversed() };
}

function otherOutputs(node: GraphNode, draw: Draw): GraphNode {
  const [first = "", ...others] = node.outputs;
  if (draw() < 0.2) return { ...node, outputs: [] };
  if (draw() < 0.3) return { ...node, outputs: ["", first, ...others] };
  return draw() < 0.5
    ? { ...node, outputs: [first] }
    : { ...node, outputs: [...node.outputs, `${first}/more`, `${first}/most`] };
}

function valuesBefore({ graph }: Model, node: GraphNode): readonly string[] {
  const before = graph.nodes.slice(0, graph.nodes.indexOf(node)).flatMap(({ outputs }) => outputs);
  return ["", ...graph.inputs.map(({ name }) => name), ...graph.initializers.keys(), ...before.slice(-12)];
}

function onInitializer(change: (tensor: TensorData, draw: Draw) => TensorData): Change {
  return (model, draw) => {
    const { initializers } = model.graph;
    if (initializers.size === 0) return model;
    const name = pick([...initializers.keys()], draw);
    const tensor = present(initializers.get(name), name);
    return withGraph(model, { initializers: new Map(initializers).set(name, change(tensor, draw)) });
  };
}

function otherValues(tensor: TensorData, draw: Draw): TensorData {
  return filled(tensor.dataType, tensor.shape, draw);
}

function otherShape(tensor: TensorData, draw: Draw): TensorData {
  const kind = draw();
  if (kind < 0.3) return filled(tensor.dataType, tensor.shape.toReversed(), draw);
  if (kind < 0.5) return filled(tensor.dataType, [...tensor.shape, 1], draw);
  if (kind < 0.7) return filled(tensor.dataType, tensor.shape.slice(1), draw);
  return anyTensor(draw);
}

function otherType(tensor: TensorData, draw: Draw): TensorData {
  return filled(pick(dataTypes, draw), tensor.shape, draw);
}

/** Another value for one of the Constant nodes. */
function onConstant(model: Model, draw: Draw): Model {
  const constants = model.graph.nodes.filter(({ operator }) => operator === "Constant");
  if (constants.length === 0) return model;
  const chosen = pick(constants, draw);
  const value = chosen.attributes["value"];
  const tensor =
    value?.kind === "tensor" ? pick([otherValues, otherShape, otherType], draw)(value.value, draw) : anyTensor(draw);
  const changed = { ...chosen, attributes: { value: { kind: "tensor", value: tensor } as const } };
  return withGraph(model, { nodes: model.graph.nodes.map((node) => (node === chosen ? changed : node)) });
}

function dropNode(model: Model, draw: Draw): Model {
  if (model.graph.nodes.length < 2) return model;
  const at = Math.floor(draw() * model.graph.nodes.length);
  return withGraph(model, { nodes: model.graph.nodes.filter((_, i) => i !== at) });
}

/** Drops a node whose readers get its first input instead. */
function bridgeNode(model: Model, draw: Draw): Model {
  const { nodes } = model.graph;
  if (nodes.length < 2) return model;
  const gone = pick(nodes.slice(0, -1), draw);
  const [input = ""] = gone.inputs;
  const others = nodes.filter((node) => node !== gone);
  return withGraph(model, {
    nodes: others.map((node) => ({
      ...node,
      inputs: node.inputs.map((name) => (name !== "" && gone.outputs.includes(name) ? input : name)),
    })),
  });
}

function repeatNode(model: Model, draw: Draw): Model {
  const { nodes } = model.graph;
  if (nodes.length === 0) return model;
  const node = pick(nodes, draw);
  return withGraph(model, {
    nodes: [...nodes, draw() < 0.5 ? node : { ...node, outputs: node.outputs.map((name) => `${name}/again`) }],
  });
}

function otherOperatorSet(model: Model, draw: Draw): Model {
  return {
    ...model,
    opsets: new Map([["", pick([1, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 99], draw)]]),
  };
}

/** Another type or name of an input or output of the model. */
function otherInterface(model: Model, draw: Draw): Model {
  const shapes: readonly (readonly Dimension[] | null)[] = [
    null,
    [],
    ["batch"],
    ["batch", 4],
    ["a", "b", "c"],
    [3, 4],
    [0],
    ["batch", 0],
    ["batch", 1, 8, 8],
  ];
  const change = (info: ValueInfo): ValueInfo => {
    const kind = draw();
    if (kind < 0.4) return { ...info, dataType: pick(dataTypes, draw) };
    if (kind < 0.8) return { ...info, shape: pick(shapes, draw) };
    if (kind < 0.9)
      return {
        ...info,
        shape: (info.shape ?? []).map((size) => (typeof size === "number" ? pick([0, 1, 2, 3, "time"], draw) : size)),
      };
    return { ...info, name: pick([...namesIn(model.graph)], draw) };
  };
  return draw() < 0.6
    ? withGraph(model, { inputs: model.graph.inputs.map(change) })
    : withGraph(model, { outputs: model.graph.outputs.map(change) });
}

/** Puts a node of any operator between a value and its reader. */
function nodeBefore(model: Model, draw: Draw): Model {
  const { nodes } = model.graph;
  if (nodes.length === 0) return model;
  const at = Math.floor(draw() * nodes.length);
  const reader = present(nodes[at], "a node");
  if (reader.inputs.length === 0) return model;
  const place = Math.floor(draw() * reader.inputs.length);
  const further = Array.from({ length: Math.floor(draw() * 3) }, () => pick(valuesBefore(model, reader), draw));
  const output = `inserted/${nodes.length}`;
  let node: GraphNode = {
    name: output,
    operator: pick(operatorNames, draw),
    domain: "",
    inputs: [reader.inputs[place] ?? "", ...further],
    outputs: [output],
    attributes: {},
  };
  for (let i = Math.floor(draw() * 3); i > 0; i--) node = otherAttribute(node, draw);
  const changed = { ...reader, inputs: reader.inputs.with(place, output) };
  return withGraph(model, { nodes: [...nodes.slice(0, at), node, changed, ...nodes.slice(at + 1)] });
}
