import fc from "fast-check";
import { expect, test } from "vitest";
import { eventQueue, type Order } from "./event-queue.ts";

const byNumber: Order<number> = { placeOf: (n) => Math.floor(n / 3), compare: (a, b) => a - b };
const none: Order<string> = { placeOf: () => 0, compare: () => 0 };

function drained<T>(queue: ReturnType<typeof eventQueue<T>>): readonly { readonly at: number; readonly what: T }[] {
  const taken = [];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) taken.push({ at: next.at, what: next.what });
  return taken;
}

test("occurrences come out in the order of time, and of the caller's order within an instant", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }))), (entries) => {
      const queue = eventQueue(byNumber);
      for (const [at, what] of entries) queue.push(at, what);
      const expected = entries.map(([at, what]) => ({ at, what })).sort((a, b) => a.at - b.at || a.what - b.what);
      expect(drained(queue)).toEqual(expected);
    }),
  );
});

test("what the caller's order does not tell apart comes out first in, first out", () => {
  const queue = eventQueue(none);
  for (const what of ["a", "b", "c", "d"]) queue.push(1, what);
  expect(drained(queue).map(({ what }) => what)).toEqual(["a", "b", "c", "d"]);
});

test("pushing and popping may alternate", () => {
  const queue = eventQueue(none);
  queue.push(5, "late");
  queue.push(1, "early");
  expect(queue.pop()?.what).toBe("early");
  queue.push(2, "middle");
  expect(queue.size()).toBe(2);
  expect(drained(queue).map(({ what }) => what)).toEqual(["middle", "late"]);
  expect(queue.pop()).toBeUndefined();
});
