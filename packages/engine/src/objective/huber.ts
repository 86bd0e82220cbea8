/**
 * The Huber loss, over all elements: squared error where it is small, absolute error where it is not, so that single
 * outliers do not rule the gradient. With e = y − t and c = e, clipped to [−δ, δ]
 *
 *     loss = c · (e − c/2):     e²/2 where |e| ≤ δ,   δ · (|e| − δ/2) where |e| > δ
 *
 * One formula for both cases: no square of a large error is ever formed, and its gradient takes fewer nodes than a
 * choice between the two (10 for 14). The derivative is c, which has no jump. The same as PyTorch's `huber_loss`.
 *
 * Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35(1), 1964.
 * https://doi.org/10.1214/aoms/1177703732
 *
 * @module
 */
import { type OptionSpecs, present } from "@potluck/core";
import { scalarLike } from "../graph/operators/constants.ts";
import { elementTargets, type Objective, objectiveReference } from "./objective.ts";

/** Options of {@link huber}. */
export interface HuberOptions {
  /** δ > 0: the error up to which the loss is quadratic; 1 by default. */
  readonly delta?: number;
}

const OPTIONS: OptionSpecs<HuberOptions> = {
  delta: { kind: "number", above: 0, default: 1, about: "the error δ up to which the loss is quadratic" },
};

/** Huber loss of an output against targets of its shape. Throws Fault "option-invalid". */
export function huber(options: HuberOptions = {}): Objective {
  const { delta = 1 } = options;
  const part = objectiveReference("huber", OPTIONS, options);
  return {
    part,
    targets: (output) => elementTargets(part, output),
    losses: (graph, { output, targets }) => {
      const error = graph.add("Sub", [output, present(targets, "the targets")]);
      const bounds = [-delta, delta].map((bound) => scalarLike(graph, bound, output));
      const clipped = graph.add("Clip", [error, ...bounds]);
      const half = graph.add("Mul", [clipped, scalarLike(graph, 0.5, output)]);
      return { losses: graph.add("Mul", [clipped, graph.add("Sub", [error, half])]), weights: null };
    },
  };
}
