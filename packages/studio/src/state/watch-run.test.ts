import { expect, test } from "vitest";
import type { Client, Measurement, News } from "../api/answers.ts";
import type { HistoryRow } from "../api/history.ts";
import { ApiProblem, type Api } from "../api/api.ts";
import { sampleRun as run } from "./sample-run.ts";
import { watchRun, withNews } from "./watch-run.ts";

const client = (number: number, task: number | null): Client => {
  const times = { timesAsked: 0, timesAnswered: 0, timesUsed: 0, taskSeconds: 0, lastSeen: 0 };
  const common = { device: "", tier: "", examples: 1, ...times, version: null, isSending: false };
  return { client: number, task, ...common, isAvailable: true, isConnected: true, isRevoked: false };
};
const measured = (version: number): Measurement => {
  return { version, virtualSeconds: 0, testAccuracy: null, testLoss: 0, updatesUsed: 0, bytesUp: 0, bytesDown: 0 };
};
const asked = (task: number): HistoryRow => [0, "asked", 0, task, 1];

test("a story is what was there with what is new", () => {
  const first: News = {
    run,
    clients: [client(0, null), client(1, 4)],
    events: [asked(1)],
    measurements: [measured(0)],
    scorecard: { delay: { idleShare: 0.5 } },
  };
  const second: News = { run: { ...run, version: 2 }, clients: [client(0, 5)], events: [asked(2), asked(3)] };
  const third: News = { run, clients: [], events: [], measurements: [measured(1)], scorecard: {} };
  const told = [first, second].reduce<ReturnType<typeof withNews> | null>(withNews, null);
  expect(told?.run.version).toBe(2);
  expect([...(told?.clients?.values() ?? [])].map(({ task }) => task)).toEqual([5, 4]);
  expect(told?.events.map(([, , , task]) => task)).toEqual([1, 2, 3]);
  expect(told?.scorecard).toEqual(first.scorecard);
  const { measurements, scorecard } = withNews(told, third);
  expect([measurements.map(({ version }) => version), scorecard]).toEqual([[0, 1], {}]);
});

test("where it is not known which clients there are that stays so until they are told", () => {
  const first = withNews(null, { run, clients: null, events: [] });
  expect(first.clients).toBeNull();
  const second = withNews(first, { run, clients: [client(0, 1)], events: [] });
  expect([...(second.clients?.keys() ?? [])]).toEqual([0]);
  expect(withNews(second, { run, clients: null, events: [] }).clients).toBe(second.clients);
});

test("a coordinator that is lost once the end of a run was told is not missed", async () => {
  async function* feed(): AsyncGenerator<News> {
    yield { run: { ...run, state: "ended", ended: "it is over" }, clients: [], events: [] };
    throw new ApiProblem("offline", "The coordinator does not answer any more.");
  }
  const api: Pick<Api, "feed"> = { feed };
  const problems: unknown[] = [];
  const watched = watchRun({ api, note: (problem) => problems.push(problem) }, "r", new AbortController().signal);
  await expect.poll(() => watched.value).toMatchObject({ kind: "live", value: { run: { ended: "it is over" } } });
  expect(problems).toEqual([]);
});
