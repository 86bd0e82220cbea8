/**
 * Models that are wrong in some way, for tests: what a damaged file, a mistaken script or an exporter of another kind
 * may hold. The same draws give the same model.
 *
 * @module
 */
import { present } from "@potluck/core";
import type { Dimension, Graph, GraphNode, Model, TensorData, ValueInfo } from "../graph/graph.ts";
import {
  anyAttribute,
  anyTensor,
  attributeNames,
  dataTypes,
  type Draw,
  filled,
  operatorNames,
  pick,
} from "./any-values.ts";
import { namesIn } from "./names.ts";

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
    if (kind < 0.9) return { ...info, shape: (info.shape ?? []).map(() => pick([0, 1, 2, 3, "time"], draw)) };
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
