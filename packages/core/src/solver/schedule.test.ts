import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";
import { type Expression, multiply, type Operand } from "./expression.ts";
import { after, cosineDecay, polynomialDecay, stepDecay, warmUp, wholeTask } from "./schedule.ts";

/** The values of `schedule` in all steps of a task. */
function course(schedule: Operand, steps: number): readonly number[] {
  const whole: Expression = multiply(1, schedule);
  return Array.from({ length: steps }, (_, at) => evaluate(whole, { tensors: {}, step: at + 1, steps }, 1)[0] ?? 0);
}

const steps = fc.integer({ min: 1, max: 60 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const power = fc.double({ min: 0.25, max: 4, noNaN: true });

test("every decay starts with the whole rate, never rises, and stays above what shall remain", () => {
  fc.assert(
    fc.property(steps, share, power, fc.integer({ min: 1, max: 9 }), (count, remaining, exponent, every) => {
      const stepwise = stepDecay(Math.max(remaining, 0.01), every);
      for (const decay of [cosineDecay(remaining), polynomialDecay(remaining, exponent), stepwise]) {
        const values = course(decay, count);
        expect(values[0]).toBeCloseTo(1, 6);
        values.slice(1).forEach((value, at) => {
          expect(value).toBeLessThanOrEqual((values[at] ?? 0) + 1e-6);
          if (decay !== stepwise) expect(value).toBeGreaterThanOrEqual(remaining - 1e-6);
        });
      }
    }),
  );
});

test("a decay after a warm-up is that of a task without the warm-up's steps", () => {
  fc.assert(
    fc.property(steps, steps, share, (warm, rest, remaining) => {
      const values = course(cosineDecay(remaining, after(warm)), warm + rest);
      expect(values.slice(0, warm)).toEqual(new Array<number>(warm).fill(1));
      expect(values.slice(warm)).toEqual(course(cosineDecay(remaining), rest));
    }),
  );
});

test("a warm-up that is longer than the task does not divide by zero", () => {
  expect(course(cosineDecay(0, after(10)), 3)).toEqual([1, 1, 1]);
  expect(after(0)).toBe(wholeTask);
});

test("a warm-up rises by equal amounts to the whole rate", () => {
  expect(course(warmUp(4), 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1]);
});

test("steps fall when whole numbers of steps are over", () => {
  // ½^0, ½^0, ½^1, ½^1, ½^2
  expect(course(stepDecay(0.5, 2), 5)).toEqual([1, 1, 0.5, 0.5, 0.25]);
});

test("a straight line, and one that is bent", () => {
  expect(course(polynomialDecay(0, 1), 4)).toEqual([1, 0.75, 0.5, 0.25]);
  // 0.5 + 0.5 · (1 − t / 4)²
  expect(course(polynomialDecay(0.5, 2), 4)).toEqual([1, 0.78125, 0.625, 0.53125]);
});

describe("as in PyTorch", () => {
  // CosineAnnealingLR(T_max=5, eta_min=0.1), StepLR(step_size=2, gamma=0.1), PolynomialLR(total_iters=5, power=2),
  // LinearLR(start_factor=1/3, total_iters=2), each with a rate of 1.
  test.each<[string, Expression, readonly number[]]>([
    [
      "CosineAnnealingLR",
      cosineDecay(0.1),
      [1, 0.9140576474687263, 0.6890576474687263, 0.4109423525312736, 0.1859423525312737],
    ],
    ["StepLR", stepDecay(0.1, 2), [1, 1, 0.1, 0.1, 0.01]],
    ["PolynomialLR", polynomialDecay(0, 2), [1, 0.64, 0.36, 0.16, 0.04]],
    ["LinearLR", warmUp(3), [1 / 3, 2 / 3, 1, 1, 1]],
  ])("%s", (_, schedule, expected) => {
    course(schedule, 5).forEach((value, at) => expect(value).toBeCloseTo(expected[at] ?? Number.NaN, 6));
  });
});
