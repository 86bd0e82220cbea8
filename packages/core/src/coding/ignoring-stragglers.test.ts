import { centreOf, type CodedFate, plainDescent, prompt, rehearseCoded, ROWS, withTrouble } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { sgd } from "../server-optimizer/sgd.ts";
import { arrivalsIn, noteAnswer } from "./arrivals.ts";
import { coded } from "./coded.ts";
import { ignoringStragglers } from "./ignoring-stragglers.ts";
import { replay } from "./replay.ts";
import { isDecodable } from "./scheme.ts";

const WORKERS = 6;
/** Rows of a worker: worker k has the rows 10 k … 10 k + 9. */
const OWN = ROWS / WORKERS;

/** The mean of the first numbers of the centres of all rows but those of the workers in `left`. */
function meanWithout(left: readonly number[]): number {
  const rows = Array.from({ length: ROWS }, (_, row) => row).filter((row) => !left.includes(Math.floor(row / OWN)));
  return rows.reduce((sum, row) => sum + centreOf(row, 0), 0) / rows.length;
}

/** Workers of whom those in `slow` take ten seconds for every task, the others one. */
const withSlow =
  (slow: readonly number[]) =>
  ({ client }: { readonly client: number }): CodedFate => ({ after: slow.includes(client) ? 10 : 1, end: "answer" });

/** A plan whose steps end at the mean of the rows that were heard: η = 1. */
function planOf(ignored: number, settings: { readonly jobs?: number; readonly batchSize?: number } = {}) {
  return coded({
    coding: ignoringStragglers({ ignored }),
    models: [sgd({ learningRate: 1 })],
    jobs: 1,
    ...settings,
  });
}

describe("ignoring-stragglers", () => {
  test("computes as much as without a code, n from 8 to 256, and has no delay", () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 256 }), fc.integer({ min: 1, max: 7 }), (workers, ignored) => {
        const scheme = ignoringStragglers({ ignored }).schemeFor(workers);
        expect(scheme.load).toBe(1 / workers);
        expect(scheme.delay).toBe(0);
      }),
    );
  });

  test("is done with a job as soon as n − ignored have answered, whoever they are", () => {
    const subsets = fc.integer({ min: 2, max: 40 }).chain((workers) =>
      fc.record({
        workers: fc.constant(workers),
        ignored: fc.integer({ min: 1, max: workers - 1 }),
        heard: fc.uniqueArray(fc.nat({ max: workers - 1 })),
      }),
    );
    fc.assert(
      fc.property(subsets, ({ workers, ignored, heard }) => {
        const scheme = ignoringStragglers({ ignored }).schemeFor(workers);
        const book = new Map();
        for (const place of heard) noteAnswer(book, scheme, { job: 1, group: 0, place });
        const isDone = isDecodable(scheme, { job: 1, group: 0 }, arrivalsIn(book, 1));
        expect(isDone).toBe(heard.length >= workers - ignored);
      }),
    );
  });

  test("ends a round with the last that it waits for", () => {
    const times = [5, 1, 4, 2, 3];
    const secondsOf = (_: number, worker: number): number => times[worker] ?? 0;
    const secondsWith = (ignored: number, patience: number): number => {
      const scheme = ignoringStragglers({ ignored }).schemeFor(times.length);
      return replay({ scheme, jobs: 1, patience, waitOut: "enough", secondsOf }).seconds;
    };
    expect([1, 2, 3, 4].map((ignored) => secondsWith(ignored, 0))).toEqual([4, 3, 2, 1]);
    // (1 + μ) times the first, where that is more than it has to wait: who answers by then is heard too.
    expect([1, 2, 3, 4].map((ignored) => secondsWith(ignored, 1.5))).toEqual([4, 3, 2.5, 2.5]);
  });

  test("has the mean over the examples of those who were heard, and no other", () => {
    const { published, seconds } = rehearseCoded({ plan: planOf(2), workers: WORKERS, fateOf: withSlow([1, 3]) });
    expect(published[0]?.[0]).toBeCloseTo(meanWithout([1, 3]), 6);
    expect(Math.abs((published[0]?.[0] ?? 0) - meanWithout([]))).toBeGreaterThan(1e-3);
    // It waits for as long again as the first took: (1 + μ) · 1 s.
    expect(seconds).toBe(2);
  });

  test("hears as many as answer in time, not just as many as it needs", () => {
    const { published } = rehearseCoded({ plan: planOf(5), workers: WORKERS, fateOf: withSlow([0]) });
    expect(published[0]?.[0]).toBeCloseTo(meanWithout([0]), 6);
  });

  test("waits for those it needs, and is exact where nobody is late", () => {
    const waiting = rehearseCoded({ plan: planOf(1), workers: WORKERS, fateOf: withSlow([1, 3]) });
    expect(waiting.seconds).toBe(10);
    const { published } = rehearseCoded({ plan: planOf(2), workers: WORKERS, fateOf: prompt });
    for (const [at, x] of (plainDescent(1, 1)[0] ?? []).entries()) expect(published[0]?.[at]).toBeCloseTo(x, 6);
  });

  test("never learns from workers that are always late", () => {
    const { published } = rehearseCoded({ plan: planOf(1, { jobs: 20 }), workers: WORKERS, fateOf: withSlow([3]) });
    for (const params of published) expect(params[0]).toBeCloseTo(meanWithout([3]), 6);
  });

  test("whatever goes wrong, it comes to its end, and what was used adds up to one", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 5 }), (seed, ignored) => {
        const plan = planOf(ignored, { jobs: 8 });
        const options = { plan, workers: WORKERS, fateOf: withTrouble(rootKey(seed)) };
        const { commands, published } = rehearseCoded(options);
        expect(commands.at(-1)).toMatchObject({ kind: "finish", gaveUp: false });
        for (const command of commands) {
          if (command.kind !== "publish") continue;
          const weights = command.contributions.map(({ factor }) => command.scale * factor);
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
          expect(command.contributions.length).toBeGreaterThanOrEqual(WORKERS - ignored);
        }
        expect(rehearseCoded({ ...options, restoring: true }).published).toEqual(published);
      }),
      { numRuns: 20 },
    );
  });

  test("gives up where those who are heard have no examples of a batch", () => {
    // One example among six chunks: that of worker 2, who is late.
    const plan = planOf(1, { batchSize: 1 });
    const { commands } = rehearseCoded({ plan, workers: WORKERS, fateOf: withSlow([2]) });
    const reason = "gradient 1 is of no examples: take larger batches, or fewer workers";
    expect(commands.at(-1)).toMatchObject({ kind: "finish", reason, gaveUp: true });
  });

  test("is refused where it would wait for nobody", () => {
    expect(ignoringStragglers({ ignored: 4 }).contradiction(4)).toBe("of 4 workers at most 3 can be ignored, not 4");
    expect(ignoringStragglers({ ignored: 3 }).contradiction(4)).toBeNull();
    expect(() => ignoringStragglers({ ignored: 0 })).toThrow("ignored");
  });
});
