import { describe, expect, test } from "vitest";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { type AnswerBook, arrivalsIn, isTolerated, mayEnd, noteAnswer } from "./arrivals.ts";
import { gradientCoding, mSgc } from "./index.ts";

const scheme = gradientCoding({ tolerated: 1 }).schemeFor(4);
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
  const ending = (late: readonly number[]) => ({ round: 1, late: Uint8Array.from(late) });

  test("may come when what is due decodes and no more are late than the scheme bears", () => {
    expect(mayEnd(scheme, ending([0, 0, 1, 0]), [], arrivalsIn(bookWith([0, 1, 3]), 1))).toBe(true);
  });

  test("may not come before what is due decodes", () => {
    expect(mayEnd(scheme, ending([1, 1, 0, 0]), [], arrivalsIn(bookWith([2, 3]), 1))).toBe(false);
  });

  test("may come with more late than the scheme bears where what is due decodes, and no later round has to make up for them", () => {
    // One of each pair of the code is there.
    const two = ending([1, 0, 1, 0]);
    expect(mayEnd(scheme, two, [], arrivalsIn(bookWith([1, 3]), 1))).toBe(true);
    expect(isTolerated(scheme, two.late, [])).toBe(false);
  });

  test("comes when nobody is late", () => {
    expect(mayEnd(scheme, ending([0, 0, 0, 0]), [], arrivalsIn(bookWith([0, 1, 2, 3]), 1))).toBe(true);
  });

  test("looks at the rounds before, where the scheme does", () => {
    const sequential = mSgc({ burst: 1, window: 2, most: 2 }).schemeFor(4);
    const arrivals = arrivalsIn(new Map(), 9);
    const late = Uint8Array.of(1, 0, 0, 0);
    const first = { round: 1, late };
    expect(mayEnd(sequential, first, [], arrivals)).toBe(true);
    expect(mayEnd(sequential, first, [Uint8Array.of(0, 0, 0, 1)], arrivals)).toBe(true);
    // Worker 0 has not made up yet for what it missed; or three in two rounds are too many.
    expect(mayEnd(sequential, first, [late], arrivals)).toBe(false);
    expect(mayEnd(sequential, first, [Uint8Array.of(0, 0, 1, 1)], arrivals)).toBe(false);
  });
});
