import { describe, expect, test } from "vitest";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { type AnswerBook, arrivalsIn, isAsAssumed, mayEnd, noteAnswer, recordOf } from "./arrivals.ts";
import { gradientCoding, srSgc } from "./index.ts";
import type { Item } from "./scheme.ts";

const scheme = gradientCoding({ tolerated: 1 }).schemeFor(4);
const itemsOf = (job: number): readonly (readonly Item[])[] =>
  Array.from({ length: 4 }, (_, place) => [{ job, group: 0, place }]);
const items = itemsOf(1);

/** A book in which some places have answered to job 1. */
function bookWith(places: readonly number[]): AnswerBook {
  const book: AnswerBook = new Map();
  for (const place of places) noteAnswer(book, scheme, { job: 1, group: 0, place });
  return book;
}

describe("the book of answers", () => {
  test("has what was noted, once or twice, and nothing else", () => {
    const book = bookWith([2, 2]);
    const { has } = arrivalsIn(book, 1);
    expect([0, 1, 2, 3].map((place) => has({ job: 1, group: 0, place }))).toEqual([false, false, true, false]);
    expect(has({ job: 2, group: 0, place: 2 })).toBe(false);
    expect(has({ job: 1, group: 1, place: 2 })).toBe(false);
  });

  test("is plain data", () => {
    const book = bookWith([0, 3]);
    expect(decodePlain(encodePlain(book))).toEqual(book);
  });

  test("has no place for a group that there is not", () => {
    expect(() => noteAnswer(new Map(), scheme, { job: 1, group: 1, place: 0 })).toThrow();
  });
});

describe("the end of a round", () => {
  const ending = (late: readonly number[]) => ({ round: 1, items, late: Uint8Array.from(late) });

  test("may come when what is due decodes and no more are late than the scheme assumes", () => {
    expect(mayEnd(scheme, ending([0, 0, 1, 0]), [], arrivalsIn(bookWith([0, 1, 3]), 1))).toBe(true);
  });

  test("may not come before what is due decodes", () => {
    expect(mayEnd(scheme, ending([1, 1, 0, 0]), [], arrivalsIn(bookWith([2, 3]), 1))).toBe(false);
  });

  test("may come with more late than the scheme assumes where what is due decodes, and no later round has to make up for them", () => {
    // One of each pair of the code is there.
    const two = ending([1, 0, 1, 0]);
    expect(mayEnd(scheme, two, [], arrivalsIn(bookWith([1, 3]), 1))).toBe(true);
    expect(isAsAssumed(scheme, two, [])).toBe(false);
  });

  test("comes when nobody is late", () => {
    expect(mayEnd(scheme, ending([0, 0, 0, 0]), [], arrivalsIn(bookWith([0, 1, 2, 3]), 1))).toBe(true);
  });

  test("looks at the rounds before, where the scheme does", () => {
    const bursty = srSgc({ burst: 1, window: 2, most: 2 }).schemeFor(4);
    const arrivals = arrivalsIn(new Map(), 9);
    const late = Uint8Array.of(1, 1, 0, 0);
    const before = recordOf({ round: 1, items, late });
    // Nothing is due in round 2 but job 1, which was answered to by all.
    const book = bookWith([0, 1, 2, 3]);
    const second = { round: 2, items: itemsOf(2), late };
    expect(mayEnd(bursty, second, [], arrivalsIn(book, 9))).toBe(true);
    expect(mayEnd(bursty, second, [before], arrivalsIn(book, 9))).toBe(false);
    expect(mayEnd(bursty, second, [], arrivals)).toBe(false);
  });
});

describe("the record of a round", () => {
  test("says who was late, and keeps it although the round goes on", () => {
    const late = Uint8Array.of(0, 1, 0, 0);
    const record = recordOf({ round: 1, items, late });
    late[0] = 1;
    expect(record).toEqual({ late: Uint8Array.of(0, 1, 0, 0), repeated: false });
  });

  test("says whether anybody did nothing but repeat", () => {
    const late = new Uint8Array(4);
    const repeating = [...itemsOf(2).slice(0, 3), ...items.slice(3)];
    expect(recordOf({ round: 2, items: repeating, late }).repeated).toBe(true);
    expect(recordOf({ round: 2, items: itemsOf(2), late }).repeated).toBe(false);
    // Who works on an old job and on the new one, as in m-sgc, does not repeat; nor does who has nothing to do.
    const both = itemsOf(2).map((own, place) => (place === 0 ? [...own, ...(items[0] ?? [])] : []));
    expect(recordOf({ round: 2, items: both, late }).repeated).toBe(false);
  });
});
