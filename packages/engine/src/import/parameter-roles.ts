/**
 * What each initializer of a model is for: trained, kept up to date by the forward pass, left alone, or the same as
 * another one.
 *
 * The default, first match wins:
 *
 *     mean and variance of a batch normalisation   statistic
 *     not float32                                  constant
 *     what the exporter calls a parameter, or made from one alone            trained, see `Origin`
 *     what the exporter took notes of, but calls a buffer or nothing         constant
 *     a single number without dimensions, or one that holds numbers that are not finite    constant
 *     everything else                              trained
 *
 * PyTorch's exporter stores a tied weight twice where one user needs it transposed; such a copy is the same parameter.
 *
 * @module
 */
import { Fault, namePattern } from "@potluck/core";
import type { Graph, Model, TensorData } from "../graph/graph.ts";
import { placeBeforeTransposition } from "../graph/tensors.ts";

/** What a user says of the initializers of a model, by name; `*` in a name stands for any text. */
export interface ParameterRules {
  /** Those that stay as they are: they are not trained, not sent, and part of the program. */
  readonly freeze?: readonly string[];
  /** Those that are trained whatever the default says. */
  readonly train?: readonly string[];
  /** Groups that are one parameter, which has the name and the values of the first; matrices may be transposed. */
  readonly share?: readonly (readonly string[])[];
  /** Whether batch normalisation uses the statistics of the batch and learns its own, or those of the file; "learn" by default. */
  readonly statistics?: "learn" | "freeze";
}

/** What an initializer is for. */
export type Role =
  | { readonly kind: "trained" }
  /** Kept up to date by the forward pass in training: a running mean or variance. */
  | { readonly kind: "statistic" }
  | { readonly kind: "constant" }
  /** The same as the parameter `with`, or that transposed. */
  | { readonly kind: "shared"; readonly with: string; readonly transposed: boolean };

/** The role of every initializer of `model`, by name. Throws Fault "option-invalid" for rules that do not fit. */
export function rolesOf(model: Model, rules: ParameterRules = {}): ReadonlyMap<string, Role> {
  const { initializers } = model.graph;
  const [frozen, trained] = [matcher(model, "freeze", rules.freeze), matcher(model, "train", rules.train)];
  const statistics = rules.statistics === "freeze" ? new Set<string>() : statisticsOf(model.graph);
  const roles = new Map<string, Role>();
  for (const [name, tensor] of initializers) {
    const kind = defaultKind(model, name, tensor, statistics);
    roles.set(name, { kind: frozen(name) ? "constant" : trained(name) ? trainable(name, tensor) : kind });
  }
  for (const [copy, role] of transposedCopies(model, roles)) roles.set(copy, role);
  for (const group of rules.share ?? []) share(model, group, roles);
  return roles;
}

function defaultKind(
  { origins }: Model,
  name: string,
  tensor: TensorData,
  statistics: ReadonlySet<string>,
): "trained" | "statistic" | "constant" {
  if (statistics.has(name)) return "statistic";
  if (tensor.dataType !== "float32") return "constant";
  if (origins !== undefined) {
    const kind = origins.get(name)?.kind ?? "constant";
    return kind === "parameter" || kind === "derived" ? "trained" : "constant";
  }
  return tensor.shape.length === 0 || !tensor.values.every(Number.isFinite) ? "constant" : "trained";
}

/** The running means and variances of the batch normalisations of `graph`. */
function statisticsOf({ nodes }: Graph): ReadonlySet<string> {
  return new Set(
    nodes.filter(({ operator }) => operator === "BatchNormalization").flatMap(({ inputs }) => inputs.slice(3, 5)),
  );
}

function trainable(name: string, { dataType }: TensorData): "trained" {
  if (dataType === "float32") return "trained";
  throw new Fault(
    "option-invalid",
    `train: "${name}" is ${dataType}, and only float32 can be trained`,
    "Leave it out, or export the model in float32.",
  );
}

/** Whether a name is among `patterns`. Throws Fault "option-invalid" for a pattern that no initializer fits. */
function matcher({ graph }: Model, option: string, patterns: readonly string[] = []): (name: string) => boolean {
  const fits = patterns.map((pattern) => {
    const fit = namePattern(pattern);
    if (![...graph.initializers.keys()].some(fit)) throw unknown(graph, option, pattern);
    return fit;
  });
  return (name) => fits.some((fit) => fit(name));
}

function unknown({ initializers, name }: Graph, option: string, pattern: string): Fault {
  const names = [...initializers.keys()].slice(0, 20).map((known) => `"${known}"`);
  return new Fault(
    "option-invalid",
    `${option}: no initializer of model "${name}" is called "${pattern}"`,
    `It has ${names.join(", ")}${initializers.size > 20 ? " and more; see potluck inspect" : ""}.`,
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

/** Makes the initializers of `group` one parameter. */
function share({ graph }: Model, group: readonly string[], roles: Map<string, Role>): void {
  const [first = "", ...others] = group;
  const tensor = graph.initializers.get(first);
  if (tensor === undefined) throw unknown(graph, "share", first);
  for (const name of others) {
    const other = graph.initializers.get(name);
    if (other === undefined) throw unknown(graph, "share", name);
    const same = other.shape.join() === tensor.shape.join();
    const transposed = !same && other.shape.length === 2 && other.shape.toReversed().join() === tensor.shape.join();
    if (!same && !transposed) {
      throw new Fault(
        "option-invalid",
        `share: "${name}" is [${other.shape.join(", ")}] and "${first}" is [${tensor.shape.join(", ")}]`,
        "Share tensors of one shape, or matrices of which one is the transpose of the other.",
      );
    }
    roles.set(name, { kind: "shared", with: first, transposed });
  }
}
