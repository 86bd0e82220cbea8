import { describe, expect, test } from "vitest";
import { clientId } from "../plan/identity.ts";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { dealOut, type FailureBook, forgetFailures, MAX_FAILURES_PER_ANSWER, noteFailures } from "./stand-in.ts";

const [zero, one, two] = [clientId(0), clientId(1), clientId(2)];
const item = { job: 3, group: 0, place: 5 };
const other = { job: 4, group: 0, place: 6 };

const isAnswered = (): boolean => true;

describe("answers that are missing", () => {
  test("are asked of those who are free, one of each", () => {
    const deals = dealOut([item, other], { free: [zero, two], busy: [one] }, new Map());
    expect(deals).toEqual([
      { client: 0, item },
      { client: 2, item: other },
    ]);
    expect(dealOut([item, other], { free: [one], busy: [] }, new Map())).toEqual([{ client: 1, item }]);
  });

  test("are not asked of one who has failed them, as long as there is anybody else", () => {
    const book: FailureBook = new Map();
    noteFailures(book, { client: zero, items: [item], there: [zero, two], isAnswered });
    expect(dealOut([item, other], { free: [zero, two], busy: [] }, book)).toEqual([
      { client: 2, item },
      { client: 0, item: other },
    ]);
    // Worker 1 is busy: it is waited for.
    expect(dealOut([item], { free: [zero], busy: [one] }, book)).toEqual([]);
    expect(dealOut([item], { free: [zero], busy: [] }, book)).toEqual([{ client: 0, item }]);
    noteFailures(book, { client: one, items: [item], there: [zero, one], isAnswered });
    expect(dealOut([item], { free: [zero], busy: [one] }, book)).toEqual([{ client: 0, item }]);
  });

  test("are asked first of those who have failed nothing that is open", () => {
    const book: FailureBook = new Map();
    noteFailures(book, { client: zero, items: [other], there: [zero, two], isAnswered });
    expect(dealOut([item], { free: [zero, two], busy: [] }, book)).toEqual([{ client: 2, item }]);
  });

  test("are given up when they have failed too often, everybody there among those who did, and their job is forgotten when it is done", () => {
    const book: FailureBook = new Map();
    const there = [zero, one, two];
    for (let times = 1; times < MAX_FAILURES_PER_ANSWER; times++) {
      expect(noteFailures(book, { client: clientId(times % 3), items: [item], there, isAnswered })).toBeUndefined();
    }
    const last = { client: one, items: [other, item] };
    const more = [...there, clientId(3)];
    expect(noteFailures(book, { ...last, there: more, isAnswered })).toBeUndefined();
    // Nobody has answered anything: it is the job, and not those who were asked.
    expect(noteFailures(new Map(book), { ...last, there: more, isAnswered: () => false })).toEqual(item);
    expect(noteFailures(book, { ...last, there, isAnswered })).toEqual(item);
    expect(decodePlain(encodePlain(book))).toEqual(book);
    forgetFailures(book, 3);
    expect([...book.keys()]).toEqual(["4/0/6"]);
  });
});
