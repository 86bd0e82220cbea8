/**
 * What each initializer of a model is for: trained, kept up to date by the forward pass, left alone, or the same as
 * another one.
 *
 * The default, first match wins:
 *
 *     mean and variance of a batch normalisation                          statistic
 *     by how much a node resizes an image                                 constant
 *     not float32                                                         constant
 *     what the exporter calls a parameter, or computed from one           trained, see `Origin`
 *     what it calls a buffer or a literal, or computed from such          constant
 *     a single number without dimensions, or one that holds numbers that are not finite    constant
 *     what it took no note of, although it took notes, unless that is the weight or bias of a product or a convolution,
 *         as where it folded batch normalisation into one                 constant
 *     everything else                                                     trained
 *
 * PyTorch's exporter stores a tied weight twice where one user needs it transposed; such a copy is the same parameter.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { Graph, Model, TensorData } from "../graph/graph.ts";
import { placeBeforeTransposition } from "../graph/tensors.ts";
import { type ParameterRules, type Ruling, rulingOf, sharingOf } from "./parameter-rules.ts";
import { checkStatisticRules, statisticsOf } from "./statistics.ts";

export type { ParameterRules } from "./parameter-rules.ts";

/** Why an initializer is not trained. */
export type ConstantReason =
  /** A rule freezes it. */
  | "frozen"
  | "element-type"
  /** The exporter calls it a buffer. */
  | "buffer"
  /** The exporter calls it a literal, or computed it without a parameter. */
  | "literal"
  | "single-number"
  | "not-finite"
  /** The exporter took notes, but none of it. */
  | "unnoted";

/** What an initializer is for. */
export type Role =
  | { readonly kind: "trained" }
  /** Kept up to date by the forward pass in training: a running mean or variance. */
  | { readonly kind: "statistic" }
  | { readonly kind: "constant"; readonly because: ConstantReason }
  /** The same as the parameter `with`, or that transposed. */
  | { readonly kind: "shared"; readonly with: string; readonly transposed: boolean };

/** The role of every initializer of `model`, by name. Throws Fault "option-invalid" for rules that do not fit. */
export function rolesOf(model: Model, rules: ParameterRules = {}): ReadonlyMap<string, Role> {
  const { graph } = model;
  const ruling = rulingOf(graph, rules);
  checkStatisticRules(graph, rules, ruling);
  const known: Known = {
    model,
    statistics: statisticsOf(graph),
    settings: settingsOf(graph),
    weights: weightsOf(graph),
  };
  const roles = new Map<string, Role>();
  for (const [name, tensor] of graph.initializers) roles.set(name, roleOf(known, [name, tensor], ruling(name), rules));
  for (const [copy, role] of transposedCopies(model, roles)) roles.set(copy, role);
  for (const { name, ...same } of sharingOf(graph, rules, ruling)) roles.set(name, { kind: "shared", ...same });
  return roles;
}

/** What is known of a model. */
interface Known {
  readonly model: Model;
  /** The running means and variances of batch normalisations. */
  readonly statistics: ReadonlySet<string>;
  /** Numbers that say what a node does and that it does not compute with. */
  readonly settings: ReadonlySet<string>;
  /** The weights and biases of products and convolutions. */
  readonly weights: ReadonlySet<string>;
}

function roleOf(
  known: Known,
  [name, tensor]: readonly [string, TensorData],
  ruled: Ruling,
  { statistics }: ParameterRules,
): Role {
  if (ruled === "freeze") return { kind: "constant", because: "frozen" };
  if (known.statistics.has(name)) {
    return statistics === "freeze" ? { kind: "constant", because: "frozen" } : { kind: "statistic" };
  }
  if (ruled === "train") return trainable(name, tensor);
  const because = known.settings.has(name) ? "literal" : reasonAgainst(known, name, tensor);
  return because === null ? { kind: "trained" } : { kind: "constant", because };
}

/** Why an initializer is not trained by default; null where it is. */
function reasonAgainst({ model, weights }: Known, name: string, tensor: TensorData): ConstantReason | null {
  if (tensor.dataType !== "float32") return "element-type";
  const origin = model.origins?.get(name)?.kind ?? null;
  switch (origin) {
    case "parameter":
    case "derived":
      return null;
    case "buffer":
    case "transient":
      return "buffer";
    case "constant":
      return "literal";
    case "unnoted":
    case null:
      if (tensor.shape.length === 0) return "single-number";
      if (!tensor.values.every(Number.isFinite)) return "not-finite";
      return origin === null || weights.has(name) ? null : "unnoted";
  }
}

/** The regions, scales and sizes of nodes that resize images. */
function settingsOf({ nodes }: Graph): ReadonlySet<string> {
  return new Set(nodes.filter(({ operator }) => operator === "Resize").flatMap(({ inputs }) => inputs.slice(1)));
}

/** Which inputs of an operator are its weights and biases. */
const weightInputs: ReadonlyMap<string, readonly number[]> = new Map([
  ["Conv", [1, 2]],
  ["ConvTranspose", [1, 2]],
  ["Gemm", [1, 2]],
  ["MatMul", [1]],
]);

function weightsOf({ nodes }: Graph): ReadonlySet<string> {
  return new Set(
    nodes.flatMap(({ operator, inputs }) => (weightInputs.get(operator) ?? []).map((at) => inputs[at] ?? "")),
  );
}

function trainable(name: string, { dataType }: TensorData): Role {
  if (dataType === "float32") return { kind: "trained" };
  throw new Fault(
    "option-invalid",
    `train: "${name}" is ${dataType}, and only float32 can be trained`,
    "Leave it out, or export the model in float32.",
  );
}

/** Parameters that an exporter stored a second time, transposed, by the name of the copy. */
function transposedCopies(
  { graph, origins = new Map() }: Model,
  roles: ReadonlyMap<string, Role>,
): readonly (readonly [string, Role])[] {
  return [...origins].flatMap(([copy, { kind, from }]) => {
    const [original, ...more] = from;
    if (kind !== "derived" || original === undefined || more.length > 0) return [];
    if (roles.get(copy)?.kind !== "trained" || roles.get(original)?.kind !== "trained") return [];
    const [first, second] = [graph.initializers.get(original), graph.initializers.get(copy)];
    if (first === undefined || second === undefined || !isTransposed(first, second)) return [];
    return [[copy, { kind: "shared", with: original, transposed: true }] as const];
  });
}

function isTransposed(a: TensorData, b: TensorData): boolean {
  const [rows, columns] = a.shape;
  if (a.shape.length !== 2 || rows === undefined || columns === undefined) return false;
  if (b.shape.join() !== `${columns},${rows}`) return false;
  return b.values.every((value, at) => value === a.values[placeBeforeTransposition(at, rows, columns)]);
}
