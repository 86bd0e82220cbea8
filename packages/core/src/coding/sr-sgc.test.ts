import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AnswerBook, arrivalsIn, noteAnswer } from "./arrivals.ts";
import { type CodingScheme, isDecodable, type Item } from "./scheme.ts";
import { srSgc } from "./sr-sgc.ts";

const options = fc
  .record({
    burst: fc.integer({ min: 1, max: 3 }),
    bursts: fc.integer({ min: 1, max: 4 }),
    most: fc.integer({ min: 1, max: 60 }),
    workers: fc.integer({ min: 8, max: 256 }),
  })
  .map(({ burst, bursts, most, workers }) => ({ burst, window: burst * bursts + 1, most, workers }))
  .filter(({ workers, ...own }) => srSgc(own).contradiction(workers) === null);

/** Notes that all workers answered to the job of a round but those in `late`. */
function answeredBut(book: AnswerBook, scheme: CodingScheme, job: number, late: readonly number[]): void {
  for (let place = 0; place < scheme.workers; place++) {
    if (!late.includes(place)) noteAnswer(book, scheme, { job, group: 0, place });
  }
}

/** Whether a job is decoded from the answers of all workers but those in `late`. */
function decodedBut(scheme: CodingScheme, late: readonly number[]): boolean {
  const book: AnswerBook = new Map();
  answeredBut(book, scheme, 1, late);
  return isDecodable(scheme, { job: 1, group: 0 }, arrivalsIn(book, 1));
}

/** The job that each worker answers to. */
function jobsIn(items: readonly (readonly Item[])[]): readonly (number | undefined)[] {
  return items.map(([item]) => item?.job);
}

describe("sr-sgc", () => {
  test("costs s + 1 chunks, s = ⌈Bλ/(W − 1 + B)⌉, n from 8 to 256, with a delay of B", () => {
    fc.assert(
      fc.property(options, ({ workers, ...own }) => {
        const scheme = srSgc(own).schemeFor(workers);
        const { burst, window, most } = own;
        expect(scheme.load).toBe((Math.ceil((burst * most) / (window - 1 + burst)) + 1) / workers);
        expect(scheme.delay).toBe(burst);
      }),
      { numRuns: 50 },
    );
    // s = ⌈2 · 23/4⌉ = 12: 13/256
    expect(srSgc({ burst: 2, window: 3, most: 23 }).schemeFor(256).load).toBeCloseTo(0.0508, 4);
  });

  // s = ⌈1 · 4/2⌉ = 2 of 6 workers.
  const scheme = srSgc({ burst: 1, window: 2, most: 4 }).schemeFor(6);

  test("has nobody repeat what up to s workers missed", () => {
    const book: AnswerBook = new Map();
    answeredBut(book, scheme, 1, [0, 5]);
    expect(jobsIn(scheme.assign(2, arrivalsIn(book, 9)))).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test("has as many repeat as are missing beyond s, and they answer to nothing else", () => {
    // s = 2 of 5: one cyclic block, which takes three answers.
    const circle = srSgc({ burst: 1, window: 2, most: 4 }).schemeFor(5);
    const book: AnswerBook = new Map();
    answeredBut(book, circle, 1, [0, 2, 3, 4]);
    expect(jobsIn(circle.assign(2, arrivalsIn(book, 9)))).toEqual([1, 2, 1, 2, 2]);
    // Those who were late repeat B rounds later, not before.
    const slower = srSgc({ burst: 2, window: 3, most: 4 }).schemeFor(5);
    const other: AnswerBook = new Map();
    answeredBut(other, slower, 1, [0, 2, 3, 4]);
    answeredBut(other, slower, 2, []);
    expect(jobsIn(slower.assign(2, arrivalsIn(other, 9)))).toEqual([2, 2, 2, 2, 2]);
    expect(jobsIn(slower.assign(3, arrivalsIn(other, 9)))).toEqual([1, 3, 1, 3, 3]);
  });

  test("has nobody repeat without need: of six workers in two groups one answer of each is enough", () => {
    const book: AnswerBook = new Map();
    answeredBut(book, scheme, 1, [0, 2, 3, 5]);
    expect(jobsIn(scheme.assign(2, arrivalsIn(book, 9)))).toEqual([2, 2, 2, 2, 2, 2]);
    answeredBut(book, scheme, 2, [0, 3, 4, 5]);
    expect(jobsIn(scheme.assign(3, arrivalsIn(book, 9)))).toEqual([3, 3, 3, 2, 3, 3]);
  });

  test("has no more repeat than are missing beyond s, and only such as the job is not decoded without", () => {
    fc.assert(
      fc.property(options, fc.infiniteStream(fc.nat({ max: 2 })), ({ workers, ...own }, dice) => {
        const code = srSgc(own).schemeFor(workers);
        const book: AnswerBook = new Map();
        const late = Array.from({ length: workers }, (_, place) => place).filter(() => dice.next().value === 0);
        answeredBut(book, code, 1, late);
        const arrivals = arrivalsIn(book, 9);
        const items = code.assign(1 + own.burst, arrivals).flat();
        const repeated = items.filter(({ job }) => job === 1);
        const tolerated = code.groups[0]?.code.tolerated ?? 0;
        // No more than are missing beyond s, where it is decoded without the last s.
        if (decodedBut(code, late.slice(Math.max(0, late.length - tolerated)))) {
          expect(repeated.length).toBeLessThanOrEqual(Math.max(0, late.length - tolerated));
        }
        for (const { place } of repeated) {
          expect(late).toContain(place);
          const others = late.filter((one) => one === place || !repeated.some((item) => item.place === one));
          expect(decodedBut(code, others)).toBe(false);
        }
        const leftOff = late.filter((one) => !repeated.some((item) => item.place === one));
        expect(decodedBut(code, leftOff)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("has nothing to do in its last rounds but to repeat", () => {
    const book: AnswerBook = new Map();
    answeredBut(book, scheme, 3, [0, 1, 2]);
    expect(jobsIn(scheme.assign(4, arrivalsIn(book, 3)))).toEqual([
      3,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(scheme.due(4, 3)).toEqual([{ job: 3, group: 0 }]);
  });

  test("is refused where its numbers do not fit", () => {
    const refusal = (own: Parameters<typeof srSgc>[0], workers: number) => srSgc(own).contradiction(workers);
    expect(refusal({ burst: 2, window: 4, most: 1 }, 8)).toContain("2 does not divide 3");
    expect(refusal({ burst: 1, window: 2, most: 9 }, 8)).toContain("9 stragglers of 8 workers");
    expect(refusal({ burst: 1, window: 2, most: 1 }, 1)).toContain("1 of 1 workers cannot be late");
    expect(refusal({ burst: 1, window: 2, most: 8 }, 8)).toBeNull();
  });
});
