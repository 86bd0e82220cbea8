import fc from "fast-check";
import { expect, test } from "vitest";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { clientId, taskId } from "../plan/identity.ts";
import { mean } from "./mean.ts";

interface Term {
  readonly delta: readonly number[];
  readonly weight: number;
}

const LENGTH = 3;
const whole = fc.integer({ min: -1000, max: 1000 });
const terms: fc.Arbitrary<readonly Term[]> = fc.array(
  fc.record({
    delta: fc.array(whole, { minLength: LENGTH, maxLength: LENGTH }),
    weight: fc.integer({ min: 1, max: 100 }),
  }),
  { minLength: 1, maxLength: 10 },
);

const aggregation = mean();

function collect(given: readonly Term[], state: unknown = aggregation.init(LENGTH, plainKernels)): unknown {
  for (const { delta, weight } of given) {
    aggregation.add(state, {
      decoded: (sum, factor) => {
        plainKernels.accumulate(sum, Float32Array.from(delta), factor);
      },
      weight,
      steps: 1,
      client: clientId(0),
      task: taskId(0),
    });
  }
  return state;
}

function resultOf(state: unknown): readonly number[] {
  return [...aggregation.result(state, { population: 1, examples: 1 }).delta];
}

function meanOf(given: readonly Term[]): readonly number[] {
  return resultOf(collect(given));
}

test("it is Σ w Δ / Σ w", () => {
  fc.assert(
    fc.property(terms, (given) => {
      const weight = given.reduce((sum, term) => sum + term.weight, 0);
      // Whole numbers below 2^53: the sums are exact.
      const expected = [0, 1, 2].map(
        (i) => given.reduce((sum, term) => sum + term.weight * (term.delta[i] ?? 0), 0) / weight,
      );
      expect(meanOf(given)).toEqual(expected.map((x) => x + 0));
    }),
  );
});

test("of equal updates it is that update", () => {
  fc.assert(
    fc.property(terms, ([first, ...others]) => {
      const delta = first?.delta ?? [];
      const same = [...others, { delta, weight: 7 }].map(({ weight }) => ({ delta, weight }));
      expect(meanOf(same)).toEqual([...delta]);
    }),
  );
});

test("only the ratios of the weights count", () => {
  fc.assert(
    fc.property(terms, (given) => {
      expect(meanOf(given.map((term) => ({ ...term, weight: 8 * term.weight })))).toEqual(meanOf(given));
    }),
  );
});

test("an update of weight 0 does not count, and all of them together are 0", () => {
  fc.assert(
    fc.property(terms, (given) => {
      expect(meanOf([...given, { delta: [5, 5, 5], weight: 0 }])).toEqual(meanOf(given));
      expect(meanOf(given.map((term) => ({ ...term, weight: 0 })))).toEqual([0, 0, 0]);
    }),
  );
  expect(meanOf([])).toEqual([0, 0, 0]);
});

test("looking at the result leaves the window as it is, and the result is a vector of its own", () => {
  fc.assert(
    fc.property(terms, terms, (given, more) => {
      const state = collect(given);
      const before = resultOf(state);
      expect(resultOf(state)).toEqual(before);
      expect(resultOf(collect(more, state))).toEqual(meanOf([...given, ...more]));
      expect(before).toEqual(meanOf(given));
    }),
  );
});

test("a window that was emptied is as good as new", () => {
  fc.assert(
    fc.property(terms, terms, (old, given) => {
      const state = collect(old);
      aggregation.clear(state);
      expect(encodePlain(state)).toEqual(encodePlain(aggregation.init(LENGTH, plainKernels)));
      expect(resultOf(collect(given, state))).toEqual(meanOf(given));
    }),
  );
});

test("a window that went through bytes goes on to the same mean", () => {
  fc.assert(
    fc.property(terms, terms, (given, more) => {
      const restored: unknown = decodePlain(encodePlain(collect(given)));
      expect(resultOf(collect(more, restored))).toEqual(meanOf([...given, ...more]));
    }),
  );
});

test("the window is as large for a thousand updates as for one", () => {
  const size = (count: number): number =>
    encodePlain(collect(Array.from({ length: count }, () => ({ delta: [1, 2, 3], weight: 2 })))).length;
  expect(size(1000)).toBe(size(1));
});

test("by hand: (1 · 4 + 3 · 8) / (1 + 3) = 7", () => {
  expect(
    meanOf([
      { delta: [4, 0, 0], weight: 1 },
      { delta: [8, 0, 0], weight: 3 },
    ]),
  ).toEqual([7, 0, 0]);
});
