import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnswerBook, arrivalsIn, noteAnswer } from "./arrivals.ts";
import { mSgc } from "./m-sgc.ts";
import type { Item } from "./scheme.ts";

const options = fc
  .record({
    burst: fc.integer({ min: 1, max: 3 }),
    extra: fc.integer({ min: 1, max: 4 }),
    most: fc.integer({ min: 1, max: 60 }),
    workers: fc.integer({ min: 8, max: 256 }),
  })
  .map(({ burst, extra, most, workers }) => ({ burst, window: burst + extra, most: Math.min(most, workers), workers }));

/** What worker 0 does: "3/1" is group 1 of job 3. */
function namesOf(items: readonly (readonly Item[])[]): readonly string[] {
  return (items[0] ?? []).map(({ job, group }) => `${job}/${group}`);
}

describe("m-sgc", () => {
  test("costs (λ + 1)(W − 1 + B)/(n (B + (W − 1)(λ + 1))), n from 8 to 256, with a delay of W − 2 + B", () => {
    fc.assert(
      fc.property(options, ({ workers, ...own }) => {
        const scheme = mSgc(own).schemeFor(workers);
        const { burst, window, most } = own;
        const load =
          most === workers
            ? (window - 1 + burst) / (workers * (window - 1))
            : ((most + 1) * (window - 1 + burst)) / (workers * (burst + (window - 1) * (most + 1)));
        expect(scheme.load).toBeCloseTo(load, 14);
        expect(scheme.delay).toBe(window - 2 + burst);
      }),
      { numRuns: 50 },
    );
    // 28 · 2/(256 · 29)
    expect(mSgc({ burst: 1, window: 2, most: 27 }).schemeFor(256).load).toBeCloseTo(0.0075, 4);
    expect(mSgc({ burst: 1, window: 3, most: 256 }).schemeFor(256).load).toBe(3 / (256 * 2));
  });

  test("has mini-tasks that cost the same: a chunk of the first part is λ + 1 times one of the second", () => {
    fc.assert(
      fc.property(options, ({ workers, ...own }) => {
        const { groups, load } = mSgc(own).schemeFor(workers);
        const minitasks = own.window - 1 + own.burst;
        for (const { share, code } of groups) {
          expect((share / workers) * (code.tolerated + 1)).toBeCloseTo(load / minitasks, 14);
        }
      }),
      { numRuns: 50 },
    );
  });

  // W − 1 = 2 groups of the first part, B = 1 coded group, delay 2.
  const scheme = mSgc({ burst: 1, window: 3, most: 2 }).schemeFor(5);

  test("does mini-task m of job r − m in round r, and nothing of jobs that there are not", () => {
    const book: AnswerBook = new Map();
    const assigned = (round: number): readonly string[] => namesOf(scheme.assign(round, arrivalsIn(book, 3)));
    const answer = (round: number): void => {
      for (const item of scheme.assign(round, arrivalsIn(book, 3))[0] ?? []) noteAnswer(book, scheme, item);
    };
    expect(assigned(1)).toEqual(["1/0"]);
    answer(1);
    expect(assigned(2)).toEqual(["2/0", "1/1"]);
    answer(2);
    expect(assigned(3)).toEqual(["3/0", "2/1", "1/2"]);
    answer(3);
    expect(assigned(4)).toEqual(["3/1", "2/2"]);
    answer(4);
    expect(assigned(5)).toEqual(["3/2"]);
  });

  test("makes up for what it missed of the first part, in place of its coded answer", () => {
    const book: AnswerBook = new Map();
    // Late in the first round, in time in the second.
    noteAnswer(book, scheme, { job: 2, group: 0, place: 0 });
    noteAnswer(book, scheme, { job: 1, group: 1, place: 0 });
    expect(namesOf(scheme.assign(3, arrivalsIn(book, 9)))).toEqual(["3/0", "2/1", "1/0"]);
  });

  test("has to decode coded groups as they are answered to, and the first part at the end of its job", () => {
    expect(scheme.due(4, 9)).toEqual([
      { job: 2, group: 2 },
      { job: 2, group: 0 },
      { job: 2, group: 1 },
    ]);
    expect(scheme.due(1, 9)).toEqual([]);
    const twice = mSgc({ burst: 2, window: 3, most: 2 }).schemeFor(5);
    expect(twice.due(5, 9).filter(({ group }) => group >= 2)).toEqual([
      { job: 3, group: 2 },
      { job: 2, group: 3 },
    ]);
  });

  test("has no coded groups where all may be late at once", () => {
    const { groups } = mSgc({ burst: 1, window: 3, most: 5 }).schemeFor(5);
    expect(groups.map(({ share, code }) => [share, code.tolerated])).toEqual([
      [0.5, 0],
      [0.5, 0],
    ]);
  });

  test("lets a round end as long as every chunk can still be made up for, and enough answer to each coded group", () => {
    const lateIn = (...rounds: readonly (readonly number[])[]) =>
      rounds.map((places) => Uint8Array.from({ length: 5 }, (_, place) => Number(places.includes(place))));
    // Of three rounds of a job a worker may miss one, whichever, and two workers may.
    expect(scheme.tolerates(lateIn([0, 1]))).toBe(true);
    expect(scheme.tolerates(lateIn([0, 1, 2]))).toBe(false);
    expect(scheme.tolerates(lateIn([0], [1]))).toBe(true);
    expect(scheme.tolerates(lateIn([0], [1], [2]))).toBe(false);
    expect(scheme.tolerates(lateIn([0], [], [0]))).toBe(false);
    // Three rounds later the first job is done.
    expect(scheme.window).toBe(3);
    // Two rounds of B = 2 made up for: the first is done, the second is to be.
    const twice = mSgc({ burst: 2, window: 3, most: 1 }).schemeFor(5);
    expect(twice.tolerates(lateIn([0], [], [0]))).toBe(true);
    expect(twice.tolerates(lateIn([0], [0], [], [0]))).toBe(false);
    expect(twice.tolerates(lateIn([0], [], [], [1]))).toBe(true);
    expect(twice.tolerates(lateIn([0], [0], [], [1]))).toBe(false);
  });

  test("is refused where its numbers do not fit", () => {
    expect(mSgc({ burst: 2, window: 2, most: 1 }).contradiction(8)).toContain("a burst shorter than its window");
    expect(mSgc({ burst: 1, window: 2, most: 9 }).contradiction(8)).toContain("9 stragglers of 8 workers");
    expect(mSgc({ burst: 1, window: 2, most: 8 }).contradiction(8)).toBeNull();
  });
});
