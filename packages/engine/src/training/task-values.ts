/**
 * The values that a training graph hands to its loop, with their types: what is known of a task before it runs.
 *
 * @module
 */
import type { Dimension, ValueInfo } from "../graph/graph.ts";
import type { TensorType } from "../graph/graph-builder.ts";
import type { Derivation } from "./derivation.ts";
import {
  driftInput,
  type FeatureFormat,
  parameterInput,
  RESERVED_PREFIX,
  slotInput,
  type SolverState,
  startInput,
  TRAINING,
} from "./program.ts";

/** How many steps a task has, as a dimension. */
export const STEP_COUNT = "potluck:step-count";
const ROW_COUNT = "potluck:row-count";
const VISIT_COUNT = "potluck:visit-count";

/** The inputs of a training graph that its loop reads at every step. */
export function taskValues({ task, layout, random }: Derivation, format: FeatureFormat): readonly ValueInfo[] {
  const { exampleShape, targets } = task;
  return [
    { name: TRAINING.features, dataType: format.dataType, shape: [ROW_COUNT, ...exampleShape] },
    ...(targets === null
      ? []
      : [{ name: TRAINING.targets, dataType: targets.dataType, shape: [ROW_COUNT, ...targets.shape] }]),
    { name: TRAINING.order, ...int64Type(VISIT_COUNT) },
    { name: TRAINING.starts, ...int64Type(STEP_COUNT) },
    { name: TRAINING.ends, ...int64Type(STEP_COUNT) },
    ...(random ? [{ name: TRAINING.seeds, ...int64Type(STEP_COUNT) }] : []),
    ...layout.map(({ name, shape }) => ({ name: parameterInput(name), ...float32Type(shape) })),
  ];
}

/** The further inputs of a graph with a drift for the parameters called `names`. */
export function driftValues({ layout }: Derivation, names: readonly string[]): readonly ValueInfo[] {
  return layout
    .filter(({ name }) => names.includes(name))
    .map(({ name, shape }) => ({ name: driftInput(name), ...float32Type(shape) }));
}

/** The further inputs of a graph that goes through a task part by part. */
export function partValues({ layout }: Derivation, { slots, trained }: SolverState): readonly ValueInfo[] {
  return [
    { name: TRAINING.first, ...int64Type() },
    { name: TRAINING.partSteps, ...int64Type() },
    ...layout.map(({ name, shape }) => ({ name: startInput(name), ...float32Type(shape) })),
    ...slots.flatMap((slot) =>
      trained.map(({ name, shape }) => ({ name: slotInput(slot, name), ...float32Type(shape) })),
    ),
  ];
}

/**
 * What the loop carries from step to step, inside it: parameters and statistics first, then each slot for every
 * parameter.
 */
export function carriedValues({ layout, gradients }: Derivation, slots: readonly string[]): readonly ValueInfo[] {
  const trained = layout.filter(({ name }) => gradients.has(name));
  const ofSlots = slots.flatMap((slot) => trained.map(({ name, shape }) => ({ name: slotValue(slot, name), shape })));
  return [...layout.map(({ name, shape }) => ({ name: parameterValue(name), shape })), ...ofSlots].map(
    ({ name, shape }) => ({ name, ...float32Type(shape) }),
  );
}

/** The parameter `name` before the step. */
export function parameterValue(name: string): string {
  return `${RESERVED_PREFIX}now/${name}`;
}

/** The slot `slot` of the parameter `name` before the step. */
export function slotValue(slot: string, name: string): string {
  return `${RESERVED_PREFIX}slot/${slot}/${name}`;
}

/** int64 tensors of this shape. */
export function int64Type(...shape: readonly Dimension[]): TensorType {
  return { dataType: "int64", shape };
}

/** float32 tensors of this shape. */
export function float32Type(shape: readonly Dimension[]): TensorType {
  return { dataType: "float32", shape };
}
