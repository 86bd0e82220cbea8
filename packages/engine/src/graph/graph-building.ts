/**
 * The implementation of graph builders.
 *
 * @module
 */
import { elementCount, Fault, invariant, present } from "@potluck/core";
import type { Attributes } from "./attributes.ts";
import { describe, valuesUsed } from "./check.ts";
import { shapeText } from "./dimensions.ts";
import { isFloating } from "./element-types.ts";
import { isFollowedFloat } from "./float-arithmetic.ts";
import type { Dimension, Graph, GraphNode, TensorData, ValueInfo } from "./graph.ts";
import type { GraphBuilder, TensorType } from "./graph-builder.ts";
import { type Application, misfit } from "./operator.ts";
import { constantTensor } from "./operators/constants.ts";
import { operatorOf } from "./operators/registry.ts";
import { dimensionsOfTensor, isFollowed, tensorOfDimensions } from "./shape-arithmetic.ts";
import { tensorBytes } from "./tensors.ts";

/** Constants of at most this many elements are shared. */
const SHARED_CONSTANT_ELEMENTS = 64;

/** What a builder has gathered. */
interface Draft {
  readonly inputs: ValueInfo[];
  readonly initializers: Map<string, TensorData>;
  readonly nodes: GraphNode[];
  /** The index in `nodes` of the node that makes a value. */
  readonly producers: Map<string, number>;
  readonly types: Map<string, TensorType>;
  /** Outputs of Constant nodes, initializers of whole numbers, and what follows from them of whole numbers and few floats. */
  readonly constants: Map<string, TensorData>;
  /** What values of whole numbers hold that are no constants because of names among them, such as the output of Shape. */
  readonly dimensions: Map<string, readonly Dimension[]>;
  readonly shared: Map<string, string>;
  /** How often a stem was asked for. */
  readonly stems: Map<string, number>;
  /** Names of values that are still to come. */
  readonly reserved: ReadonlySet<string>;
}

/**
 * A builder that starts with the content of `from`, or empty. It gives no value a name that is `reserved` for nodes which
 * will be appended later.
 * Throws Fault "model-unsupported" or "model-invalid" where `from` has an operator that is unknown or does not fit.
 */
export function graphBuilder(from?: Graph, reserved: Iterable<string> = []): GraphBuilder {
  const draft: Draft = {
    inputs: [],
    initializers: new Map(),
    nodes: [],
    producers: new Map(),
    types: new Map(),
    constants: new Map(),
    dimensions: new Map(),
    shared: new Map(),
    stems: new Map(),
    reserved: new Set(reserved),
  };
  if (from !== undefined) load(draft, from);
  return {
    add: (operator, inputs, attributes = {}, name = operator) => add(draft, { operator, inputs, attributes, name }),
    append: (node, types) => append(draft, node, types),
    furtherOutput: (node, at) => furtherOutput(draft, node, at),
    input: (info) => addInput(draft, info),
    outer: (name, type) => declare(draft, name, type),
    initializer: (name, tensor) => addInitializer(draft, name, tensor),
    constant: (tensor) => constant(draft, tensor),
    fresh: (stem) => fresh(draft, stem),
    has: (value) => draft.types.has(value),
    typeOf: (value) => present(draft.types.get(value), `the value "${value}"`),
    constantOf: (value) => draft.constants.get(value) ?? null,
    dimensionsOf: (value) => heldBy(draft, value),
    producerOf: (value) => draft.nodes[draft.producers.get(value) ?? -1] ?? null,
    nodes: () => [...draft.nodes],
    build: (name, outputs) => build(draft, name, outputs),
  };
}

function load(draft: Draft, graph: Graph): void {
  for (const info of graph.inputs) addInput(draft, info);
  for (const [name, tensor] of graph.initializers) addInitializer(draft, name, tensor);
  for (const node of graph.nodes) append(draft, node);
}

function declare(draft: Draft, name: string, type: TensorType): string {
  invariant(!draft.types.has(name), `a name that no value has yet, got "${name}"`);
  draft.types.set(name, type);
  return name;
}

function addInput(draft: Draft, info: ValueInfo): string {
  if (info.shape === null) {
    throw new Fault(
      "model-unsupported",
      `input "${info.name}" has no shape`,
      "Export the model with a shape for every input; a dimension may be a name, such as batch.",
    );
  }
  draft.inputs.push(info);
  return declare(draft, info.name, { dataType: info.dataType, shape: info.shape });
}

function addInitializer(draft: Draft, name: string, tensor: TensorData): string {
  draft.initializers.set(name, tensor);
  if (!isFloating(tensor.dataType)) draft.constants.set(name, tensor);
  return declare(draft, name, { dataType: tensor.dataType, shape: tensor.shape });
}

function constant(draft: Draft, tensor: TensorData): string {
  const shareable = tensor.values.length <= SHARED_CONSTANT_ELEMENTS;
  const key = shareable ? `${tensor.dataType} ${tensor.shape.join()} ${tensorBytes(tensor).join()}` : null;
  const known = key === null ? undefined : draft.shared.get(key);
  if (known !== undefined) return known;
  const attributes: Attributes = { value: { kind: "tensor", value: tensor } };
  const name = add(draft, { operator: "Constant", inputs: [], attributes, name: "Constant" });
  if (key !== null) draft.shared.set(key, name);
  return name;
}

