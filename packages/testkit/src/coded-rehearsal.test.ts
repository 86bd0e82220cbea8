import { coded, coding, rootKey, serverOptimizer } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { centreOf, LENGTH, plainDescent, prompt, rehearseCoded, ROWS, withStragglers } from "./coded-rehearsal.ts";

const models = [serverOptimizer.sgd({ learningRate: 0.5 })];
const plan = coded({ coding: coding.uncoded(), models, jobs: 3 });

describe("a rehearsal of coded training", () => {
  test("without a code is plain descent, a second for each step", () => {
    const { published, seconds, machine } = rehearseCoded({ plan, workers: 6, fateOf: prompt });
    expect(seconds).toBe(3);
    expect(machine.ledger.versions).toBe(3);
    for (const [step, params] of published.entries()) {
      for (const [at, x] of (plainDescent(0.5, 3)[step] ?? []).entries()) expect(params[at]).toBeCloseTo(x, 6);
    }
  });

  test.each([
    ["answer", 1],
    ["fail", 2],
    ["corrupt", 2],
    ["short", 2],
    ["leave", 2],
  ] as const)("lets a first task %s: the step takes %i seconds", (end, seconds) => {
    const one = coded({ coding: coding.uncoded(), models, jobs: 1 });
    const run = rehearseCoded({
      plan: one,
      workers: 6,
      fateOf: ({ id }) => ({ after: 1, end: id === 0 ? end : "answer" }),
    });
    expect(run.seconds).toBe(seconds);
    expect(run.published).toHaveLength(1);
  });

  test("takes as long as its slowest workers, some five times as long", () => {
    const { seconds } = rehearseCoded({ plan, workers: 12, fateOf: withStragglers(rootKey(1)) });
    expect(seconds).toBe(15);
  });
});

test("plain descent comes to the mean of the centres", () => {
  const last = plainDescent(0.5, 60).at(-1) ?? [];
  expect(last).toHaveLength(LENGTH);
  let sum = 0;
  for (let row = 0; row < ROWS; row++) sum += centreOf(row, 2);
  expect(last[2]).toBeCloseTo(sum / ROWS, 12);
});
