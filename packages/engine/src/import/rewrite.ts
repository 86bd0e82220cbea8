/**
 * Writes out all composites of a graph, node by node, and refuses operators that nobody knows.
 *
 * Where a condition is known before the graph runs, If is replaced by the branch that would be taken. Values keep their
 * names, unless nodes that were written out took them; outputs of the graph always keep theirs.
 *
 * @module
 */
import { Fault, present } from "@potluck/core";
import { describe } from "../graph/check.ts";
import { isFloating } from "../graph/element-types.ts";
import type { Graph, GraphNode, Model } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { input, misfit } from "../graph/operator.ts";
import { operators } from "../graph/operators/registry.ts";
import { checkArity } from "./arity.ts";
import { compositeFor } from "./composite/registry.ts";
import { withExplicitPadding } from "./explicit-padding.ts";
import { renamed } from "./names.ts";
import { unknownOperator } from "./unknown-operator.ts";

const known: ReadonlySet<string> = new Set(operators.map(({ name }) => name));

/** What is known on the way through a graph. */
interface State {
  readonly builder: GraphBuilder;
  readonly writtenIn: number;
  /** The values of the builder that stand for values of the graph, where their names differ. */
  readonly actual: Map<string, string>;
  readonly sequences: Map<string, readonly string[]>;
}

/**
 * `model`, whose standard operators are those of set 18, without composites: the registry of operators knows all that
 * is in it. `writtenIn` is the operator set of the file, for messages.
 * Throws Fault "model-unsupported" where an operator or its use is not supported, "model-invalid" where inputs lack.
 */
export function expanded(model: Model, writtenIn: number = model.opsets.get("") ?? 0): Model {
  const { graph } = model;
  const builder = graphBuilder({ ...graph, nodes: [] });
  const state: State = { builder, writtenIn, actual: new Map(), sequences: new Map() };
  for (const node of graph.nodes) translate(state, node);
  const names = outputNames(state, graph);
  return { ...model, graph: withNodeNames(renamed(builder.build(graph.name, [...names.keys()]), names)) };
}

/** `graph`, whose nodes are called what their first outputs are called: no two the same, also when more are added. */
function withNodeNames(graph: Graph): Graph {
  const nodes = graph.nodes.map((node) => ({ ...node, name: node.outputs.find((name) => name !== "") ?? node.name }));
  return { ...graph, nodes };
}

/** The name in the builder of each value that is an output of the graph, with the name that it must have there. */
function outputNames({ builder, actual, sequences }: State, graph: Graph): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name } of graph.outputs) {
    if (sequences.has(name)) {
      throw new Fault(
        "model-unsupported",
        `the output "${name}" is a sequence of tensors`,
        "Export a model whose outputs are tensors.",
      );
    }
    const value = actual.get(name) ?? name;
    const own = !names.has(value) && (value === name || builder.producerOf(value) !== null);
    names.set(own ? value : builder.add("Identity", [value]), name);
  }
  return names;
}

/** Appends what `node` is, its inputs being known. */
function translate(state: State, original: GraphNode): void {
  const { builder, actual, writtenIn, sequences } = state;
  const node = { ...original, inputs: original.inputs.map((name) => actual.get(name) ?? name) };
  if (node.domain !== "") throw unknownOperator(node, writtenIn);
  const composite = compositeFor(node);
  checkArity(node);
  if (composite?.readsSequences !== true) refuseSequences(node, sequences);
  refuseMissing(state, node);
  if (composite !== null) {
    if (composite.takesAnything !== true) requireFloats(state, node);
    const values = composite.expand({ graph: builder, node, sequences });
    node.outputs.forEach((name, at) => {
      const value = values[at] ?? "";
      if (value !== "") actual.set(name, value);
    });
  } else if (node.operator === "If") {
    takeBranch(state, node);
  } else {
    if (!known.has(node.operator)) throw unknownOperator(node, writtenIn);
    append(state, node);
  }
}

/** Throws Fault "model-unsupported" where `node`, whose operator is about tensors, reads a sequence. */
function refuseSequences(node: GraphNode, sequences: State["sequences"]): void {
  const sequence = node.inputs.find((name) => sequences.has(name));
  if (sequence !== undefined) throw misfit(node, `its input "${sequence}" is a sequence of tensors`);
}

/** Throws Fault "model-unsupported" where the first input of `node` does not hold floats. */
function requireFloats({ builder }: State, node: GraphNode): void {
  const { dataType } = builder.typeOf(input(node, 0));
  if (!isFloating(dataType)) throw misfit(node, `input 0 holds ${dataType} instead of floats`);
}

/** Throws Fault "model-unsupported" where `node` reads an output that the composite which makes it does not give. */
function refuseMissing({ builder, sequences }: State, node: GraphNode): void {
  const missing = node.inputs.find((name) => name !== "" && !builder.has(name) && !sequences.has(name));
  if (missing !== undefined) throw misfit(node, `its input "${missing}" is an output that is not supported`);
}

/** Appends `node` as it is, but for names that are taken, and with its padding in numbers. */
function append({ builder, actual }: State, node: GraphNode): void {
  const outputs = node.outputs.map((name) => (name !== "" && builder.has(name) ? builder.fresh(name) : name));
  node.outputs.forEach((name, at) => {
    if (outputs[at] === name) actual.delete(name);
    else actual.set(name, outputs[at] ?? "");
  });
  builder.append({ ...withExplicitPadding(builder, node), outputs });
}

/** Appends the branch that a node of the operator If takes, where that is known. */
function takeBranch(state: State, node: GraphNode): void {
  const { builder, actual } = state;
  const condition = builder.constantOf(node.inputs[0] ?? "");
  if (condition === null) {
    throw new Fault(
      "model-unsupported",
      `${describe(node)} chooses between graphs while the model runs`,
      "Let the choice depend on constants and on sizes other than the batch alone, or write it without a branch (torch.where).",
    );
  }
  const branch = node.attributes[condition.values[0] ? "then_branch" : "else_branch"];
  if (branch?.kind !== "graph") {
    throw new Fault("model-invalid", `${describe(node)} lacks a branch`, "Export the model again: it is damaged.");
  }
  for (const [name, tensor] of branch.value.initializers) actual.set(name, builder.constant(tensor));
  for (const inner of branch.value.nodes) translate(state, inner);
  node.outputs.forEach((name, at) => {
    const output = present(branch.value.outputs[at], `output ${at} of a branch of ${describe(node)}`).name;
    actual.set(name, actual.get(output) ?? output);
  });
}
