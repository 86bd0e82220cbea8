/**
 * Schedules: the share of the learning rate that holds in step k = 1 … K of a task, as expressions of k and K.
 *
 *     warmUp(W)            min(1, k / W)
 *     stepDecay            φ^⌊t / s⌋
 *     cosineDecay          ρ + (1 − ρ) · (1 + cos(π t / T)) / 2
 *     polynomialDecay      ρ + (1 − ρ) · (1 − t / T)^p
 *
 * t counts finished steps, from 0, and T is how many there are: `wholeTask` counts all of them, `after(W)` those that
 * follow a warm-up of W steps. A task starts its schedule anew, as it does a solver's memory.
 *
 * Cosine: Loshchilov, Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017.
 * https://arxiv.org/abs/1608.03983
 *
 * @module
 */
import {
  add,
  cosine,
  divide,
  type Expression,
  floor,
  maximum,
  minimum,
  multiply,
  power,
  step,
  steps,
  subtract,
} from "./expression.ts";

/** What a decay counts. */
export interface Clock {
  /** t: steps that are finished, 0 in the first. */
  readonly finished: Expression;
  /** T ≥ 1: steps in all. */
  readonly total: Expression;
}

/** All steps of the task. */
export const wholeTask: Clock = { finished: subtract(step, 1), total: steps };

/** The steps after the first `warmUpSteps`, a whole number ≥ 0: t = 0 until they begin. */
export function after(warmUpSteps: number): Clock {
  if (warmUpSteps === 0) return wholeTask;
  return {
    finished: maximum(subtract(step, 1 + warmUpSteps), 0),
    total: maximum(subtract(steps, warmUpSteps), 1),
  };
}

/** min(1, k / W) with W ≥ 1: rises by the same amount in each of the first W steps, to the whole rate in step W. */
export function warmUp(warmUpSteps: number): Expression {
  return minimum(divide(step, warmUpSteps), 1);
}

/** φ^⌊t / s⌋: what is left is multiplied by `factor` φ after every `everySteps` s ≥ 1 steps. */
export function stepDecay(factor: number, everySteps: number, { finished }: Clock = wholeTask): Expression {
  return power(factor, floor(divide(finished, everySteps)));
}

/** From 1 to the share `remaining` ρ along half a wave: slow at first, slow at last. */
export function cosineDecay(remaining: number, clock: Clock = wholeTask): Expression {
  const wave = cosine(multiply(Math.PI, spent(clock)));
  return between(remaining, divide(add(1, wave), 2));
}

/** From 1 to the share `remaining` ρ; in a straight line with `exponent` p = 1, sooner with more. */
export function polynomialDecay(remaining: number, exponent: number, clock: Clock = wholeTask): Expression {
  return between(remaining, power(subtract(1, spent(clock)), exponent));
}

/** t / T in [0, 1) */
function spent({ finished, total }: Clock): Expression {
  return divide(finished, total);
}

/** ρ + (1 − ρ) · share */
function between(remaining: number, share: Expression): Expression {
  return add(remaining, multiply(1 - remaining, share));
}
