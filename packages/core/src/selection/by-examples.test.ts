import { chiSquare, fleetOf, fullRounds, selectionConformance, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fold, rootKey } from "../base/key.ts";
import { rounds } from "../pacing/rounds.ts";
import { federated } from "../plan/federated.ts";
import { sgd } from "../server-optimizer/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import { byExamples } from "./by-examples.ts";

const selection = byExamples();
selectionConformance({ name: "selection by examples", selection, eligible: (examples) => examples > 0 });

strategyConformance({
  name: "federated averaging with a quarter of the clients, drawn by examples and counted the same",
  plan: (versions) =>
    federated({
      ...fullRounds,
      pacing: rounds({ cohort: 3, quorum: 0.3 }),
      selection,
      weighting: uniform(),
      serverOptimizer: sgd({ learningRate: 0.05 }),
      versions,
    }),
  // The cohorts' noise, and the small bias of drawing without replacement: large clients come a little short.
  tolerance: 0.3,
});

/** How often each client is chosen, divided by what is expected. */
function relativeFrequencies(
  examples: readonly number[],
  count: number,
  expected: readonly number[],
): readonly number[] {
  const fleet = fleetOf(examples.map((held) => ({ examples: held })));
  const draws = 20_000;
  const counts = new Float64Array(examples.length);
  for (let draw = 0; draw < draws; draw++) {
    for (const id of selection.choose(count, fold(rootKey(9), draw), fleet)) counts[id] = (counts[id] ?? 0) + 1;
  }
  return [...counts].map((times, id) => times / draws / (expected[id] ?? Number.NaN));
}

test("the first draw is in proportion to the examples", () => {
  const shares = [1, 2, 3, 4, 10].map((held) => held / 20);
  // The rarest is expected 1000 times: ± 3% is one standard deviation.
  for (const ratio of relativeFrequencies([1, 2, 3, 4, 10], 1, shares)) expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
});

test("later draws are in proportion to the examples of who is left", () => {
  // By hand, two of 1, 1, 2: client 2 is first with ½, else second with 2/3: ½ + ½ · ⅔ = ⅚. The others share the
  // remaining 2 − ⅚ = 7/6 equally: 7/12 each.
  const ratios = relativeFrequencies([1, 1, 2], 2, [7 / 12, 7 / 12, 5 / 6]);
  for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
});

test("with equal examples it is uniform", () => {
  const fleet = fleetOf(Array.from({ length: 10 }, () => ({ examples: 7 })));
  const counts = new Float64Array(10);
  for (let draw = 0; draw < 10_000; draw++) {
    for (const id of selection.choose(1, fold(rootKey(2), draw), fleet)) counts[id] = (counts[id] ?? 0) + 1;
  }
  // 9 degrees of freedom: mean 9, standard deviation 4.2.
  expect(Math.abs(chiSquare(counts, 1000) - 9)).toBeLessThan(3.5 * 4.2);
});

test("clients without examples are never chosen, even if nobody else is there", () => {
  const someone = fc.array(fc.nat({ max: 2 }), { maxLength: 20 });
  fc.assert(
    fc.property(someone, fc.integer({ min: 1, max: 30 }), fc.maxSafeNat(), (examples, count, seed) => {
      const fleet = fleetOf(examples.map((held) => ({ examples: held })));
      const chosen = selection.choose(count, rootKey(seed), fleet);
      expect(chosen.every((id) => fleet.client(id).profile.examples > 0)).toBe(true);
    }),
  );
  expect(selection.choose(3, rootKey(0), fleetOf([{ examples: 0 }, { examples: 0 }]))).toEqual([]);
});

test("who else is there does not change a client's luck: a cohort of the rest follows it", () => {
  // Each client draws a number of its own, so that taking one of the chosen away moves exactly one other in.
  const sketch = { examples: 3 };
  const full = selection.choose(5, rootKey(4), fleetOf(Array.from({ length: 30 }, () => sketch)));
  const without = fleetOf(Array.from({ length: 30 }, (_, id) => ({ ...sketch, busy: id === full[2] })));
  const rest = selection.choose(5, rootKey(4), without);
  expect(rest.slice(0, 4)).toEqual([...full.slice(0, 2), ...full.slice(3)]);
});
