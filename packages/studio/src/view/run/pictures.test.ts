import fc from "fast-check";
import { expect, test } from "vitest";
import type { Measurement } from "../../api/answers.ts";
import type { HistoryRow } from "../../api/history.ts";
import { agesOf } from "../../words/ages.ts";
import { binsOf, countsOf, labelledEvery } from "./bins.ts";
import { eventsOf, eventWords, withoutVersion } from "./event-words.ts";
import { ratesOf } from "./rates.ts";

test("bins leave nothing out, have no gaps, and are few", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 10_000 }), { minLength: 1 }), (values) => {
      const bins = binsOf(countsOf(values));
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      expect(bins.length).toBeLessThanOrEqual(16);
      expect(bins.every(({ from }, at) => from === (at === 0 ? 0 : (bins[at - 1]?.to ?? 0) + 1))).toBe(true);
    }),
  );
  expect(binsOf(countsOf([0, 2, 2]))).toEqual([
    { from: 0, to: 0, count: 1 },
    { from: 1, to: 1, count: 0 },
    { from: 2, to: 2, count: 2 },
  ]);
});

const measured = (virtualSeconds: number, bytesUp: number): Measurement => {
  return { version: 0, virtualSeconds, testAccuracy: null, testLoss: null, updatesUsed: 0, bytesUp, bytesDown: 0 };
};

test("rates over time come to all bytes that went", () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.nat({ max: 1e6 })), { minLength: 2 });
  fc.assert(
    fc.property(steps, (given) => {
      let [seconds, bytes] = [0, 0];
      const all = given.map(([later, more]) => measured((seconds += later), (bytes += more)));
      const rates = ratesOf(all, ({ bytesUp }) => bytesUp);
      const first = all[0]?.virtualSeconds ?? 0;
      fc.pre(seconds > first);
      const width = (seconds - first) / rates.length;
      const sent = rates.reduce((sum, [, rate]) => sum + rate * width, 0);
      const firstBytes = all.find(({ virtualSeconds }) => virtualSeconds >= first)?.bytesUp ?? 0;
      expect(sent).toBeLessThanOrEqual((bytes - firstBytes) * (1 + 1e-9) + 1e-6);
    }),
  );
  expect(ratesOf([measured(0, 0), measured(2, 100), measured(4, 500)], ({ bytesUp }) => bytesUp)).toEqual([
    [2, 50],
    [4, 200],
  ]);
});

const events: readonly HistoryRow[] = [
  [0, "joined", 3, null, null],
  [1, "asked", 3, 17, 4],
  [2, "answered", 3, 17, 4, 0.5],
  [2, "published", null, null, 5],
];

test("labels of bars leave room for one another", () => {
  const wide = binsOf(countsOf(Array.from({ length: 32 }, (_, at) => at)));
  expect(labelledEvery(wide)).toBeGreaterThan(1);
  expect(labelledEvery(binsOf(countsOf([0, 1, 2, 3])))).toBe(1);
});

test("numbers that are those of an older version say of which", () => {
  const run = { version: 42, measuredVersion: 40 };
  const at40 = { measurements: [{ ...measured(1, 0), version: 40 }] };
  expect(agesOf({ run, ...at40 }, true)).toEqual(["of version 40", "up to version 40"]);
  expect(agesOf({ run: { version: 40, measuredVersion: 40 }, ...at40 }, false)).toEqual(["", ""]);
  // What was measured of a run that goes on is told apart from its curves, which are behind it or before it.
  expect(agesOf({ run, measurements: [measured(0, 0)] }, false)).toEqual(["of version 40", ""]);
  const unmeasured = { version: 42, measuredVersion: null };
  expect(agesOf({ run: unmeasured, measurements: [] }, true)).toEqual(["", "not measured yet"]);
});

test("events are said in words, the newest first, of a kind or of a client", () => {
  expect(eventsOf(events, { kind: "all", client: "" }).map(eventWords)).toEqual([
    "version 5 was published",
    "client 3 answered task 17, 0.5 s on its way",
    "client 3 was given task 17, from version 4",
    "client 3 joined",
  ]);
  const asked = events.slice(1, 2).map(withoutVersion);
  expect(asked.map(eventWords)).toEqual(["client 3 was given task 17"]);
  expect(eventsOf(events, { kind: "published", client: "" })).toHaveLength(1);
  expect(eventsOf(events, { kind: "all", client: "3" })).toHaveLength(3);
  expect(eventsOf(events, { kind: "all", client: "33" })).toEqual([]);
});
