/**
 * Descent along a direction, with momentum: the last step of every solver that only changes the direction.
 *
 * @module
 */
import { add, type Expression, multiply, type Operand, subtract, tensor } from "./expression.ts";
import { params, type Solver } from "./solver.ts";

/** x ← x − η m with m ← β m + direction, η the rate; without momentum (β = 0) no state is kept. */
export function descend(direction: Expression, rate: Operand, momentum: number): Solver {
  if (momentum === 0) {
    return { slots: [], step: { params: subtract(params, multiply(rate, direction)), state: {} } };
  }
  const moved = add(multiply(momentum, tensor("momentum")), direction);
  return {
    slots: ["momentum"],
    step: { params: subtract(params, multiply(rate, moved)), state: { momentum: moved } },
  };
}
