/**
 * The recipe: what every local solver offers beside its own rule.
 *
 *     g ← ∇f(x; batch) · min(1, c / ‖∇f(x; batch)‖) + λ x        c clipNorm, λ weightDecay
 *     η ← learningRate · schedule(k, K) · factor of the layer
 *
 * Everything that is switched off is left out of the expressions, so that a solver without a recipe is the plain rule.
 *
 * @module
 */
import { Fault } from "../base/fault.ts";
import type { OptionSpecs } from "../part/options.ts";
import {
  add,
  byLayer,
  divide,
  type Expression,
  type LayerValue,
  minimum,
  multiply,
  norm,
  type Operand,
} from "./expression.ts";
import { after, cosineDecay, polynomialDecay, stepDecay, warmUp } from "./schedule.ts";
import { gradient, params } from "./solver.ts";

/** What holds for some layers only. The first rule that the name of a parameter fits is the one that counts. */
export interface LayerRule {
  /** Names of parameters; `*` stands for any text: "head.*", "*.bias". */
  readonly match: string;
  /** What the learning rate is multiplied by, ≥ 0; 1 by default. */
  readonly learningRateFactor?: number;
  /** λ of these layers, ≥ 0; null, the default, is that of the solver. */
  readonly weightDecay?: number | null;
}

/** The options of a recipe. */
export interface RecipeOptions {
  /** λ ≥ 0; 0 by default. */
  readonly weightDecay?: number;
  /** c > 0; null, the default, is off. */
  readonly clipNorm?: number | null;
  /** "constant" by default. */
  readonly schedule?: "constant" | "step" | "polynomial" | "cosine";
  /** W: a whole number ≥ 0; 0 by default. */
  readonly warmUpSteps?: number;
  /** s: a whole number ≥ 1; only with the schedule "step", which needs it. */
  readonly decaySteps?: number | null;
  /** φ or ρ in [0, 1]; 0 by default. */
  readonly decayFactor?: number;
  /** p > 0; 1 by default. */
  readonly decayPower?: number;
  /** None by default. */
  readonly rules?: readonly LayerRule[];
}

/** The specs of the options of a recipe. */
export const recipeOptions: OptionSpecs<RecipeOptions> = {
  weightDecay: { kind: "number", minimum: 0, default: 0, about: "pull λ of the parameters towards zero" },
  clipNorm: { kind: "number", above: 0, default: null, about: "longest gradient c, over all parameters together" },
  schedule: {
    kind: "choice",
    of: ["constant", "step", "polynomial", "cosine"],
    default: "constant",
    about: "how η falls in the course of a task",
  },
  warmUpSteps: { kind: "number", integer: true, minimum: 0, default: 0, about: "steps W in which η rises at first" },
  decaySteps: { kind: "number", integer: true, minimum: 1, default: null, about: "steps s between falls, for `step`" },
  decayFactor: {
    kind: "number",
    minimum: 0,
    maximum: 1,
    default: 0,
    about: "share of η that is left after each fall of `step`, or at the end",
  },
  decayPower: { kind: "number", above: 0, default: 1, about: "exponent p of `polynomial`" },
  rules: {
    kind: "records",
    of: {
      match: { kind: "text", about: "names of parameters; * stands for any text" },
      learningRateFactor: { kind: "number", minimum: 0, default: 1, about: "what η is multiplied by" },
      weightDecay: { kind: "number", minimum: 0, default: null, about: "λ of these layers" },
    },
    default: [],
    about: "what is different for some layers; the first match counts",
  },
};

/** g: the gradient, clipped, with weight decay. */
export function directionOf({ weightDecay, clipNorm, rules }: Required<RecipeOptions>): Expression {
  const clipped = clipNorm === null ? gradient : multiply(gradient, minimum(1, divide(clipNorm, norm(gradient))));
  const decays = rules.map(({ match, weightDecay: own }) => ({ match, value: own ?? weightDecay }));
  if (weightDecay === 0 && decays.every(({ value }) => value === 0)) return clipped;
  return add(clipped, multiply(perLayer(decays, weightDecay), params));
}

/** η. Throws Fault "option-invalid", naming the part `where`, for options that contradict each other. */
export function rateOf(where: string, learningRate: number, options: Required<RecipeOptions>): Operand {
  checkSchedule(where, options);
  const { warmUpSteps, rules } = options;
  const factors = rules.map(({ match, learningRateFactor = 1 }) => ({ match, value: learningRateFactor }));
  return [warmUpSteps === 0 ? 1 : warmUp(warmUpSteps), decayOf(options), perLayer(factors, 1)].reduce<Operand>(
    (rate, factor) => (factor === 1 ? rate : multiply(rate, factor)),
    learningRate,
  );
}

/** `otherwise` itself where no layer has another value. */
function perLayer(values: readonly LayerValue[], otherwise: number): Operand {
  return values.every(({ value }) => value === otherwise) ? otherwise : byLayer(values, otherwise);
}

function decayOf({ schedule, warmUpSteps, decaySteps, decayFactor, decayPower }: Required<RecipeOptions>): Operand {
  const clock = after(warmUpSteps);
  switch (schedule) {
    case "constant":
      return 1;
    case "step":
      return stepDecay(decayFactor, decaySteps ?? 1, clock);
    case "polynomial":
      return polynomialDecay(decayFactor, decayPower, clock);
    case "cosine":
      return cosineDecay(decayFactor, clock);
  }
}

function checkSchedule(where: string, options: Required<RecipeOptions>): void {
  const { schedule, decaySteps, decayFactor, decayPower } = options;
  const refuse = (message: string, remedy: string): never => {
    throw new Fault("option-invalid", `${where}: ${message}`, remedy);
  };
  const named = `the schedule "${schedule}"`;
  if (schedule === "step" && (decaySteps === null || decayFactor === 0)) {
    refuse(
      `${named} needs decaySteps and a decayFactor above 0`,
      "Say after how many steps η falls, and to what share.",
    );
  }
  if (schedule !== "step" && decaySteps !== null) refuse(`${named} has no decaySteps`, 'Choose the schedule "step".');
  if (schedule === "constant" && decayFactor !== 0) refuse(`${named} has no decayFactor`, "Choose another schedule.");
  if (schedule !== "polynomial" && decayPower !== 1) {
    refuse(`${named} has no decayPower`, 'Choose the schedule "polynomial".');
  }
}
