/**
 * The training graph: K steps of a local solver in one graph.
 *
 *     parameters, slots ← before, 0
 *     for k = 1 … K:                                            an ONNX Loop; its body is `local-step.ts`
 *         rows     ← order[starts[k] … ends[k])
 *         batch    ← features[rows], targets[rows]
 *         loss, g  ← mean loss of the batch and its gradient    the derived graph
 *         parameters, slots ← solver(g, parameters, slots, before, k)
 *         parameters ← parameters + drift                       only in programs with a drift
 *
 * Parameters never leave ONNX Runtime between the steps. A program in parts begins with the parameters and slots that it is given, at the
 * step that it is told, and gives them back: one part after another comes to the same bits.
 *
 * @module
 */
import { expression, type Solver, type TensorShape } from "@potluck/core";
import type { Graph } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { int64List } from "../graph/tensors.ts";
import { writeModel } from "../onnx/write.ts";
import { allowingBlocks } from "./blocks/blocked-convolutions.ts";
import type { Derivation } from "./derivation.ts";
import { DRIFT, localStep } from "./local-step.ts";
import {
  type FeatureFormat,
  parameterInput,
  parameterOutput,
  RESERVED_PREFIX,
  slotInput,
  slotOutput,
  type SolverState,
  startInput,
  TRAINING,
  type TrainingProgram,
} from "./program.ts";
import { PORTABLE_FORM, type StepForm } from "./step-form.ts";
import { rulesOf } from "./task.ts";
import {
  carriedValues,
  driftValues,
  float32Type,
  int64Type,
  partValues,
  STEP_COUNT,
  taskValues,
} from "./task-values.ts";

/**
 * The program that trains what was derived with `solver`, on features stored in `format`, its steps brought
 * into `form`.
 */
export function trainingProgram(
  derivation: Derivation,
  solver: Solver,
  format: FeatureFormat,
  { drifts = false, inParts = false, ...form }: ProgramForm = PORTABLE_FORM,
): TrainingProgram {
  const { layout, task, random, gradients } = derivation;
  const drifting = drifts ? layout.map(({ name }) => name).filter((name) => gradients.has(name)) : [];
  const trained = layout.filter(({ name }) => gradients.has(name));
  const state = inParts ? { slots: solver.slots, trained } : null;
  const graph = trainingGraph(derivation, drifts ? drifted(solver) : solver, { format, form, drifting, state });
  const model = writeModel({ ...(form.blocks === null ? derivation.model : allowingBlocks(derivation.model)), graph });
  return { kind: "training", model, layout, features: format, ...rulesOf(task), random, drifting, state };
}

/** The form of steps; whether a drift of the task is added after each, and whether it goes through a task in parts: not by default. */
interface ProgramForm extends StepForm {
  readonly drifts?: boolean;
  readonly inParts?: boolean;
}

/** The solver after whose steps the drift of the task is added. */
function drifted(solver: Solver): Solver {
  const params = expression.add(solver.step.params, expression.tensor(DRIFT));
  return { ...solver, step: { ...solver.step, params } };
}

/** In what form a graph is wanted. */
interface Wanted {
  readonly format: FeatureFormat;
  readonly form: StepForm;
  readonly drifting: readonly string[];
  readonly state: SolverState | null;
}

function trainingGraph(derivation: Derivation, solver: Solver, wanted: Wanted): Graph {
  const { format, form, drifting, state } = wanted;
  const { layout, gradients } = derivation;
  const graph = graphBuilder();
  const values = [...taskValues(derivation, format), ...driftValues(derivation, drifting)];
  for (const info of values) graph.input(info);
  graph.input({ name: TRAINING.steps, ...int64Type() });
  for (const info of state === null ? [] : partValues(derivation, state)) graph.input(info);
  const after = layout.map(({ name }) => parameterOutput(name));
  const trained = layout.filter(({ name }) => gradients.has(name));
  const slots = solver.slots.flatMap((slot) => trained.map(({ name }) => slotOutput(slot, name)));
  const carried = carriedValues(derivation, solver.slots);
  const isInParts = state !== null;
  const body = localStep({ derivation, solver, values, format, form, isInParts });
  const node = {
    name: "local-steps",
    operator: "Loop",
    domain: "",
    inputs: [isInParts ? TRAINING.partSteps : TRAINING.steps, "", ...startOf(graph, derivation, solver, state)],
    // ONNX Runtime 1.30 crashes where a loop leaves out an output, so that slots have names where nobody asks for them, too.
    outputs: [...after, ...slots, TRAINING.losses],
    attributes: { body: { kind: "graph" as const, value: body } },
  };
  graph.append(node, [...carried.map(({ shape }) => float32Type(shape ?? [])), float32Type([STEP_COUNT])]);
  return graph.build("local-training", [...after, ...(isInParts ? slots : []), TRAINING.losses]);
}

/** What the loop begins with: the parameters of the task and slots of zeros, or what a part is given. */
function startOf(
  graph: GraphBuilder,
  { layout, gradients }: Derivation,
  { slots }: Solver,
  state: SolverState | null,
): readonly string[] {
  if (state !== null) {
    const ofSlots = slots.flatMap((slot) => state.trained.map(({ name }) => slotInput(slot, name)));
    return [...layout.map(({ name }) => startInput(name)), ...ofSlots];
  }
  const trained = layout.filter(({ name }) => gradients.has(name));
  const zeros = slots.length === 0 ? [] : trained.map((slot) => appendZeros(graph, slot));
  return [...layout.map(({ name }) => parameterInput(name)), ...slots.flatMap(() => zeros)];
}

/** Appends a tensor of zeros. Its names are reserved ones: a loop's body must not give those of the outside again. */
function appendZeros(graph: GraphBuilder, { name, shape }: TensorShape): string {
  const size = graph.fresh(`${RESERVED_PREFIX}size/${name}`);
  const value = { kind: "tensor" as const, value: int64List(shape) };
  graph.append({ name: size, operator: "Constant", domain: "", inputs: [], outputs: [size], attributes: { value } });
  return graph.add("ConstantOfShape", [size], {}, `${RESERVED_PREFIX}zeros/${name}`);
}
