/**
 * The graph of one step of training as it really runs, solver included, with the types of its values.
 *
 * @module
 */
import { present, type Solver } from "@potluck/core";
import type { Graph } from "../graph/graph.ts";
import type { TensorType } from "../graph/graph-builder.ts";
import type { Derivation } from "../training/derivation.ts";
import { localStep } from "../training/local-step.ts";
import { type FeatureFormat, TRAINING } from "../training/program.ts";
import type { StepForm } from "../training/step-form.ts";
import { int64Type, taskValues } from "../training/task-values.ts";
import type { TypeOf } from "./node-costs.ts";

/** A graph, and what is known of its values. */
export interface TypedGraph {
  readonly graph: Graph;
  readonly typeOf: TypeOf;
}

/** The body of the loop that trains what was derived with `solver`, on features stored in `format`; see `localStep`. */
export function stepGraph(derivation: Derivation, solver: Solver, format: FeatureFormat, form: StepForm): TypedGraph {
  const graph = localStep({ derivation, solver, values: taskValues(derivation, format), format, form });
  const types = new Map<string, TensorType>([...(graph.types ?? []), [TRAINING.steps, int64Type()]]);
  for (const { name, dataType, shape } of [...graph.inputs, ...taskValues(derivation, format)]) {
    types.set(name, { dataType, shape: shape ?? [] });
  }
  return { graph, typeOf: (value) => present(types.get(value), `the type of "${value}"`) };
}
