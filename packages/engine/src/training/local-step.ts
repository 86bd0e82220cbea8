/**
 * One step of local training: the body of the loop in a training graph. See `training-graph.ts`.
 *
 * @module
 */
import { present, type Solver } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import type { Dimension, Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { int64List } from "../graph/tensors.ts";
import { absorbIntoProducts } from "./absorb.ts";
import { appendGraph, type Renaming } from "./append.ts";
import type { Derivation } from "./derivation.ts";
import { type FeatureFormat, parameterInput, TRAINING } from "./program.ts";
import { stepCompiler } from "./solver-nodes.ts";
import { unpackFeatures } from "./stored-features.ts";
import { carriedValues, int64Type, parameterValue, slotValue, taskValues } from "./task-values.ts";

/** How many steps are finished; an input of every loop. */
const FINISHED = "potluck:finished-steps";
/** Whether to go on; an input of every loop. */
const GO_ON = "potluck:go-on";
const ROWS = "potluck:rows";

/**
 * The body: takes the number of finished steps, whether to go on, and what is carried; gives whether to go on, what is
 * carried on, and the loss of the batch.
 */
export function localStep(derivation: Derivation, solver: Solver, format: FeatureFormat): Graph {
  const body = graphBuilder();
  body.input({ name: FINISHED, ...int64Type() });
  body.input({ name: GO_ON, dataType: "bool", shape: [] });
  for (const info of carriedValues(derivation.layout, solver.slots)) body.input(info);
  for (const { name, dataType, shape } of taskValues(derivation, format)) {
    body.outer(name, { dataType, shape: shape ?? [] });
  }
  const batch = appendBatch(body, derivation, format);
  const parameters = derivation.layout.map(({ name }) => [name, parameterValue(name)] as const);
  const renamed = appendGraph(body, derivation.model.graph, new Map([...batch, ...parameters]));
  const carried = appendUpdates(body, derivation, solver, renamed);
  const goOn = body.add("Identity", [GO_ON]);
  const graph = body.build("local-step", [goOn, ...carried, renamed(derivation.loss)]);
  return absorbIntoProducts(graph, body);
}

/** Appends what picks the batch of this step; the values that stand for the model's features and labels. */
function appendBatch(
  body: GraphBuilder,
  { features, labels }: Derivation,
  format: FeatureFormat,
): readonly (readonly [string, string])[] {
  const first = { axis: int(0) };
  const axes = body.constant(int64List([0]));
  const step = body.add("Unsqueeze", [FINISHED, axes]);
  const start = body.add("Gather", [TRAINING.starts, step], first);
  const end = body.add("Gather", [TRAINING.ends, step], first);
  appendRows(body, [TRAINING.order, start, end, axes], features.shape?.[0] ?? ROWS);
  const stored = body.add("Gather", [TRAINING.features, ROWS], first);
  return [
    [features.name, unpackFeatures(body, stored, format)],
    [labels, body.add("Gather", [TRAINING.labels, ROWS], first)],
  ];
}

/** Appends the slice of the order that makes the batch: its type is stated, because its length is known only later. */
function appendRows(body: GraphBuilder, inputs: readonly string[], batch: Dimension): void {
  const node = { name: ROWS, operator: "Slice", domain: "", inputs, outputs: [ROWS], attributes: {} };
  body.append(node, [int64Type(batch)]);
}

/** Appends the solver's step for every parameter; the values to carry on, in the order of {@link carriedValues}. */
function appendUpdates(
  body: GraphBuilder,
  { layout, gradients }: Derivation,
  solver: Solver,
  renamed: Renaming,
): readonly string[] {
  const compile = stepCompiler(body, solver, FINISHED);
  const next = layout.map(({ name }) =>
    compile({
      gradient: renamed(present(gradients.get(name), `the gradient of "${name}"`)),
      params: parameterValue(name),
      anchor: parameterInput(name),
      ...Object.fromEntries(solver.slots.map((slot) => [slot, slotValue(slot, name)])),
    }),
  );
  const slots = solver.slots.flatMap((_, at) => next.map((values) => values.slots[at] ?? ""));
  return [...next.map(({ params }) => params), ...slots];
}
