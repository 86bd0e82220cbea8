/**
 * Server momentum in Nesterov's form: the step looks one momentum ahead.
 *
 *     v ← β v + Δ̄
 *     x ← x + η (Δ̄ + β v)
 *
 * η learningRate, β momentum, v starts at 0. This is the form of deep-learning libraries (Sutskever, Martens, Dahl,
 * Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013,
 * https://proceedings.mlr.press/v28/sutskever13.html, rewritten so that x is the point where the gradient is taken).
 * On the server of federated averaging: Hsu, Qi, Brown, 2019, https://arxiv.org/abs/1909.06335. With β = 0 it is
 * `sgd`.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { ServerOptimizer } from "./server-optimizer.ts";
import { velocityOptions, withVelocity } from "./velocity.ts";

/** Options of {@link nesterov}. */
export interface NesterovOptions {
  /** η > 0; 1 by default. */
  readonly learningRate?: number;
  /** β in [0, 1); 0.9 by default. */
  readonly momentum?: number;
}

/** The server optimizer `nesterov`. Throws Fault "option-invalid". */
export const nesterov: PartFactory<NesterovOptions, ServerOptimizer> = definePart<NesterovOptions, ServerOptimizer>({
  room: "server-optimizer",
  name: "nesterov",
  about: "Server momentum that looks one step ahead.",
  fights: ["starvation"],
  paper: {
    authors: "Sutskever, Martens, Dahl, Hinton",
    title: "On the importance of initialization and momentum in deep learning",
    venue: "ICML 2013",
    link: "https://proceedings.mlr.press/v28/sutskever13.html",
  },
  options: velocityOptions,
  make: ({ learningRate, momentum: beta }) =>
    withVelocity({ learningRate, momentum: beta, direction: (delta, velocity) => delta + beta * velocity }),
});
