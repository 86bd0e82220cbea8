import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gradientCoding, mSgc, replication, uncoded } from "./index.ts";
import { loadOf, replay, type ReplayOptions } from "./replay.ts";

/** Times of four workers in two rounds; worker 2 is slow in the first, worker 3 in the second. */
const times = [
  [1, 1.2, 5, 1.1],
  [1, 1, 1, 7],
];
const secondsOf = (round: number, worker: number): number => times[round - 1]?.[worker] ?? 1;
const one = gradientCoding({ tolerated: 1 }).schemeFor(4);
const options: Omit<ReplayOptions, "scheme" | "jobs"> = { patience: 1, waitOut: "enough", secondsOf };

describe("replay", () => {
  test("takes no less time to wait for all than for enough, nor without a round for each job and delay", () => {
    const rounds = fc.array(fc.array(fc.double({ min: 0.1, max: 9, noNaN: true }), { minLength: 6, maxLength: 6 }), {
      minLength: 4,
      maxLength: 9,
    });
    fc.assert(
      fc.property(rounds, fc.double({ min: 0, max: 2, noNaN: true }), (recorded, patience) => {
        const scheme = mSgc({ burst: 1, window: 2, most: 2 }).schemeFor(6);
        const replayed = { scheme, jobs: recorded.length - 1, patience };
        const recordedOf = (round: number, worker: number): number => recorded[round - 1]?.[worker] ?? 0;
        for (const waitOut of ["enough", "all"] as const) {
          const result = replay({ ...replayed, waitOut, secondsOf: recordedOf });
          expect(result.rounds).toHaveLength(recorded.length);
          expect(result.seconds).toBeCloseTo(
            result.rounds.reduce((sum, { seconds }) => sum + seconds, 0),
            12,
          );
          for (const { seconds, items, late, waited } of result.rounds) {
            expect(seconds).toBeGreaterThan(0);
            expect(late).toHaveLength(items.length);
            if (waited && waitOut === "all") expect(late.every((value) => value === 0)).toBe(true);
          }
        }
      }),
    );
  });

  test("ends after so many rounds as it is told, of jobs that would take more", () => {
    const scheme = mSgc({ burst: 1, window: 2, most: 2 }).schemeFor(6);
    const whole = replay({ ...options, scheme, jobs: 5 });
    expect(whole.rounds).toHaveLength(6);
    expect(replay({ ...options, scheme, jobs: 5, rounds: 3 }).rounds).toEqual(whole.rounds.slice(0, 3));
    expect(replay({ ...options, scheme, jobs: 5, rounds: 9 })).toEqual(whole);
  });

  test("waits for everybody without a code", () => {
    const { seconds, rounds } = replay({ ...options, scheme: uncoded().schemeFor(4), jobs: 2 });
    expect(seconds).toBe(12);
    expect(rounds.map(({ waited }) => waited)).toEqual([true, true]);
  });

  test("ends a round at (1 + μ) times the fastest where the code bears it", () => {
    const { rounds } = replay({ ...options, scheme: one, jobs: 2, patience: 0.5 });
    expect(rounds.map(({ seconds }) => seconds)).toEqual([1.5, 1.5]);
    expect(rounds.map(({ late }) => [...late])).toEqual([
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
  });

  test("ends a round with its last answer where all come in time", () => {
    const { rounds } = replay({ ...options, scheme: one, jobs: 1, patience: 9 });
    expect(rounds).toMatchObject([{ seconds: 5, waited: false }]);
  });

  test("waits for as few as it can, or for all", () => {
    const waiting = { ...options, scheme: one, jobs: 1, patience: 0 };
    expect(replay({ ...waiting, waitOut: "enough" }).seconds).toBe(1.1);
    expect(replay({ ...waiting, waitOut: "all" }).seconds).toBe(5);
  });

  test("tells workers how much they compute, and takes their word for how long", () => {
    const loads = new Set<number>();
    const heard: ReplayOptions["secondsOf"] = (_, __, load) => {
      loads.add(load);
      return load;
    };
    const { seconds } = replay({
      ...options,
      scheme: replication({ copies: 2 }).schemeFor(4),
      jobs: 3,
      secondsOf: heard,
    });
    expect([...loads]).toEqual([0.5]);
    expect(seconds).toBe(1.5);
  });
});

test("a load is the share of a job in what is computed: chunks of groups, times s + 1", () => {
  const scheme = mSgc({ burst: 1, window: 2, most: 3 }).schemeFor(8);
  // Shares 4/5 and 1/5: a chunk of the first is a tenth, four chunks of the second are a tenth too.
  expect(loadOf(scheme, [{ job: 2, group: 0, place: 1 }])).toBeCloseTo(0.1, 12);
  expect(loadOf(scheme, [{ job: 1, group: 1, place: 1 }])).toBeCloseTo(0.1, 12);
  expect(loadOf(scheme, [])).toBe(0);
});
