/**
 * Small models of any operators on values of any types, for tests: most of them do not fit, and some do. The same draws
 * give the same model.
 *
 * @module
 */
import { int } from "../graph/attributes.ts";
import type { Attribute, DataType, GraphNode, Model, TensorData } from "../graph/graph.ts";
import { tensorOf } from "../graph/tensors.ts";
import { checkArity } from "./arity.ts";
import { anyAttribute, attributeNames, type Draw, operatorNames, pick } from "./mutations.ts";

/** The most nodes of a model that is made at random. */
const MAX_RANDOM_NODES = 4;

/** A small model of any operators, on values of any types, most of which do not fit. */
export function randomModel(draw: Draw): Model {
  const features = {
    name: "x",
    dataType: pick(["float32", "float32", "int64"] as const, draw),
    shape: ["batch", ...sizes(draw)],
  };
  const values = ["x", "w", "b", "m", "k", "n"];
  const initializers = new Map<string, TensorData>([
    ["w", filledSmall("float32", sizes(draw), draw)],
    ["b", filledSmall("float32", sizes(draw).slice(-1), draw)],
    ["m", filledSmall("float32", [pick([2, 3, 4], draw), pick([2, 3, 4], draw)], draw)],
    ["k", filledSmall("int64", [Math.floor(draw() * 5)], draw)],
    ["n", filledSmall(pick(["int64", "bool", "float32"] as const, draw), [], draw)],
  ]);
  const nodes: GraphNode[] = [];
  const count = 1 + Math.floor(draw() * MAX_RANDOM_NODES);
  for (let at = 0; at < count; at++) {
    const output = `y${at}`;
    let node = nodeOfAnyArity(pick(operatorNames, draw), output, values, draw);
    if (draw() < 0.7 && node.inputs.length > 0)
      node = { ...node, inputs: node.inputs.with(0, pick(values.slice(at === 0 ? 0 : -2), draw)) };
    for (let i = Math.floor(draw() * 4); i > 0; i--) node = smallAttribute(node, draw);
    nodes.push(node);
    values.push(output);
  }
  const plain = { domain: "", attributes: {} };
  nodes.push(
    {
      ...plain,
      name: "float",
      operator: "Cast",
      inputs: [`y${count - 1}`],
      outputs: ["float"],
      attributes: { to: int(1) },
    },
    {
      ...plain,
      name: "sum",
      operator: "ReduceSum",
      inputs: ["float"],
      outputs: ["sum"],
      attributes: { keepdims: int(0) },
    },
    { ...plain, name: "features", operator: "Cast", inputs: ["x"], outputs: ["features"], attributes: { to: int(1) } },
    { ...plain, name: "out", operator: "Mul", inputs: ["features", "sum"], outputs: ["out"] },
  );
  const outputs = [{ name: "out", dataType: "float32" as const, shape: null }];
  const graph = { name: "random", inputs: [features], outputs, initializers, nodes };
  return {
    graph,
    irVersion: 8,
    opsets: new Map([["", pick([13, 17, 18, 20, 22, 24, 26], draw)]]),
    metadata: new Map(),
  };
}

/** A node with as many inputs as its operator may have. */
function nodeOfAnyArity(operator: string, output: string, values: readonly string[], draw: Draw): GraphNode {
  for (let tries = 0; tries < 12; tries++) {
    const inputs = Array.from({ length: Math.floor(draw() * 7) }, () => pick(values, draw));
    const outputs = draw() < 0.8 ? [output] : [output, `${output}/1`, `${output}/2`];
    const node = { name: output, operator, domain: "", inputs, outputs, attributes: {} };
    try {
      checkArity(node);
      return node;
    } catch {
      // Another number of inputs.
    }
  }
  return { name: output, operator, domain: "", inputs: [pick(values, draw)], outputs: [output], attributes: {} };
}

function sizes(draw: Draw): readonly number[] {
  return Array.from({ length: Math.floor(draw() * 4) }, () => pick([1, 2, 3, 4, 4], draw));
}

function filledSmall(dataType: DataType, shape: readonly number[], draw: Draw): TensorData {
  const length = shape.reduce((a, b) => a * b, 1);
  const numbers = dataType === "bool" ? [0, 1] : [0, 1, 1, 2, 2, 3, -1, 4];
  return tensorOf(
    dataType,
    shape,
    Array.from({ length }, () => pick(numbers, draw)),
  );
}

/** An attribute that some operator has, with numbers that are often in range. */
function smallAttribute(node: GraphNode, draw: Draw): GraphNode {
  const name = pick(attributeNames, draw);
  const whole = (): number => pick([0, 1, 1, 2, 3, -1], draw);
  const kind = draw();
  const value: Attribute =
    kind < 0.4
      ? { kind: "int", value: whole() }
      : kind < 0.8
        ? { kind: "ints", value: Array.from({ length: Math.floor(draw() * 5) }, whole) }
        : anyAttribute(draw, undefined);
  return { ...node, attributes: { ...node.attributes, [name]: value } };
}
