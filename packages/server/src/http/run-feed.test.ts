import { present } from "@potluck/core";
import { expect, test } from "vitest";
import { feedOf } from "./run-feed.ts";
import type { RefusedAnswer, RunOverview } from "./runs-view.ts";
import { sampleRuns } from "./sample-runs.ts";

const steady = (): number => 0;
const pause = async (): Promise<void> => {};

async function all(lines: AsyncIterable<string>): Promise<readonly unknown[]> {
  const parsed: unknown[] = [];
  for await (const line of lines) parsed.push(JSON.parse(line));
  return parsed;
}

test("the first line has everything, the next ones what has changed, and the last is that of the end", async () => {
  const { runs } = sampleRuns();
  const refusal = (task: number): RefusedAnswer => ({ at: task, client: 0, task, refusal: "late", detail: "" });
  const first: RunOverview = { ...present(await runs.one("r1"), "the run"), version: 1 };
  let [overview, look] = [first, 0];
  const clientsThen = [
    [{ client: 0, task: 1 }, { client: 1 }],
    [{ client: 0, task: 1 }, { client: 1 }],
    [{ client: 0, task: 2 }, { client: 1 }],
  ];
  const refusalsThen = [[refusal(1)], [refusal(1)], [refusal(3), refusal(2), refusal(1)]];
  const measuredThen = [[{ version: 0 }], [{ version: 0 }], [{ version: 0 }, { version: 1 }]];
  const view = {
    one: async () => overview,
    clients: async () => clientsThen[look] ?? [],
    refusals: async () => refusalsThen[look] ?? [],
    measurements: async () => measuredThen[look] ?? [],
    scorecard: async () => ({ look }),
  };
  const next = async (): Promise<void> => {
    look += 1;
    if (look === 2) overview = { ...first, version: 2, state: "ended" };
  };
  expect(await all(feedOf(view, "r1", { lines: 100, pause: next, steady }))).toEqual([
    {
      run: first,
      clients: clientsThen[0],
      refusals: [refusal(1)],
      measurements: [{ version: 0 }],
      scorecard: { look: 0 },
    },
    {
      run: overview,
      clients: [{ client: 0, task: 2 }],
      refusals: [refusal(3), refusal(2)],
      measurements: [{ version: 1 }],
      scorecard: { look: 2 },
    },
  ]);
});

test("a feed of a run that is not there has no lines, and no feed is longer than it may be", async () => {
  const { runs } = sampleRuns();
  expect(await all(feedOf(runs, "other", { lines: 5, pause, steady }))).toEqual([]);
  let seconds = 0;
  const moving = { ...runs, one: async () => ({ ...present(await runs.one("r1"), "the run"), seconds: seconds++ }) };
  expect(await all(feedOf(moving, "r1", { lines: 5, pause, steady }))).toHaveLength(5);
});

test("results that take long to make are made less often", async () => {
  const { runs } = sampleRuns();
  const first = present(await runs.one("r1"), "the run");
  let [now, made] = [0, 0];
  const view = {
    ...runs,
    one: async () => ({ ...first, version: now }),
    measurements: async () => {
      made += 1;
      now += 0.5;
      return [];
    },
  };
  const second = async (): Promise<void> => {
    now += 1;
  };
  await all(feedOf(view, "r1", { lines: 11, pause: second, steady: () => now }));
  // At 0, for half a second; not again before 5: at 5.5, when a look is taken; and at the eleventh look, at 11, since 10.5 is past.
  expect(made).toBe(3);
});
