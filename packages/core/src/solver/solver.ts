/**
 * The contract of solvers: what a client runs on its own data.
 *
 * A solver is a rule for one step, written as expressions over one parameter tensor; the same rule is applied to
 * every tensor, but for numbers that depend on the tensor's name. State slots start at zero in each task and are as large as the parameters.
 *
 * @module
 */
import type { Expression } from "./expression.ts";
import { tensor } from "./expression.ts";

/** The next value of the parameters and of every state slot, from the values before the step. */
export interface SolverStep {
  readonly params: Expression;
  readonly state: Readonly<Record<string, Expression>>;
}

/** A local solver. */
export interface Solver {
  /** Names of the state slots: "momentum", "second-moment". Not "gradient", "params" or "anchor". */
  readonly slots: readonly string[];
  readonly step: SolverStep;
}

/** The gradient of the mean loss over the batch. */
export const gradient: Expression = tensor("gradient");
/** The parameters before the step. */
export const params: Expression = tensor("params");
/** The parameters that the task started from. */
export const anchor: Expression = tensor("anchor");
