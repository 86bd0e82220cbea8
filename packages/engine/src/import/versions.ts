/**
 * Operator-set versions: a model of any set from 13 to 26 becomes one of set 18, node by node.
 *
 * Most operators only learned new element types between these sets. The table below holds those whose form or meaning
 * changed; everything else stays as it is. Operators that set 18 has not (Gelu, Attention) stay, too: they are
 * composites, and what they mean is written out later.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { int, intsOf } from "../graph/attributes.ts";
import { describe, valuesUsed } from "../graph/check.ts";
import type { Attribute, Graph, GraphNode, Model } from "../graph/graph.ts";
import { FIRST_OPERATOR_SET, LAST_OPERATOR_SET, requireOperatorSet, standardModel } from "../graph/standard-model.ts";
import { int64List } from "../graph/tensors.ts";
import { namesIn, unusedName } from "./names.ts";

/** What a rewriting may ask of the whole model. */
interface Surroundings {
  /** A name that no value has. */
  readonly fresh: (stem: string) => string;
  /** Whether anything reads this value. */
  readonly isUsed: (value: string) => boolean;
}

/** The nodes that `node` becomes. */
type Rewrite = (node: GraphNode, surroundings: Surroundings) => readonly GraphNode[];

/** Operators that were written otherwise in the sets from `first` to `last`. */
interface Change {
  readonly operators: readonly string[];
  readonly first: number;
  readonly last: number;
  readonly rewrite: Rewrite;
}

const changes: readonly Change[] = [
  {
    operators: [
      "ReduceL1",
      "ReduceL2",
      "ReduceLogSum",
      "ReduceLogSumExp",
      "ReduceMax",
      "ReduceMean",
      "ReduceMin",
      "ReduceProd",
      "ReduceSumSquare",
    ],
    first: FIRST_OPERATOR_SET,
    last: 17,
    rewrite: axesAsInput,
  },
  { operators: ["Split"], first: FIRST_OPERATOR_SET, last: 17, rewrite: countedParts },
  { operators: ["BatchNormalization"], first: FIRST_OPERATOR_SET, last: 13, rewrite: statisticsByMode },
  {
    operators: ["Cast", "CastLike"],
    first: 19,
    last: LAST_OPERATOR_SET,
    rewrite: (node) => [without(node, ["saturate", "round_mode"])],
  },
  { operators: ["AveragePool"], first: 19, last: LAST_OPERATOR_SET, rewrite: densePool },
];

/**
 * `model` in operator set 18, but for composites, which stay as they are; the bodies of its nodes included.
 * Throws Fault "model-unsupported" for sets below 13 and above 26, and for what set 18 cannot say.
 */
export function upgraded(model: Model): Model {
  requireOperatorSet(model);
  const operatorSet = model.opsets.get("") ?? 0;
  const rewrites = new Map(
    changes
      .filter(({ first, last }) => first <= operatorSet && operatorSet <= last)
      .flatMap(({ operators, rewrite }) => operators.map((operator): [string, Rewrite] => [operator, rewrite])),
  );
  const graph = upgradedGraph(model.graph, rewrites, surroundingsOf(model.graph));
  const { opsets, irVersion } = standardModel(graph);
  return { ...model, graph, irVersion, opsets: new Map([...model.opsets, ...opsets]) };
}

function surroundingsOf(graph: Graph): Surroundings {
  const taken = namesIn(graph);
  const used = new Set([...graph.nodes.flatMap(valuesUsed), ...graph.outputs.map(({ name }) => name)]);
  return {
    fresh: (stem) => {
      const name = unusedName(stem, taken);
      taken.add(name);
      return name;
    },
    isUsed: (value) => used.has(value),
  };
}

function upgradedGraph(graph: Graph, rewrites: ReadonlyMap<string, Rewrite>, surroundings: Surroundings): Graph {
  const upgradedBody = (attribute: Attribute): Attribute =>
    attribute.kind === "graph"
      ? { ...attribute, value: upgradedGraph(attribute.value, rewrites, surroundings) }
      : attribute;
  const nodes = graph.nodes.flatMap((node) => {
    const attributes = Object.entries(node.attributes).map(([name, value]) => [name, upgradedBody(value)] as const);
    const whole = { ...node, attributes: Object.fromEntries(attributes) };
    const rewrite = node.domain === "" ? rewrites.get(node.operator) : undefined;
    return rewrite === undefined ? [whole] : rewrite(whole, surroundings);
  });
  return { ...graph, nodes };
}

function without(node: GraphNode, names: readonly string[]): GraphNode {
  return {
    ...node,
    attributes: Object.fromEntries(Object.entries(node.attributes).filter(([name]) => !names.includes(name))),
  };
}

/** The axes of reductions were an attribute until set 17, and are an input since. */
function axesAsInput(node: GraphNode, { fresh }: Surroundings): readonly GraphNode[] {
  const axes = intsOf(node, "axes");
  if (axes === null) return [node];
  const name = fresh(`${node.outputs[0] ?? node.name}.axes`);
  const constant: GraphNode = {
    name,
    operator: "Constant",
    domain: "",
    inputs: [],
    outputs: [name],
    attributes: { value: { kind: "tensor", value: int64List(axes) } },
  };
  return [constant, { ...without(node, ["axes"]), inputs: [...node.inputs.slice(0, 1), name] }];
}

/** Until set 17 a split without sizes made equal parts, as many as outputs; since then their number is said. */
function countedParts(node: GraphNode): readonly GraphNode[] {
  const sized = (node.inputs[1] ?? "") !== "";
  if (sized) return [node];
  return [{ ...node, attributes: { ...node.attributes, num_outputs: int(node.outputs.length) } }];
}

/** In set 13 batch normalisation learned where it had further outputs; since then an attribute says so. */
function statisticsByMode(node: GraphNode, { isUsed }: Surroundings): readonly GraphNode[] {
  if (node.outputs.length === 1) return [node];
  if (node.outputs.slice(3).some(isUsed)) {
    throw new Fault(
      "model-unsupported",
      `${describe(node)} gives out the statistics of the batch, which later operator sets do not`,
      "Export the model again with operator set 14 or later.",
    );
  }
  return [{ ...node, outputs: node.outputs.slice(0, 3), attributes: { ...node.attributes, training_mode: int(1) } }];
}

/** Since set 19 the cells of an average may lie apart, which set 18 cannot say. */
function densePool(node: GraphNode): readonly GraphNode[] {
  const dilations = intsOf(node, "dilations") ?? [];
  if (dilations.every((dilation) => dilation === 1)) return [without(node, ["dilations"])];
  throw new Fault(
    "model-unsupported",
    `${describe(node)} averages cells that lie ${Math.max(...dilations)} apart`,
    "Leave out the dilation there, or write the average as a convolution with fixed weights.",
  );
}
