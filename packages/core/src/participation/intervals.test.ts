import { expect, test } from "vitest";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { clientId } from "../plan/identity.ts";
import { intervalsOf, noIntervals, noteIntervals, withIntervals } from "./intervals.ts";

const NONE = { since: 0, count: 0, mean: 0 };

test("intervals follow one another, and their mean is kept", () => {
  // 0 … 3, then 3 … 8: (3 + 5) / 2
  const two = withIntervals(withIntervals(NONE, 3), 5);
  expect(two).toEqual({ since: 8, count: 2, mean: 4 });
  // Four more of 10 each: (3 + 5 + 40) / 6
  expect(withIntervals(two, 10, 4)).toEqual({ since: 48, count: 6, mean: 8 });
  expect(withIntervals(two, 10, 0)).toEqual(two);
  expect(withIntervals(NONE, 10, 0)).toEqual(NONE);
});

test("each client has its own, and none before the first", () => {
  const intervals = noIntervals();
  noteIntervals(intervals, clientId(0), intervalsOf(intervals, clientId(0)));
  expect(intervalsOf(intervals, clientId(5))).toEqual(NONE);
  noteIntervals(intervals, clientId(3), { since: 7, count: 2, mean: 3.5 });
  expect(intervalsOf(intervals, clientId(3))).toEqual({ since: 7, count: 2, mean: 3.5 });
  expect(intervalsOf(intervals, clientId(2))).toEqual(NONE);
  expect(decodePlain(encodePlain(intervals))).toEqual(intervals);
});

test("a client takes 24 bytes, and the table has room for 63 more at most", () => {
  const intervals = noIntervals();
  for (let clients = 1; clients <= 1000; clients++) {
    intervalsOf(intervals, clientId(clients - 1));
    expect(intervals.rows).toBe(clients);
    const bytes = intervals.blocks.reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes).toBeGreaterThanOrEqual(24 * clients);
    expect(bytes).toBeLessThanOrEqual(24 * (clients + 63));
  }
});
