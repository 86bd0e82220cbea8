import { describe, expect, test } from "vitest";
import { uniformStream } from "../base/draws.ts";
import { fold, rootKey } from "../base/key.ts";
import { gradientCoding, ignoringStragglers } from "./index.ts";
import type { RecordedTimes, TimeModel } from "./time-model.ts";
import { bestAmong, codesToTry, type TuneOptions, tuneCoding } from "./tune.ts";

/** Workers that take about a second, one in ten of them five in any round, in rounds of next to no load. */
function workersOf(count: number, rounds: number, slow: number): RecordedTimes {
  const seconds = Array.from({ length: count }, (_, worker) => {
    const uniform = uniformStream(fold(rootKey(4), worker));
    return Float64Array.from({ length: rounds }, () => (uniform() < slow ? 5 : 1) + 0.1 * uniform());
  });
  return { seconds, load: 0 };
}

const adding = (secondsPerLoad: number): TimeModel => ({ slowness: "adds", secondsPerLoad, latency: 0 });

const options: Omit<TuneOptions, "times"> = {
  timeModel: adding(0),
  maximumDelay: 2,
  patiences: [0.5],
  waitOut: "enough",
};

describe("tuneCoding", () => {
  test("advises against codes where nobody is slow, since they cost load", () => {
    const { best, kinds } = tuneCoding({ ...options, times: workersOf(12, 20, 0), timeModel: adding(12) });
    expect(best.coding.name).toBe("uncoded");
    expect(best.load).toBeCloseTo(1 / 12, 12);
    expect(kinds.map(({ coding }) => coding.name)).toEqual(["uncoded", "gradient-coding", "sr-sgc", "m-sgc"]);
  });

  test("finds that a code saves time where some are slow in every round, and tells what it takes on other rounds", () => {
    const { best, kinds, tried } = tuneCoding({ ...options, times: workersOf(24, 40, 0.1) });
    const [plain] = kinds;
    expect(tried).toBeGreaterThan(20);
    expect(best.coding.name).not.toBe("uncoded");
    expect(best.heldOut).toBeLessThan(0.7 * (plain?.heldOut ?? 0));
    for (const { chosenBy } of kinds) expect(chosenBy).toBeGreaterThanOrEqual(best.chosenBy);
    for (const { delay } of kinds) expect(delay).toBeLessThanOrEqual(2);
  });

  test("takes sequential codes to save load where computing takes long", () => {
    const times = workersOf(24, 40, 0.25);
    const { kinds } = tuneCoding({ ...options, times, timeModel: adding(10) });
    const [, gradient, , multiplexed] = kinds;
    expect(multiplexed?.load).toBeLessThan(gradient?.load ?? 0);
    expect(multiplexed?.chosenBy).toBeLessThan(gradient?.chosenBy ?? 0);
  });

  test("counts what a job takes in full swing: a delay costs nothing where all workers take the same", () => {
    const seconds = Array.from({ length: 12 }, () => new Float64Array(20).fill(1));
    const { kinds } = tuneCoding({ ...options, times: { seconds, load: 0 } });
    for (const { chosenBy, heldOut } of kinds) expect([chosenBy, heldOut]).toEqual([1, 1]);
  });

  test("chooses by the first half alone, whatever is best on the other", () => {
    // Nobody is slow in the first half, and somebody in every round of the other.
    const seconds = Array.from({ length: 12 }, (_, worker) =>
      Float64Array.from({ length: 24 }, (__, round) => (round >= 12 && worker === (5 * round) % 12 ? 9 : 1)),
    );
    const { best, kinds } = tuneCoding({ ...options, times: { seconds, load: 1 / 12 }, timeModel: adding(6) });
    expect(best.coding.name).toBe("uncoded");
    expect(best.heldOut).toBeGreaterThan(Math.min(...kinds.map(({ heldOut }) => heldOut)));
  });

  test("foretells that a code saves less where who is slow computes slower, than where slowness is a delay", () => {
    // A round without a code takes 1.04 s of work, or 5: of who is slow five seconds are all delay, or all work.
    const times = { ...workersOf(24, 40, 0.1), load: 1 / 24 };
    const saved = (slowness: TimeModel["slowness"]): number => {
      const { best, kinds } = tuneCoding({
        ...options,
        times,
        timeModel: { slowness, secondsPerLoad: 24, latency: 0 },
      });
      return 1 - best.heldOut / (kinds[0]?.heldOut ?? 0);
    };
    expect(saved("multiplies")).toBeLessThan(saved("adds") - 0.05);
  });

  test("refuses times of nothing: no code could save any", () => {
    const seconds = Array.from({ length: 4 }, () => new Float64Array(12));
    const times = { seconds, load: 0.25 };
    expect(() => tuneCoding({ ...options, times })).toThrow("the first half of the rounds takes no time");
    for (const own of seconds) own.fill(1, 0, 6);
    expect(() => tuneCoding({ ...options, times })).toThrow("the second half of the rounds takes no time");
  });

  test("refuses too few rounds, and delays longer than they are", () => {
    expect(() => tuneCoding({ ...options, times: workersOf(4, 7, 0) })).toThrow("there are 7 rounds of 4 workers");
    expect(() => tuneCoding({ ...options, times: workersOf(4, 8, 0), maximumDelay: 3 })).toThrow("a delay of 3");
  });
});

describe("codesToTry", () => {
  test("are of one kind each, fit the workers, and take no longer than allowed", () => {
    const kinds = codesToTry(12, 2);
    expect(kinds.map((codings) => new Set(codings.map(({ part }) => part.name)))).toEqual(
      ["uncoded", "gradient-coding", "sr-sgc", "m-sgc"].map((name) => new Set([name])),
    );
    for (const coding of kinds.flat()) {
      expect(coding.contradiction(12)).toBeNull();
      expect(coding.schemeFor(12).delay).toBeLessThanOrEqual(2);
    }
  });
});

describe("bestAmong", () => {
  test("is the one that takes least on the first half of the rounds, whatever it takes on the others", () => {
    // Worker 0 is slow in the first half, workers 1 and 2 are in the second.
    const slow = (worker: number, round: number): boolean => (round < 4 ? worker === 0 : worker === 1 || worker === 2);
    const seconds = Array.from({ length: 6 }, (_, worker) =>
      Float64Array.from({ length: 8 }, (__, round) => (slow(worker, round) ? 7 : 1)),
    );
    const codings = [1, 2].map((ignored) => ignoringStragglers({ ignored }));
    const tuned = { ...options, maximumDelay: 0, times: { seconds, load: 1 / 6 }, timeModel: adding(6) };
    const best = bestAmong([...codings, gradientCoding({ tolerated: 1 })], tuned);
    // (1 + μ) · 1 s in a round, and then the wait for worker 1 or 2.
    expect(best).toMatchObject({ coding: { options: { ignored: 1 } }, chosenBy: 1.5, heldOut: 7, waited: 1 });
  });
});
