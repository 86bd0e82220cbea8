/**
 * What a user says of the initializers of a model, and whether that makes sense: every pattern fits something, nothing is
 * frozen and trained by equal right, and a group that shares has at least two members that can be one.
 *
 * @module
 */
import { checkOptions, Fault, namePattern, valueText } from "@potluck/core";
import type { Graph, TensorData } from "../graph/graph.ts";

/** What a user says of the initializers of a model, by name; `*` in a name stands for any text. */
export interface ParameterRules {
  /** Those that stay as they are: they are not trained, not sent, and part of the program. */
  readonly freeze?: readonly string[];
  /** Those that are trained whatever the default says. Where a name is in both, the longer of the two patterns counts. */
  readonly train?: readonly string[];
  /** Groups that are one parameter, which has the name and the values of the first; matrices may be transposed. */
  readonly share?: readonly (readonly string[])[];
  /** Whether batch normalisation uses the statistics of the batch and learns its own, or those of the file; "learn" by default. */
  readonly statistics?: "learn" | "freeze";
}

/** What rules say of an initializer; null where they say nothing. */
export type Ruling = "freeze" | "train" | null;

/**
 * What `rules` say of each initializer of `graph`: of several patterns that fit a name, the longest counts, so that
 * everything but the head is frozen by `freeze: ["*"], train: ["head.*"]`. Throws Fault "option-invalid" for rules that
 * do not fit the graph.
 */
export function rulingOf(graph: Graph, rules: ParameterRules): (name: string) => Ruling {
  checkRules(rules);
  const { freeze = [], train = [] } = rules;
  const [frozenBy, trainedBy] = [patternOf(graph, "freeze", freeze), patternOf(graph, "train", train)];
  const ruling = (name: string): Ruling => {
    const [frozen, trained] = [frozenBy(name), trainedBy(name)];
    if (frozen === null || trained === null) return frozen !== null ? "freeze" : trained !== null ? "train" : null;
    if (frozen.length !== trained.length) return frozen.length > trained.length ? "freeze" : "train";
    throw new Fault(
      "option-invalid",
      `"${name}" is both in freeze ("${frozen}") and in train ("${trained}"), and neither says more`,
      "Say one of the two, or write one of them longer: the longest one that fits a name counts.",
    );
  };
  for (const name of graph.initializers.keys()) ruling(name);
  return ruling;
}

/** Makes sure that `given` is made like rules, whatever graph they are for. Throws Fault "option-invalid". */
export function checkRules(given: unknown): asserts given is ParameterRules {
  checkOptions("parameters", ["freeze", "train", "share", "statistics"], given);
  const { freeze = [], train = [], share = [], statistics = "learn" } = given;
  requireRule("freeze", freeze, isNames(freeze), NAMES);
  requireRule("train", train, isNames(train), NAMES);
  requireRule("share", share, Array.isArray(share) && share.every(isNames), "a list of lists of names");
  requireRule("statistics", statistics, statistics === "learn" || statistics === "freeze", '"learn" or "freeze"');
}

const NAMES = "a list of names, in which * stands for any text";

function requireRule(rule: string, value: unknown, fits: boolean, wanted: string): void {
  if (fits) return;
  const message = `parameters: ${rule} must be ${wanted}, got ${valueText(value)}`;
  const example = rule === "statistics" ? '"freeze"' : rule === "share" ? '[["a", "b"]]' : '["encoder.*"]';
  throw new Fault("option-invalid", message, `Change ${rule}, as in { ${rule}: ${example} }.`);
}

function isNames(given: unknown): given is readonly string[] {
  return Array.isArray(given) && given.every((name) => typeof name === "string");
}

/** The longest of `patterns` that a name fits, or null. Throws Fault "option-invalid" for one that no initializer fits. */
function patternOf(graph: Graph, option: string, patterns: readonly string[]): (name: string) => string | null {
  const known = patterns.map((pattern) => {
    const fits = namePattern(pattern);
    if (![...graph.initializers.keys()].some(fits)) throw unknown(graph, option, pattern);
    return { pattern, fits };
  });
  const longestFirst = known.toSorted((a, b) => b.pattern.length - a.pattern.length);
  return (name) => longestFirst.find(({ fits }) => fits(name))?.pattern ?? null;
}

function unknown({ initializers, name }: Graph, option: string, pattern: string): Fault {
  const names = [...initializers.keys()].slice(0, 20).map((known) => `"${known}"`);
  return new Fault(
    "option-invalid",
    `${option}: no initializer of model "${name}" is called "${pattern}"`,
    `It has ${names.join(", ")}${initializers.size > 20 ? " and more; see potluck inspect" : ""}.`,
  );
}

/** That one initializer is the same as another, or that transposed. */
export interface Sharing {
  readonly name: string;
  readonly with: string;
  readonly transposed: boolean;
}

/** What the groups of `rules` make the same. Throws Fault "option-invalid" for groups that do not fit `graph`. */
export function sharingOf(
  graph: Graph,
  { share = [] }: ParameterRules,
  ruling: (name: string) => Ruling,
): readonly Sharing[] {
  const all = share.flat();
  const twice = all.find((name, at) => all.indexOf(name) !== at);
  if (twice !== undefined) {
    const remedy = "Name each tensor once, in the one group of all that are the same.";
    throw new Fault("option-invalid", `share: "${twice}" is there twice`, remedy);
  }
  for (const group of share) checkAlike(group, ruling);
  return share.flatMap((group) => sharingOfGroup(graph, group));
}

/** Throws Fault "option-invalid" where some of a group are frozen and others are not. */
function checkAlike(group: readonly string[], ruling: (name: string) => Ruling): void {
  const frozen = group.find((name) => ruling(name) === "freeze");
  const other = group.find((name) => ruling(name) !== "freeze");
  if (frozen === undefined || other === undefined) return;
  throw new Fault(
    "option-invalid",
    `share: "${frozen}" and "${other}" are to be one, and only "${frozen}" is frozen`,
    "Freeze all of the group or none.",
  );
}

function sharingOfGroup(graph: Graph, group: readonly string[]): readonly Sharing[] {
  const [first, ...others] = group;
  if (first === undefined || others.length === 0) {
    throw new Fault(
      "option-invalid",
      `share: the group [${group.map((name) => `"${name}"`).join()}] has ${first === undefined ? "no" : "one"} name`,
      "Name at least two tensors that shall be one, or leave the group out.",
    );
  }
  const tensor = initializerOf(graph, first);
  return others.map((name) => ({
    name,
    with: first,
    transposed: isOtherWay([name, initializerOf(graph, name)], [first, tensor]),
  }));
}

function initializerOf(graph: Graph, name: string): TensorData {
  const tensor = graph.initializers.get(name);
  if (tensor === undefined) throw unknown(graph, "share", name);
  return tensor;
}

type Named = readonly [string, TensorData];

/** Whether a tensor has the shape of `first` transposed instead of that itself. Throws Fault "option-invalid" for neither. */
function isOtherWay([name, tensor]: Named, [first, original]: Named): boolean {
  if (tensor.dataType === original.dataType) {
    if (tensor.shape.join() === original.shape.join()) return false;
    if (tensor.shape.length === 2 && tensor.shape.toReversed().join() === original.shape.join()) return true;
  }
  throw new Fault(
    "option-invalid",
    `share: "${name}" is ${described(tensor)} and "${first}" is ${described(original)}`,
    "Share tensors of one shape, or matrices of which one is the transpose of the other.",
  );
}

function described({ dataType, shape }: TensorData): string {
  return `${dataType === "float32" ? "" : `${dataType} `}[${shape.join(", ")}]`;
}
