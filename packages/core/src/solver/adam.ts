/**
 * Adam on the client, with bias correction; moments start at zero in every task.
 *
 *     g ← ∇f(x; batch) + λ x
 *     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 *     x ← x − η · (m / (1 − β₁^k)) / (√(v / (1 − β₂^k)) + ε),   k = 1, 2, …
 *
 * η learningRate, β₁ beta1, β₂ beta2, ε epsilon, λ weightDecay (coupled, as in the paper's era; not AdamW). Clipping,
 * schedules and rules of layers are those of `recipe.ts`.
 *
 * Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015. https://arxiv.org/abs/1412.6980
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import { add, divide, type Expression, multiply, power, sqrt, square, step, subtract, tensor } from "./expression.ts";
import { directionOf, rateOf, type RecipeOptions, recipeOptions } from "./recipe.ts";
import { params, type Solver } from "./solver.ts";

/** Options of {@link adam}. */
export interface AdamOptions extends RecipeOptions {
  /** η > 0. */
  readonly learningRate: number;
  /** β₁ in [0, 1); 0.9 by default. */
  readonly beta1?: number;
  /** β₂ in [0, 1); 0.999 by default. */
  readonly beta2?: number;
  /** ε > 0; 1e-8 by default. */
  readonly epsilon?: number;
}

/** The solver `adam`. Throws Fault "option-invalid". */
export const adam: PartFactory<AdamOptions, Solver> = definePart<AdamOptions, Solver>({
  room: "solver",
  name: "adam",
  about: "Adam on each client, its moments forgotten between tasks.",
  fights: [],
  paper: {
    authors: "Kingma, Ba",
    title: "Adam: a method for stochastic optimization",
    venue: "ICLR 2015",
    link: "https://arxiv.org/abs/1412.6980",
  },
  options: {
    learningRate: { kind: "number", above: 0, about: "step size η" },
    beta1: { kind: "number", minimum: 0, below: 1, default: 0.9, about: "memory β₁ of the mean gradient" },
    beta2: { kind: "number", minimum: 0, below: 1, default: 0.999, about: "memory β₂ of the squared gradient" },
    epsilon: { kind: "number", above: 0, default: 1e-8, about: "keeps the denominator above zero" },
    ...recipeOptions,
  },
  make: adamSolver,
});

function adamSolver({ learningRate, beta1, beta2, epsilon, ...recipe }: Required<AdamOptions>): Solver {
  const g = directionOf(recipe);
  const m = decayed("first-moment", beta1, g);
  const v = decayed("second-moment", beta2, square(g));
  const direction = divide(corrected(m, beta1), add(sqrt(corrected(v, beta2)), epsilon));
  return {
    slots: ["first-moment", "second-moment"],
    step: {
      params: subtract(params, multiply(rateOf('solver "adam"', learningRate, recipe), direction)),
      state: { "first-moment": m, "second-moment": v },
    },
  };
}

/** β · slot + (1 − β) · value */
function decayed(slot: string, beta: number, value: Expression): Expression {
  return add(multiply(beta, tensor(slot)), multiply(1 - beta, value));
}

/** moment / (1 − β^k): undoes the pull towards the zero that moments start from. */
function corrected(moment: Expression, beta: number): Expression {
  return divide(moment, subtract(1, power(beta, step)));
}
