import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { nextToken } from "./next-token.ts";
import { runObjective } from "./run-objective.ts";
import { softCrossEntropy } from "./soft-cross-entropy.ts";

/** How many classes come before `label`: those with a higher score, and those with an equal one and a lower number. */
function rankOf(scores: readonly number[], label: number): number {
  const right = scores[label] ?? Number.NaN;
  return scores.filter((score, k) => score > right || (score === right && k < label)).length;
}

describe("ranks", () => {
  const output = [1, 3, 2, 3, 0, 0, 0, 0, 5, 4, 3, 2];

  test("count the classes that come before the right one", async () => {
    const targets = { shape: [3], values: [3, 0, 2] };
    const { ranks } = await runObjective(crossEntropy(), { output: { shape: [3, 4], values: output }, targets });
    // 3 and 3: the first of equals comes first. Of four equal scores the first class wins. 5 and 4 are above 3.
    expect(ranks).toEqual([1, 0, 2]);
  });

  test("of any scores and labels are those counted one by one", async () => {
    const score = fc.integer({ min: -3, max: 3 });
    const row = fc.record({ scores: fc.array(score, { minLength: 4, maxLength: 4 }), label: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), async (rows) => {
        const { ranks } = await runObjective(crossEntropy(), {
          output: { shape: [rows.length, 4], values: rows.flatMap(({ scores }) => scores) },
          targets: { shape: [rows.length], values: rows.map(({ label }) => label) },
        });
        expect(ranks).toEqual(rows.map(({ scores, label }) => rankOf(scores, label)));
      }),
      { numRuns: 20 },
    );
  });

  test("of the next token belong to the place before it", async () => {
    const given = { output: { shape: [1, 3, 4], values: output }, features: { shape: [1, 3], values: [0, 2, 1] } };
    const { ranks, weights } = await runObjective(nextToken(), given);
    expect(weights).toEqual([1, 1, 0]);
    // Token 2 has the score 2 below 3 and 3; token 1 is the second of four equals.
    expect(ranks?.slice(0, 2)).toEqual([2, 1]);
  });

  test("against probabilities are those of the most probable class", async () => {
    const targets = { shape: [2, 2], values: [0.3, 0.7, 0.5, 0.5] };
    const given = { output: { shape: [2, 2], values: [1, 0, 1, 0] }, targets };
    expect((await runObjective(softCrossEntropy(), given)).ranks).toEqual([1, 0]);
  });

  test("of two classes are 0 where the sign of the logit is right", async () => {
    const targets = { shape: [6], values: [1, 0, 1, 0, 0.75, 0] };
    const given = { output: { shape: [6], values: [2, 2, -1, -1, 0, 0] }, targets };
    expect((await runObjective(binaryCrossEntropy(), given)).ranks).toEqual([0, 1, 1, 0, 1, 0]);
  });

  test("a model that gives no numbers hits nothing", async () => {
    const none = Number.NaN;
    const given = {
      output: { shape: [2, 2], values: [none, none, none, none] },
      targets: { shape: [2], values: [0, 1] },
    };
    expect((await runObjective(crossEntropy(), given)).ranks).toEqual([2, 2]);
    const binary = { output: { shape: [2], values: [none, none] }, targets: { shape: [2], values: [0, 1] } };
    expect((await runObjective(binaryCrossEntropy(), binary)).ranks).toEqual([1, 1]);
  });
});
