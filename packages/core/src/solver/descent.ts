/**
 * Descent along a direction, with momentum: the last step of every solver that only changes the direction.
 *
 * @module
 */
import { add, type Expression, multiply, subtract, tensor } from "./expression.ts";
import { params, type Solver } from "./solver.ts";

/** x ← x − η m with m ← β m + direction; without momentum (β = 0) no state is kept. */
export function descend(direction: Expression, learningRate: number, momentum: number): Solver {
  if (momentum === 0) {
    return { slots: [], step: { params: subtract(params, multiply(learningRate, direction)), state: {} } };
  }
  const moved = add(multiply(momentum, tensor("momentum")), direction);
  return {
    slots: ["momentum"],
    step: { params: subtract(params, multiply(learningRate, moved)), state: { momentum: moved } },
  };
}
