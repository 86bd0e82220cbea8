/**
 * Stochastic gradient descent with momentum and weight decay.
 *
 *     g ← ∇f(x; batch) + λ x
 *     m ← β m + g                 (m = 0 at the start of every task)
 *     x ← x − η m
 *
 * η learningRate, β momentum, λ weightDecay; see `recipe.ts` for clipping, schedules and rules of layers. With β = 0 no
 * momentum is stored. This is the local solver of
 * federated averaging: McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-efficient learning of deep
 * networks from decentralized data", AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import { descend } from "./descent.ts";
import { directionOf, rateOf, type RecipeOptions, recipeOptions } from "./recipe.ts";
import type { Solver } from "./solver.ts";

/** Options of {@link sgd}. */
export interface SgdOptions extends RecipeOptions {
  /** η > 0. */
  readonly learningRate: number;
  /** β in [0, 1); 0 by default. */
  readonly momentum?: number;
}

/** The solver `sgd`. Throws Fault "option-invalid". */
export const sgd: PartFactory<SgdOptions, Solver> = definePart<SgdOptions, Solver>({
  room: "solver",
  name: "sgd",
  about: "Stochastic gradient descent, with momentum and weight decay if wanted.",
  fights: [],
  options: {
    learningRate: { kind: "number", above: 0, about: "step size η" },
    momentum: { kind: "number", minimum: 0, below: 1, default: 0, about: "share β of the last direction that is kept" },
    ...recipeOptions,
  },
  make: ({ learningRate, momentum, ...recipe }) =>
    descend(directionOf(recipe), rateOf('solver "sgd"', learningRate, recipe), momentum),
});
