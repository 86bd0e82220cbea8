import { expect, test } from "vitest";
import { bytes, decimal, duration, percent } from "./format.ts";
import { failuresIn, reasonsOf } from "./failures.ts";
import { isTold, scoresOf } from "./scores.ts";

test("numbers are said as people say them", () => {
  expect([null, 0, 0.9734].map(percent)).toEqual(["–", "0.0%", "97.3%"]);
  expect([null, 0, 0.01234, 12.34, 1234.5].map(decimal)).toEqual(["–", "0", "0.0123", "12.3", "1,235"]);
  expect([5.123e31, -2e-7, 9_999_999].map(decimal)).toEqual(["5.12×10³¹", "−2×10⁻⁷", "9,999,999"]);
  expect([0, 999, 1000, 12_345, 123_456, 4e9, 5e15].map(bytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "12.3 kB",
    "123 kB",
    "4.0 GB",
    "5000 TB",
  ]);
  expect([1.23, 59, 60, 200, 7500].map(duration)).toEqual(["1.2 s", "59 s", "1 min 0 s", "3 min 20 s", "2 h 5 min"]);
});

test("what seldom happens is told where it has happened", () => {
  const delay = { tasksFailed: 3, updatesAbandoned: 0, tasksRecalled: 0, idleShare: 0 };
  const told = scoresOf({ delay })[1]?.scores.filter(isTold) ?? [];
  expect(told.map(({ name }) => name)).toContain("tasks failed");
  expect(told.map(({ name }) => name)).not.toContain("abandoned");
  expect(failuresIn({ delay })).toEqual([["tasks failed", 3, "scorecard.delay.tasksFailed"]]);
  expect(failuresIn(null)).toEqual([]);
  const failures = new Map([
    ["the device left", 2],
    ["training left the finite numbers, as seen in step 4 of 5: the loss", 2],
    ["training left the finite numbers, as seen in step 5 of 5: the loss", 1],
  ]);
  expect(reasonsOf(failures)).toEqual([
    ["training left the finite numbers", 3],
    ["the device left", 2],
  ]);
});

test("every enemy is there, and what is not measured says why", () => {
  const enemies = scoresOf({ delay: { idleShare: 0.25, secondsToTarget: null } });
  expect(enemies.map(({ enemy }) => enemy)).toEqual(["starvation", "delay", "unfair share", "bottleneck"]);
  const delay = enemies[1]?.scores ?? [];
  expect(delay.find(({ field }) => field === "delay.idleShare")).toMatchObject({
    value: "25.0%",
    sentence: "Clients had nothing to do for 25.0% of the time that they were there.",
  });
  expect(delay.find(({ field }) => field === "delay.secondsToTarget")).toMatchObject({
    value: "–",
    sentence: "No target was reached, or none was set.",
  });
});
