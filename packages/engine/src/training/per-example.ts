/**
 * The gradient of every example of a batch by itself, clipped and added up: a loop inside the graph, over batches of one.
 *
 *     for i = 1 … B:
 *         ℓ_i, g_i ← mean loss of example i and its gradient       the derived graph
 *         n_i ← ‖g_i‖ over all parameters together
 *         sum ← sum + g_i · min(1, c / n_i)
 *
 * It is what private training adds its noise to: no example moves the sum by more than c.
 *
 * Abadi, Chu, Goodfellow, McMahan, Mironov, Talwar, Zhang, "Deep learning with differential privacy", CCS 2016.
 * https://arxiv.org/abs/1607.00133
 *
 * A loss that weighs its things (tokens with a mask) takes the mean of each example by itself.
 *
 * @module
 */
import { Fault, present, type TensorShape } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import type { Dimension, Graph, GraphNode } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { GraphBuilder, TensorType } from "../graph/graph-builder.ts";
import { int64List, scalarTensor } from "../graph/tensors.ts";
import { appendGraph, type Renaming } from "./append.ts";
import type { Derivation } from "./derivation.ts";
import { RESERVED_PREFIX } from "./program.ts";
import { SEED } from "./training-form.ts";

/** A batch in a graph, and where the parameters are. */
export interface ExampleSetting {
  /** The value of the features, as the model takes them: [batch, …]. */
  readonly features: string;
  /** The value of the targets, [batch, …]; null where there are none. */
  readonly targets: string | null;
  /** The value of the seed of the batch, an int64 scalar in [0, 2^32); null where nothing is random. */
  readonly seed: string | null;
  /** The values of parameters and statistics, by name. */
  readonly parameters: ReadonlyMap<string, string>;
  /** c > 0; null: nothing is clipped. */
  readonly clipNorm: number | null;
}

/** The values that hold what the examples gave. */
export interface ExampleGradients {
  /** The sum of clipped gradients, by parameter. */
  readonly sums: ReadonlyMap<string, string>;
  /** n_i before clipping: [batch]. */
  readonly norms: string;
  /** ℓ_i: [batch]. */
  readonly losses: string;
}

const WORD = 2 ** 32;
const PREFIX = `${RESERVED_PREFIX}example/`;
const NUMBER = `${PREFIX}number`;
const GO_ON = `${PREFIX}go-on`;

/**
 * Appends the gradients of the examples of a batch.
 * Throws Fault "model-unsupported" where the model has batch statistics, so that no example has a gradient of its own.
 */
export function appendExampleGradients(
  graph: GraphBuilder,
  derivation: Derivation,
  setting: ExampleSetting,
): ExampleGradients {
  refuseStatistics(derivation);
  const [batch = "batch"] = graph.typeOf(setting.features).shape;
  const trained = derivation.layout.filter(({ name }) => derivation.gradients.has(name));
  const sizes = add(graph, "Shape", [setting.features], "sizes");
  const count = add(graph, "Gather", [sizes, constant(graph, 0)], "count");
  const zeros = trained.map((slot) => appendZeros(graph, slot));
  const sums = trained.map(({ name }) => graph.fresh(`${PREFIX}sum/${name}`));
  const [norms, losses] = [graph.fresh(`${PREFIX}norms`), graph.fresh(`${PREFIX}losses`)];
  const node: GraphNode = {
    name: losses,
    operator: "Loop",
    domain: "",
    inputs: [count, "", ...zeros],
    outputs: [...sums, norms, losses],
    attributes: { body: { kind: "graph", value: oneExample(graph, derivation, setting) } },
  };
  graph.append(node, [...trained.map(({ shape }) => floats(shape)), floats([batch]), floats([batch])]);
  return { sums: new Map(trained.map(({ name }, at) => [name, sums[at] ?? ""])), norms, losses };
}

function refuseStatistics({ statistics }: Derivation): void {
  const [first] = statistics.keys();
  if (first === undefined) return;
  throw new Fault(
    "model-unsupported",
    `the model learns the batch statistic "${first}": an example of a batch has no gradient of its own there`,
    'Keep the statistics of the file (parameters: { statistics: "freeze" }), or use group normalisation.',
  );
}

