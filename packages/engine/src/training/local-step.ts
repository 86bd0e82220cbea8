/**
 * One step of local training: the body of the loop in a training graph. See `training-graph.ts`.
 *
 * @module
 */
import { present, type Solver } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import type { Dimension, Graph, ValueInfo } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { cast } from "../graph/operators/comparison.ts";
import { int64List } from "../graph/tensors.ts";
import { appendGraph, type Renaming } from "./append.ts";
import type { Derivation } from "./derivation.ts";
import { appendExampleGradients } from "./per-example.ts";
import { driftInput, type FeatureFormat, parameterInput, TRAINING } from "./program.ts";
import { appendStep, type StepSetting, type TensorValues } from "./solver-nodes.ts";
import { inForm, PORTABLE_FORM, type StepForm } from "./step-form.ts";
import { unpackFeatures } from "./stored-features.ts";
import { SEED } from "./training-form.ts";
import { carriedValues, int64Type, parameterValue, slotValue } from "./task-values.ts";

/** Values of the body by the names of what they stand for. */
type Given = readonly (readonly [string, string])[];

/** How many steps of the task are finished. */
const FINISHED = "potluck:finished-steps";
/** How many steps of this part are finished; where a task is gone through at once, that is the same. */
const FINISHED_OF_PART = "potluck:finished-steps-of-part";
/** Whether to go on; an input of every loop. */
const GO_ON = "potluck:go-on";
const ROWS = "potluck:rows";
/** What solvers of programs with a drift call it. */
export const DRIFT = "drift";

/** What a step is made of. */
export interface LocalStep {
  readonly derivation: Derivation;
  readonly solver: Solver;
  /** The inputs of the training graph that every step reads. */
  readonly values: readonly ValueInfo[];
  readonly format: FeatureFormat;
  readonly form?: StepForm;
  /** Whether the task is gone through part by part. */
  readonly isInParts?: boolean;
}

/**
 * The body, brought into `form`: takes the number of finished steps, whether to go on, and what is carried; gives whether to go on, what is
 * carried on, and the loss of the batch.
 */
export function localStep(step: LocalStep): Graph {
  const { derivation, solver, values, format, form = PORTABLE_FORM, isInParts = false } = step;
  const body = graphBuilder();
  body.input({ name: isInParts ? FINISHED_OF_PART : FINISHED, ...int64Type() });
  body.input({ name: GO_ON, dataType: "bool", shape: [] });
  for (const info of carriedValues(derivation, solver.slots)) body.input(info);
  for (const { name, dataType, shape } of values) {
    body.outer(name, { dataType, shape: shape ?? [] });
  }
  body.outer(TRAINING.steps, int64Type());
  if (isInParts) appendFinished(body);
  const batch = appendBatch(body, derivation, format);
  const parameters = derivation.layout.map(({ name }) => [name, parameterValue(name)] as const);
  const at = (others: TensorValues): Renaming =>
    appendGraph(body, derivation.model.graph, new Map([...batch, ...parameters, ...others]));
  const renamed = at(new Map());
  const clipped = (clipNorm: number): TensorValues => appendClipped(body, derivation, { batch, parameters, clipNorm });
  const carried = appendUpdates(body, derivation, solver, { renamed, at, clipped });
  const goOn = body.add("Identity", [GO_ON]);
  const graph = body.build("local-step", [goOn, ...carried, renamed(derivation.loss)]);
  return inForm(graph, body, form);
}

/** Appends how many steps of the task are finished: those before this part, and those of the part. */
function appendFinished(body: GraphBuilder): void {
  body.outer(TRAINING.first, int64Type());
  const inputs = [TRAINING.first, FINISHED_OF_PART];
  body.append({ name: FINISHED, operator: "Add", domain: "", inputs, outputs: [FINISHED], attributes: {} }, [
    int64Type(),
  ]);
}

