/**
 * The standard form of a model: what everything after import works on.
 *
 *     file → copies become parameters of their own → roles → constants become nodes → operator set 18 → plain operators
 *          → form of evaluation → shape arithmetic folded
 *
 * In the standard form the initializers are the parameters and statistics, in the order of the file, and nothing else;
 * a parameter that the file holds twice is there once; every operator is one that can be trained through; batch
 * normalisation and dropout are in the form of evaluation. See docs/decisions/0009-standard-form.md.
 *
 * @module
 */
import { Fault, present } from "@potluck/core";
import { ints } from "../graph/attributes.ts";
import { isFloating } from "../graph/element-types.ts";
import type { Graph, GraphNode, Model, TensorData } from "../graph/graph.ts";
import { folded } from "../graph/folding.ts";
import { misfit } from "../graph/operator.ts";
import { type ParameterRules, type Role, rolesOf } from "./parameter-roles.ts";
import { expanded } from "./rewrite.ts";
import { upgraded } from "./versions.ts";

/** A model in standard form, with what is needed to go back to the file. */
export interface StandardForm {
  /** The standard form itself, in operator set 18. */
  readonly model: Model;
  /** The model as the file has it, but for copies, which are initializers of their own here. */
  readonly source: Model;
  /** The role of every initializer of `source`. */
  readonly roles: ReadonlyMap<string, Role>;
}

/**
 * The standard form of `model` under `rules`. Throws Fault "model-unsupported", which names what cannot be trained, or
 * "option-invalid" for rules that do not fit the model.
 */
export function standardForm(model: Model, rules: ParameterRules = {}): StandardForm {
  const source = withOwnCopies(model);
  const roles = rolesOf(source, rules);
  refuseOtherFloats(source, roles);
  const { origins: _, moduleTensors: __, ...plainly } = source;
  const own = upgraded({ ...plainly, graph: withRoles(source.graph, roles) });
  const plain = expanded(own, source.opsets.get(""));
  return { model: { ...plain, graph: folded(inEvaluation(plain.graph)) }, source, roles };
}

/**
 * `model` with a parameter of its own for every copy. PyTorch's older exporter, which takes no notes, keeps one of several
 * parameters that had equal values and puts Identity nodes in the place of the others, under their names; in training
 * they part. Elsewhere an Identity is what it says.
 */
function withOwnCopies(model: Model): Model {
  const { graph, origins } = model;
  if (origins !== undefined) return model;
  const initializers = new Map(graph.initializers);
  const nodes = graph.nodes.filter(({ operator, inputs: [original = ""], outputs: [copy = ""] }) => {
    const tensor = operator === "Identity" ? graph.initializers.get(original) : undefined;
    if (tensor === undefined || !isFloating(tensor.dataType)) return true;
    initializers.set(copy, tensor);
    return false;
  });
  return { ...model, graph: { ...graph, initializers, nodes } };
}

/** Throws Fault "model-unsupported" where a parameter is of another floating-point type than float32. */
function refuseOtherFloats({ graph, origins }: Model, roles: ReadonlyMap<string, Role>): void {
  for (const [name, { dataType, shape }] of graph.initializers) {
    const role = present(roles.get(name), `the role of "${name}"`);
    if (!isFloating(dataType) || role.kind !== "constant" || role.because !== "element-type") continue;
    const kind = origins?.get(name)?.kind ?? (shape.length === 0 ? "constant" : "parameter");
    if (kind !== "parameter" && kind !== "derived") continue;
    throw new Fault(
      "model-unsupported",
      `the parameter "${name}" is ${dataType}, and only float32 can be trained`,
      "Export the model in float32 (model.float() before torch.onnx.export), or freeze what is no parameter.",
    );
  }
}

/** `graph` with what is not a parameter or a statistic taken out of the initializers. */
function withRoles(graph: Graph, roles: ReadonlyMap<string, Role>): Graph {
  const kept = new Map<string, TensorData>();
  const made: GraphNode[] = [];
  for (const [name, tensor] of graph.initializers) {
    const role = present(roles.get(name), `the role of "${name}"`);
    if (role.kind === "trained" || role.kind === "statistic") kept.set(name, tensor);
    else made.push(role.kind === "constant" ? constantNode(name, tensor) : copyNode(name, role));
  }
  return { ...graph, initializers: kept, nodes: [...made, ...graph.nodes] };
}

function constantNode(name: string, tensor: TensorData): GraphNode {
  const value = { kind: "tensor" as const, value: tensor };
  return { name, operator: "Constant", domain: "", inputs: [], outputs: [name], attributes: { value } };
}

function copyNode(name: string, role: Role & { readonly kind: "shared" }): GraphNode {
  const plain = { name, domain: "", inputs: [role.with], outputs: [name] };
  return role.transposed
    ? { ...plain, operator: "Transpose", attributes: { perm: ints([1, 0]) } }
    : { ...plain, operator: "Identity", attributes: {} };
}

/** Throws Fault "model-unsupported" where something reads what `node` gives besides its first output. */
function requireOneOutput(node: GraphNode, used: ReadonlySet<string>): void {
  const further = node.outputs.slice(1).find((name) => name !== "" && used.has(name));
  if (further !== undefined) throw misfit(node, `its output "${further}" is used, which only training has`);
}

/** `graph` with batch normalisation and dropout as they are in evaluation, whatever the file was exported for. */
function inEvaluation(graph: Graph): Graph {
  const used = new Set([...graph.nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  const nodes = graph.nodes.map((node): GraphNode => {
    if (node.operator === "Dropout" || node.operator === "BatchNormalization") requireOneOutput(node, used);
    if (node.operator === "Dropout") {
      return { ...node, inputs: node.inputs.slice(0, 2), outputs: node.outputs.slice(0, 1) };
    }
    if (node.operator !== "BatchNormalization") return node;
    const { training_mode: _, ...attributes } = node.attributes;
    return { ...node, attributes, outputs: node.outputs.slice(0, 1) };
  });
  return { ...graph, nodes };
}