/** The body of the loop: takes the number of the example, whether to go on, and the sums so far. */
function oneExample(graph: GraphBuilder, derivation: Derivation, setting: ExampleSetting): Graph {
  const body = graphBuilder();
  // A loop's body must not give names of the outside again.
  for (const name of namesIn(graph, setting)) body.outer(name, graph.typeOf(name));
  const trained = derivation.layout.filter(({ name }) => derivation.gradients.has(name));
  const number = body.input({ name: body.fresh(NUMBER), dataType: "int64", shape: [] });
  const goOn = body.input({ name: body.fresh(GO_ON), dataType: "bool", shape: [] });
  const before = trained.map(({ name, shape }) => {
    return body.input({ name: body.fresh(`${PREFIX}before/${name}`), ...floats(shape) });
  });
  const renamed = appendExample(body, derivation, setting, number);
  const gradients = trained.map(({ name }) => renamed(present(derivation.gradients.get(name), `"${name}"`)));
  const norm = appendNorm(body, gradients);
  const factor = clipFactor(body, norm, setting.clipNorm);
  const after = gradients.map((gradient, at) => {
    const share = factor === null ? gradient : body.add("Mul", [gradient, factor]);
    return body.add("Add", [before[at] ?? "", share]);
  });
  const loss = body.add("Reshape", [renamed(derivation.loss), body.constant(int64List([]))]);
  const one = body.build("one-example", [body.add("Identity", [goOn]), ...after, norm, loss]);
  // Nor must the outside give those of the body afterwards.
  const inside = [...one.inputs.map(({ name }) => name), ...one.nodes.flatMap(({ outputs }) => outputs)];
  for (const name of inside) if (name !== "") graph.outer(name, body.typeOf(name));
  return one;
}

/** The values outside that the body uses, or whose names it must not give. */
function namesIn(graph: GraphBuilder, { features, targets, seed, parameters }: ExampleSetting): ReadonlySet<string> {
  const names = graph.nodes().flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  const used = [features, targets ?? "", seed ?? "", ...parameters.values()];
  return new Set([...names, ...used].filter((name) => name !== ""));
}

/** Appends the derived graph for one example of the batch: a batch of one, whose size the graph does not know. */
function appendExample(
  body: GraphBuilder,
  derivation: Derivation,
  { features, targets, seed, parameters }: ExampleSetting,
  number: string,
): Renaming {
  const [batch = "batch"] = derivation.task.features.shape ?? [];
  const place = body.fresh(`${PREFIX}place`);
  appendTyped(body, { operator: "Unsqueeze", inputs: [number, constant(body, [0])], name: place }, whole([batch]));
  const row = (value: string): string => body.add("Gather", [value, place], { axis: int(0) });
  const given = new Map([[derivation.task.features.name, row(features)], ...parameters]);
  if (derivation.targets !== null) given.set(derivation.targets, row(present(targets, "the targets")));
  // A seed of its own for each example: the seed of the batch, and its number.
  if (derivation.random) {
    const own = body.add("Add", [present(seed, "the seed"), number]);
    given.set(SEED, body.add("BitwiseAnd", [own, constant(body, WORD - 1)]));
  }
  return appendGraph(body, derivation.model.graph, given);
}

/** Appends √Σ g² over all elements. */
function appendNorm(body: GraphBuilder, gradients: readonly string[]): string {
  const sums = gradients.map((gradient) => body.add("ReduceSumSquare", [gradient], { keepdims: int(0) }));
  return body.add("Sqrt", [body.add("Sum", sums)]);
}

/** Appends min(1, c / norm); null where nothing is clipped. */
function clipFactor(body: GraphBuilder, norm: string, clipNorm: number | null): string | null {
  if (clipNorm === null) return null;
  const [one, bound] = [1, clipNorm].map((value) => body.constant(scalarTensor("float32", value)));
  return body.add("Min", [one ?? "", body.add("Div", [bound ?? "", norm])]);
}

/** Appends a tensor of zeros in the shape of a parameter. */
function appendZeros(graph: GraphBuilder, { name, shape }: TensorShape): string {
  return add(graph, "ConstantOfShape", [constant(graph, shape)], `zeros/${name}`);
}

/** Appends a node outside the loop, under a name that its body will not give. */
function add(graph: GraphBuilder, operator: string, inputs: readonly string[], name: string): string {
  return graph.add(operator, inputs, {}, PREFIX + name);
}

function constant(graph: GraphBuilder, value: number | readonly number[]): string {
  return graph.constant(typeof value === "number" ? scalarTensor("int64", value) : int64List(value));
}

/** Appends a node whose output has a type that is not seen from its inputs. */
function appendTyped(
  body: GraphBuilder,
  { operator, inputs, name }: Pick<GraphNode, "operator" | "inputs" | "name">,
  type: TensorType,
): void {
  body.append({ name, operator, domain: "", inputs, outputs: [name], attributes: {} }, [type]);
}

function floats(shape: readonly Dimension[]): TensorType {
  return { dataType: "float32", shape };
}

function whole(shape: readonly Dimension[]): TensorType {
  return { dataType: "int64", shape };
}