interface Addition {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  readonly name: string;
}

function add(draft: Draft, { operator, inputs, attributes, name }: Addition): string {
  const value = fresh(draft, name);
  append(draft, { name: value, operator, domain: "", inputs, outputs: [value], attributes });
  return value;
}

function append(draft: Draft, node: GraphNode, types?: readonly TensorType[]): void {
  const application = applicationOf(draft, node);
  const outputTypes = types ?? operatorOf(node).types(application);
  for (const { shape } of outputTypes) requireSizes(node, shape);
  node.outputs.forEach((name, at) => {
    if (name === "") return;
    declare(draft, name, present(outputTypes[at], `the type of output ${at} of ${describe(node)}`));
    draft.producers.set(name, draft.nodes.length);
  });
  if (types === undefined) noteKnowledge(draft, application);
  draft.nodes.push(node);
}

/** Throws Fault "model-unsupported" where a shape that `node` would give has a size that is no whole number ≥ 0. */
function requireSizes(node: GraphNode, shape: readonly Dimension[]): void {
  if (shape.every((size) => typeof size === "string" || (Number.isSafeInteger(size) && size >= 0))) return;
  throw misfit(node, `its output would have the shape ${shapeText(shape)}`);
}

/** Remembers what a node's first output holds, where that is known without running. */
function noteKnowledge(draft: Draft, application: Application): void {
  const { node } = application;
  const name = node.outputs[0] ?? "";
  const tensor = node.operator === "Constant" ? constantTensor(node) : null;
  if (tensor !== null) draft.constants.set(name, tensor);
  const type = draft.types.get(name);
  if (tensor !== null || type === undefined) return;
  const held = isFollowedFloat(type) ? operatorOf(node).numbers?.(application) : wholeNumbers(application, type);
  if (held === null || held === undefined) return;
  const count = elementCount(type.shape.map(Number));
  if (held.length !== count) {
    throw misfit(node, `it takes entries that are not there: ${held.length} numbers for ${shapeText(type.shape)}`);
  }
  const computed = tensorOfDimensions(type, held);
  if (computed === null) draft.dimensions.set(name, held);
  else draft.constants.set(name, computed);
}

/** What a node's first output holds of whole numbers; null where that is not known. */
function wholeNumbers(application: Application, type: TensorType): readonly Dimension[] | null {
  if (!isFollowed(type)) return null;
  const held = operatorOf(application.node).dimensions?.(application) ?? null;
  return held?.some((number) => typeof number === "number" && !Number.isInteger(number)) === true ? null : held;
}

/** What a value of whole numbers holds; null where that is not known. */
function heldBy(draft: Draft, name: string): readonly Dimension[] | null {
  const tensor = draft.constants.get(name);
  return tensor === undefined ? (draft.dimensions.get(name) ?? null) : dimensionsOfTensor(tensor);
}

function applicationOf(draft: Draft, node: GraphNode): Application {
  const nameAt = (at: number): string => node.inputs[at] ?? "";
  return {
    node,
    inputs: node.inputs.map((name) =>
      name === "" ? null : present(draft.types.get(name), `the input "${name}" of ${describe(node)}`),
    ),
    constant: (at) => draft.constants.get(nameAt(at)) ?? null,
    dimensions: (at) => heldBy(draft, nameAt(at)),
  };
}

function furtherOutput(draft: Draft, { outputs: [first = ""] }: GraphNode, at: number): string {
  const index = draft.producers.get(first) ?? -1;
  const node = present(draft.nodes[index], `the node that makes "${first}"`);
  const made = node.outputs[at];
  if (made !== undefined && made !== "") return made;
  const name = fresh(draft, `${first}.${at}`);
  const outputs = Array.from({ length: Math.max(node.outputs.length, at + 1) }, (_, i) =>
    i === at ? name : (node.outputs[i] ?? ""),
  );
  const types = operatorOf(node).types(applicationOf(draft, node));
  declare(draft, name, present(types[at], `the type of output ${at} of ${describe(node)}`));
  draft.producers.set(name, index);
  draft.nodes[index] = { ...node, outputs };
  return name;
}

function fresh(draft: Draft, stem: string): string {
  let count = draft.stems.get(stem) ?? 0;
  let name = count === 0 ? stem : `${stem}.${count}`;
  while (draft.types.has(name) || draft.reserved.has(name)) {
    count += 1;
    name = `${stem}.${count}`;
  }
  draft.stems.set(stem, count + 1);
  return name;
}

function build(draft: Draft, name: string, outputs: readonly string[]): Graph {
  const needed = new Set(outputs);
  const nodes = draft.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((value) => needed.has(value))) return false;
    for (const value of valuesUsed(node)) needed.add(value);
    return true;
  });
  const made = new Set(nodes.flatMap((node) => node.outputs));
  return {
    name,
    inputs: draft.inputs,
    outputs: outputs.map((value) => ({
      name: value,
      ...present(draft.types.get(value), `the output "${value}" of graph "${name}"`),
    })),
    initializers: new Map([...draft.initializers].filter(([value]) => needed.has(value))),
    nodes: nodes.toReversed(),
    types: new Map([...draft.types].filter(([value]) => made.has(value))),
  };
}
