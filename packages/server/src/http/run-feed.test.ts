import { present } from "@potluck/core";
import type { HistoryRow } from "@potluck/scenario";
import { expect, test } from "vitest";
import { feedsOf } from "./run-feed.ts";
import type { RefusedAnswer, RunOverview } from "./runs-view.ts";
import { sampleRuns } from "./sample-runs.ts";

const steady = (): number => 0;
const pause = async (): Promise<void> => {};
const isAllowed = (): boolean => true;

/** The clients that a line is about. */
function clientsIn(line: unknown): readonly unknown[] {
  const { clients }: { readonly clients: readonly unknown[] } = Object(line);
  return clients;
}

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
  const asked = (task: number): HistoryRow => [task, "asked", 0, task, 1];
  const eventsThen = [[], [asked(1)], [asked(1), asked(2)]];
  const figures = await runs.figures("r1");
  const measuredThen = [[{ version: 0 }], [{ version: 0 }], [{ version: 0 }, { version: 1 }]];
  const view = {
    one: async () => overview,
    clients: async () => clientsThen[look] ?? [],
    refusals: async () => refusalsThen[look] ?? [],
    measurements: async () => measuredThen[look] ?? [],
    scorecard: async () => ({ look }),
    figures: runs.figures,
    events: async (_: string, after: number) => ({ last: look, events: eventsThen[look]?.slice(after) ?? [] }),
  };
  const next = async (): Promise<void> => {
    look += 1;
    if (look === 2) overview = { ...first, version: 2, state: "ended" };
  };
  expect(await all(feedsOf(view, { pause: next, steady }).of("r1", { lines: 100, isAllowed }))).toEqual([
    {
      run: first,
      clients: clientsThen[0],
      refusals: [refusal(1)],
      measurements: [{ version: 0 }],
      scorecard: { look: 0 },
      events: [],
      figures,
    },
    { run: first, clients: [], refusals: [], events: [asked(1)] },
    {
      run: overview,
      clients: [{ client: 0, task: 2 }],
      refusals: [refusal(3), refusal(2)],
      measurements: [{ version: 1 }],
      scorecard: { look: 2 },
      events: [asked(2)],
      figures,
    },
  ]);
});

test("a feed of a run that is not there has no lines, and no feed is longer than it may be", async () => {
  const { runs } = sampleRuns();
  expect(await all(feedsOf(runs, { pause, steady }).of("other", { lines: 5, isAllowed }))).toEqual([]);
  let seconds = 0;
  const moving = { ...runs, one: async () => ({ ...present(await runs.one("r1"), "the run"), seconds: seconds++ }) };
  expect(await all(feedsOf(moving, { pause, steady }).of("r1", { lines: 5, isAllowed }))).toHaveLength(5);
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
  await all(feedsOf(view, { pause: second, steady: () => now }).of("r1", { lines: 11, isAllowed }));
  // At 0, for half a second; not again before 5: at 5.5, when a look is taken; and at the eleventh look, at 11, since 10.5 is past.
  expect(made).toBe(3);
});

test("all who read of a run share its looks, and each is told what it was not told yet", async () => {
  const { runs } = sampleRuns();
  const first = present(await runs.one("r1"), "the run");
  let [looks, asked] = [0, 0];
  const view = {
    ...runs,
    one: async () => ({ ...first, seconds: looks }),
    clients: async () => {
      asked += 1;
      return [{ client: 0, task: looks }, { client: 1 }];
    },
  };
  const next = async (): Promise<void> => {
    looks += 1;
  };
  const feeds = feedsOf(view, { pause: next, steady });
  const readers = Array.from({ length: 20 }, () => feeds.of("r1", { lines: 3, isAllowed }));
  const told = await Promise.all(readers.map(all));
  expect(asked).toBe(3);
  expect(told.every((lines) => JSON.stringify(lines) === JSON.stringify(told[0]))).toBe(true);
  expect(told[0]?.map(clientsIn)).toEqual([
    [{ client: 0, task: 0 }, { client: 1 }],
    [{ client: 0, task: 1 }],
    [{ client: 0, task: 2 }],
  ]);
});

test("who reads slowly is told at once what was new since, and who may read no more is told nothing", async () => {
  const { runs } = sampleRuns();
  const first = present(await runs.one("r1"), "the run");
  let looks = 0;
  const view = {
    ...runs,
    one: async () => ({ ...first, seconds: looks }),
    clients: async () => [0, 1, 2, 3].map((client) => ({ client, isFed: client < looks })),
  };
  const next = async (): Promise<void> => {
    looks += 1;
  };
  const feeds = feedsOf(view, { pause: next, steady });
  const slow = feeds.of("r1", { lines: 100, isAllowed });
  await slow.next();
  let mayRead = true;
  const quick = feeds.of("r1", { lines: 100, isAllowed: () => mayRead });
  for (let line = 0; line < 4; line++) await quick.next();
  const { value } = await slow.next();
  expect(clientsIn(JSON.parse(String(value)))).toMatchObject([{ client: 0 }, { client: 1 }, { client: 2 }]);
  mayRead = false;
  expect(await quick.next()).toEqual({ done: true, value: undefined });
  await slow.return(undefined);
});
