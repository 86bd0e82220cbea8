/**
 * Reverse-mode differentiation: adds to a graph the nodes that compute the gradient of one of its values.
 *
 * The nodes are visited from last to first. When a node's turn comes, all that depends on its output has already
 * said what it passes back; the sum of that is the output's gradient g, and the node's rule passes on to each input
 * gᵀ · ∂output/∂input. Nodes that the value does not depend on, and inputs that do not depend on what is asked for,
 * are left out. What is added are standard operators again, so the result can be differentiated again.
 *
 * @module
 */
import { Fault, present } from "@potluck/core";
import { describe } from "../graph/check.ts";
import { shapeText } from "../graph/dimensions.ts";
import { isFloating } from "../graph/element-types.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { GradientContext, GradientRule } from "../graph/operator.ts";
import { expandLike } from "../graph/operators/broadcasting.ts";
import { scalarLike } from "../graph/operators/constants.ts";
import { operatorOf } from "../graph/operators/registry.ts";
import { zerosLike } from "../graph/operators/sizes.ts";

/** What to differentiate. */
export interface GradientQuestion {
  /** The value whose gradient is asked for: one float. */
  readonly output: string;
  /** The values with respect to which: parameters, inputs or values between. */
  readonly withRespectTo: readonly string[];
}

/** A graph with the nodes that compute gradients. */
export interface Differentiated {
  /** The graph; the gradients are outputs of it, after the outputs that it had before. */
  readonly graph: Graph;
  /** The value that holds the gradient with respect to each value that was asked for, in that value's shape. */
  readonly gradients: ReadonlyMap<string, string>;
}

/**
 * `graph` with the gradients that `question` asks for.
 * Throws Fault "model-unsupported" for an operator on the way that cannot be differentiated.
 */
export function differentiate(graph: Graph, question: GradientQuestion): Differentiated {
  const builder = graphBuilder(graph);
  const gradients = appendGradients(builder, question);
  const outputs = new Set([...graph.outputs.map(({ name }) => name), ...gradients.values()]);
  return { graph: builder.build(graph.name, [...outputs]), gradients };
}

/** Appends to `builder` the nodes that compute the gradients; returns the value that holds each. */
export function appendGradients(
  builder: GraphBuilder,
  { output, withRespectTo }: GradientQuestion,
): ReadonlyMap<string, string> {
  requireScalar(builder, output);
  const nodes = builder.nodes();
  const dependent = dependentValues(builder, nodes, withRespectTo);
  const gradients = collector(builder);
  gradients.give(output, scalarLike(builder, 1, output));
  for (const node of nodes.toReversed()) passBack(builder, node, dependent, gradients);
  return new Map(
    withRespectTo.map((value) => {
      const gradient = gradients.of(value);
      return [value, gradient === null ? zerosLike(builder, value) : expandLike(builder, gradient, value)];
    }),
  );
}

function requireScalar(builder: GraphBuilder, output: string): void {
  const { dataType, shape } = builder.typeOf(output);
  if (isFloating(dataType) && shape.every((size) => size === 1)) return;
  throw new Fault(
    "model-unsupported",
    `the gradient of "${output}" was asked for, which is ${dataType}${shapeText(shape)} instead of one float`,
    "Reduce it to one float first, such as a mean loss.",
  );
}

/** The float values that depend on `sources`, themselves included. */
function dependentValues(
  builder: GraphBuilder,
  nodes: readonly GraphNode[],
  sources: readonly string[],
): ReadonlySet<string> {
  const dependent = new Set(sources);
  for (const node of nodes) {
    if (!node.inputs.some((value) => dependent.has(value)) || operatorOf(node).gradient === "zero") continue;
    for (const value of node.outputs) {
      if (value !== "" && isFloating(builder.typeOf(value).dataType)) dependent.add(value);
    }
  }
  return dependent;
}

/** Gathers what the consumers of each value pass back to it. A gradient may be narrower than its value: see broadcasting. */
interface Collector {
  readonly give: (value: string, gradient: string) => void;
  /** The sum of all that was given; null of nothing. */
  readonly of: (value: string) => string | null;
}

function collector(builder: GraphBuilder): Collector {
  const given = new Map<string, readonly string[]>();
  return {
    give: (value, gradient) => {
      given.set(value, [...(given.get(value) ?? []), gradient]);
    },
    of: (value) => {
      const parts = given.get(value);
      if (parts === undefined) return null;
      const sum = summed(builder, parts);
      given.set(value, [sum]);
      return sum;
    },
  };
}

function summed(builder: GraphBuilder, parts: readonly string[]): string {
  if (parts.length === 1) return present(parts[0], "the only part");
  return builder.add(parts.length === 2 ? "Add" : "Sum", parts);
}

/** Gives the inputs of `node` their share of the gradients of its outputs. */
function passBack(builder: GraphBuilder, node: GraphNode, dependent: ReadonlySet<string>, gradients: Collector): void {
  if (!node.inputs.some((value) => dependent.has(value))) return;
  const narrow = node.outputs.map((value) => (dependent.has(value) ? gradients.of(value) : null));
  if (narrow.every((gradient) => gradient === null)) return;
  const inputGradients = ruleOf(node)(contextOf(builder, node, narrow));
  node.inputs.forEach((value, at) => {
    const make = inputGradients[at] ?? null;
    if (make !== null && dependent.has(value)) gradients.give(value, make());
  });
}

/** What the rule of `node` is given; `narrow` has the gradient of each output, null where there is none. */
function contextOf(builder: GraphBuilder, node: GraphNode, narrow: readonly (string | null)[]): GradientContext {
  const expanded = new Map<number, string>();
  const gradientOf = (at: number): string | null => {
    const [gradient, output] = [narrow[at] ?? null, node.outputs[at] ?? ""];
    if (gradient === null) return null;
    const made = expanded.get(at) ?? expandLike(builder, gradient, output);
    expanded.set(at, made);
    return made;
  };
  const first = present(node.outputs[0], `the output of ${describe(node)}`);
  const narrowGradient = narrow[0] ?? scalarLike(builder, 0, first);
  return {
    graph: builder,
    node,
    gradient: () => gradientOf(0) ?? expandLike(builder, narrowGradient, first),
    narrowGradient,
    gradientOf,
  };
}

function ruleOf(node: GraphNode): GradientRule {
  const { gradient } = operatorOf(node);
  if (typeof gradient === "function") return gradient;
  throw new Fault(
    "model-unsupported",
    `${describe(node)}: the gradient of this operator is not supported yet`,
    "Replace the operator, or keep the parameters before it out of training.",
  );
}
