import fc from "fast-check";
import { expect, test } from "vitest";
import type { Client } from "../api/answers.ts";
import { activityOf, orders, storyOf } from "./client-story.ts";
import { gridFor, mealtimeOf, placeIn, strengthOf } from "./fleet-grid.ts";

const fed: Client = {
  client: 3,
  device: "aa",
  tier: "phone",
  examples: 1200,
  timesAsked: 5,
  timesAnswered: 4,
  timesUsed: 4,
  taskSeconds: 20,
  lastSeen: 90,
  isAvailable: true,
  isConnected: true,
  task: 7,
  version: 2,
  isSending: false,
  isRevoked: false,
};

test("what a client does follows from where it is and what it was given", () => {
  const cases = [
    fed,
    { ...fed, isSending: true },
    { ...fed, task: null },
    { ...fed, isConnected: false },
    { ...fed, isAvailable: false },
  ];
  expect(cases.map(activityOf)).toEqual(["training", "sending", "idle", "waiting", "offline"]);
});

test("the hungriest stand first: who has never answered, then who answered longest ago", () => {
  const hungry = { ...fed, client: 5, timesAnswered: 0, lastSeen: 99 };
  const stale = { ...fed, client: 4, lastSeen: 10 };
  expect(orders["hunger"]?.([fed, stale, hungry]).map(({ client }) => client)).toEqual([5, 4, 3]);
});

test("the fastest stand first, those who have answered nothing last; of staleness those at the oldest model, the idle last", () => {
  const slow = { ...fed, client: 1, taskSeconds: 80 };
  const never = { ...fed, client: 2, timesAnswered: 0, taskSeconds: 0, version: null, task: null };
  const old = { ...fed, client: 4, timesAnswered: 0, version: 0 };
  const orderOf = (name: string): readonly number[] =>
    orders[name]?.([never, old, slow, fed]).map(({ client }) => client) ?? [];
  expect(orderOf("speed")).toEqual([3, 1, 2, 4]);
  expect(orderOf("staleness")).toEqual([4, 1, 3, 2]);
});

test("a client has a story", () => {
  expect(storyOf(fed, 100)).toBe(
    "Client 3, a phone device with 1,200 examples, is training, from version 2. Asked 5 times, it has answered 4; it last joined or answered 10 s ago.",
  );
});

test("the longer since a client was fed the paler, but never gone, and palest who never was", () => {
  const strengths = [90, 100, 150, 1000, 1e9].map((now) => strengthOf(fed, now, 60));
  expect(strengths).toEqual(strengths.toSorted((one, other) => other - one));
  expect(strengths[0]).toBe(1);
  expect(strengths[2]).toBeCloseTo(0.6);
  expect(strengths.at(-1)).toBeGreaterThanOrEqual(0.2);
  expect(strengthOf({ ...fed, timesAnswered: 0, lastSeen: 100 }, 100, 60)).toBe(strengths.at(-1));
});

test("in runs of seconds and of days alike, who was just fed is full and who starves is pale", () => {
  for (const end of [5, 500, 500_000]) {
    const clients = Array.from({ length: 40 }, (_, at) => ({
      ...fed,
      client: at,
      timesAnswered: at < 10 ? 50 : at < 35 ? 5 : 0,
      lastSeen: at < 10 ? end : at < 35 ? 0.8 * end : 0,
    }));
    const mealtime = mealtimeOf(clients, end);
    expect(mealtime).toBeCloseTo(end / 5);
    const [full, half, palest] = [0, 10, 35].map((at) => strengthOf(clients[at] ?? fed, end, mealtime));
    expect(full).toBe(1);
    expect(half).toBeCloseTo(0.6);
    expect(palest).toBe(0.2);
  }
  expect(mealtimeOf([], 0)).toBeGreaterThan(0);
});

test("each client has a cell, and the middle of each cell leads to it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 1200 }), fc.integer({ min: 1, max: 20_000 }), (width, clients) => {
      const grid = gridFor(width, clients);
      expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(clients);
      expect(grid.columns * grid.pitch).toBeLessThanOrEqual(width);
      const last = clients - 1;
      const x = ((last % grid.columns) + 0.5) * grid.pitch;
      expect(placeIn(grid, x, (Math.floor(last / grid.columns) + 0.5) * grid.pitch)).toBe(last);
    }),
  );
});
