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
import { nodeOf } from "./check-rewrite.ts";
import { anyAttribute, attributeNames, type Draw, operatorNames, pick } from "./any-values.ts";

/** The most nodes of a model that is made at random. */
const MAX_RANDOM_NODES = 4;

/** A small model of any operators, on values of any types, most of which do not fit. */
export function randomModel(draw: Draw): Model {
  const dataType = pick(["float32", "float32", "int64"] as const, draw);
  const features = { name: "x", dataType, shape: ["batch", ...sizes(draw)] };
  const initializers = anyInitializers(draw);
  const nodes = anyNodes(["x", ...initializers.keys()], draw);
  const last = nodes.at(-1)?.name ?? "x";
  const outputs = [{ name: "out", dataType: "float32" as const, shape: null }];
  const graph = { name: "random", inputs: [features], outputs, initializers, nodes: [...nodes, ...ending(last)] };
  const opsets = new Map([["", pick([13, 17, 18, 20, 22, 24, 26], draw)]]);
  return { graph, irVersion: 8, opsets, metadata: new Map() };
}

function anyInitializers(draw: Draw): ReadonlyMap<string, TensorData> {
  return new Map([
    ["w", filledSmall("float32", sizes(draw), draw)],
    ["b", filledSmall("float32", sizes(draw).slice(-1), draw)],
    ["m", filledSmall("float32", [pick([2, 3, 4], draw), pick([2, 3, 4], draw)], draw)],
    ["k", filledSmall("int64", [Math.floor(draw() * 5)], draw)],
    ["n", filledSmall(pick(["int64", "bool", "float32"] as const, draw), [], draw)],
  ]);
}

/** Some nodes, each on `given` and on what the nodes before it make. */
function anyNodes(given: readonly string[], draw: Draw): readonly GraphNode[] {
  const values = [...given];
  const count = 1 + Math.floor(draw() * MAX_RANDOM_NODES);
  return Array.from({ length: count }, (_, at) => {
    let node = nodeOfAnyArity(pick(operatorNames, draw), `y${at}`, values, draw);
    const first = pick(values.slice(at === 0 ? 0 : -2), draw);
    if (draw() < 0.7 && node.inputs.length > 0) node = { ...node, inputs: node.inputs.with(0, first) };
    for (let i = Math.floor(draw() * 4); i > 0; i--) node = smallAttribute(node, draw);
    values.push(node.name);
    return node;
  });
}

/** Nodes that make scores for each example of any `value`: the features times the sum of it. */
function ending(value: string): readonly GraphNode[] {
  return [
    nodeOf("Cast", [value], ["float"], { to: int(1) }),
    nodeOf("ReduceSum", ["float"], ["sum"], { keepdims: int(0) }),
    nodeOf("Cast", ["x"], ["features"], { to: int(1) }),
    nodeOf("Mul", ["features", "sum"], ["out"]),
  ];
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
