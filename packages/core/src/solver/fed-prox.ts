/**
 * FedProx: local descent that is pulled back towards the model it started from.
 *
 *     x ← x − η (∇f(x; batch) + μ (x − x⁰)),   x⁰ the anchor
 *
 * μ ≥ 0 bounds how far a client with unusual data, or many steps, drifts. With μ = 0 it is `sgd`.
 * Clipping, schedules and rules of layers are those of `recipe.ts`; what is clipped is ∇f, not the pull.
 *
 * Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith, "Federated optimization in heterogeneous networks", MLSys 2020.
 * https://arxiv.org/abs/1812.06127
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import { descend } from "./descent.ts";
import { add, multiply, subtract } from "./expression.ts";
import { directionOf, rateOf, type RecipeOptions, recipeOptions } from "./recipe.ts";
import { anchor, params, type Solver } from "./solver.ts";

/** Options of {@link fedProx}. */
export interface FedProxOptions extends RecipeOptions {
  /** μ ≥ 0. The paper tunes it over {0.001, 0.01, 0.1, 1}. */
  readonly mu: number;
  /** η > 0. */
  readonly learningRate: number;
  /** β in [0, 1); 0 by default. */
  readonly momentum?: number;
}

/** The solver `fed-prox`. Throws Fault "option-invalid". */
export const fedProx: PartFactory<FedProxOptions, Solver> = definePart<FedProxOptions, Solver>({
  room: "solver",
  name: "fed-prox",
  about: "Local descent with a pull of strength μ towards the model the task started from.",
  fights: ["starvation"],
  paper: {
    authors: "Li, Sahu, Zaheer, Sanjabi, Talwalkar, Smith",
    title: "Federated optimization in heterogeneous networks",
    venue: "MLSys 2020",
    link: "https://arxiv.org/abs/1812.06127",
  },
  options: {
    mu: { kind: "number", minimum: 0, about: "strength μ of the pull towards the anchor" },
    learningRate: { kind: "number", above: 0, about: "step size η" },
    momentum: { kind: "number", minimum: 0, below: 1, default: 0, about: "share β of the last direction that is kept" },
    ...recipeOptions,
  },
  make: ({ mu, learningRate, momentum, ...recipe }) =>
    descend(
      add(directionOf(recipe), multiply(mu, subtract(params, anchor))),
      rateOf('solver "fed-prox"', learningRate, recipe),
      momentum,
    ),
});