/** Appends what picks the batch of this step; the values that stand for the model's features and targets, and the seed. */
function appendBatch(body: GraphBuilder, { task, targets, random }: Derivation, format: FeatureFormat): Given {
  const { features } = task;
  const first = { axis: int(0) };
  const axes = body.constant(int64List([0]));
  const step = body.add("Unsqueeze", [FINISHED, axes]);
  const start = body.add("Gather", [TRAINING.starts, step], first);
  const end = body.add("Gather", [TRAINING.ends, step], first);
  appendRows(body, [TRAINING.order, start, end, axes], features.shape?.[0] ?? ROWS);
  const stored = body.add("Gather", [TRAINING.features, ROWS], first);
  return [
    [features.name, unpackFeatures(body, stored, format, features.dataType)],
    ...(targets === null ? [] : [[targets, body.add("Gather", [TRAINING.targets, ROWS], first)] as const]),
    ...(random ? [[SEED, body.add("Gather", [TRAINING.seeds, FINISHED], first)] as const] : []),
  ];
}

/** Appends the slice of the order that makes the batch: its type is stated, because its length is known only later. */
function appendRows(body: GraphBuilder, inputs: readonly string[], batch: Dimension): void {
  const node = { name: ROWS, operator: "Slice", domain: "", inputs, outputs: [ROWS], attributes: {} };
  body.append(node, [int64Type(batch)]);
}

/** The derived graph in the body. */
interface Placed {
  /** Where the parameters are those of the step. */
  readonly renamed: Renaming;
  /** Appends it a second time, where they are others. */
  readonly at: (params: TensorValues) => Renaming;
  /** Appends it for each example by itself: the mean of the gradients, each clipped to this norm. */
  readonly clipped: (clipNorm: number) => TensorValues;
}

/** Appends the step for every parameter and statistic; the values to carry on, in the order of {@link carriedValues}. */
function appendUpdates(
  body: GraphBuilder,
  { layout, gradients, statistics }: Derivation,
  solver: Solver,
  { renamed, at, clipped }: Placed,
): readonly string[] {
  const gradientsOf = (naming: Renaming): TensorValues =>
    new Map([...gradients].map(([name, gradient]) => [name, naming(gradient)]));
  const setting: StepSetting = {
    finishedSteps: FINISHED,
    stepCount: TRAINING.steps,
    tensors: new Map([...gradientsOf(renamed)].map(([name, gradient]) => [name, tensorsOf(solver, name, gradient)])),
    gradientAt: (params) => gradientsOf(at(params)),
    clippedGradient: clipped,
  };
  const next = appendStep(body, solver, setting);
  const params = layout.map(
    ({ name }) => next.get(name)?.params ?? renamed(present(statistics.get(name), `"${name}"`)),
  );
  const slots = solver.slots.flatMap((_, slot) => [...next.values()].map((values) => values.slots[slot] ?? ""));
  return [...params, ...slots];
}

/** Appends the mean of the gradients of the batch's examples, each clipped; by parameter. */
function appendClipped(
  body: GraphBuilder,
  derivation: Derivation,
  { batch, parameters, clipNorm }: { readonly batch: Given; readonly parameters: Given; readonly clipNorm: number },
): TensorValues {
  const given = new Map(batch);
  const features = present(given.get(derivation.task.features.name), "the features");
  const { sums } = appendExampleGradients(body, derivation, {
    features,
    targets: given.get(derivation.targets ?? "") ?? null,
    seed: given.get(SEED) ?? null,
    parameters: new Map(parameters),
    clipNorm,
  });
  const rows = cast(body, body.add("Size", [ROWS]), "float32");
  return new Map([...sums].map(([name, sum]) => [name, body.add("Div", [sum, rows])]));
}

/** What a solver may read of the parameter `name`. */
function tensorsOf({ slots }: Solver, name: string, gradient: string): Readonly<Record<string, string>> {
  const state = Object.fromEntries(slots.map((slot) => [slot, slotValue(slot, name)]));
  return { gradient, params: parameterValue(name), anchor: parameterInput(name), [DRIFT]: driftInput(name), ...state };
}
