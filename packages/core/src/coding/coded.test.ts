import {
  centreOf,
  type CodedFate,
  plainDescent,
  prompt,
  rehearseCoded,
  ROWS,
  withStragglers,
  withTrouble,
} from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uniformOf } from "../base/draws.ts";
import { fold, rootKey } from "../base/key.ts";
import type { Part } from "../part/part.ts";
import { adam, sgd } from "../server-optimizer/index.ts";
import { coded } from "./coded.ts";
import { gradientCoding, mSgc, replication, srSgc, uncoded } from "./index.ts";
import type { Coding } from "./scheme.ts";

const codings: readonly (Coding & Part)[] = [
  uncoded(),
  gradientCoding({ tolerated: 2 }),
  gradientCoding({ tolerated: 4 }),
  replication({ copies: 3 }),
  srSgc({ burst: 1, window: 3, most: 4 }),
  srSgc({ burst: 2, window: 3, most: 4 }),
  mSgc({ burst: 1, window: 2, most: 3 }),
  mSgc({ burst: 2, window: 4, most: 12 }),
];
const WORKERS = 12;

describe.each(codings.map((coding) => [coding.part.name, coding.part.options, coding] as const))(
  "%s %j",
  (_, __, coding) => {
    const delay = coding.schemeFor(WORKERS).delay;
    const rates = Array.from({ length: delay + 1 }, (___, at) => 0.1 + 0.2 * at);
    const models = rates.map((learningRate) => sgd({ learningRate }));
    const jobs = 4 * models.length;
    const plan = coded({ coding, models, jobs });

    test.each([
      ["prompt workers", prompt],
      ["stragglers", withStragglers(rootKey(3))],
      ["trouble", withTrouble(rootKey(4))],
    ])("with %s every model is that of plain descent", (___, fateOf) => {
      const { published } = rehearseCoded({ plan, workers: WORKERS, fateOf });
      expect(published).toHaveLength(jobs);
      for (const [job, params] of published.entries()) {
        const expected = plainDescent(rates[job % models.length] ?? 0, jobs)[Math.floor(job / models.length)] ?? [];
        for (const [at, value] of expected.entries()) expect(Math.abs((params[at] ?? NaN) - value)).toBeLessThan(1e-6);
      }
    });

    test("goes on from a snapshot after every event to the same bits", () => {
      const whole = rehearseCoded({ plan, workers: WORKERS, fateOf: withTrouble(rootKey(5)) });
      const restored = rehearseCoded({ plan, workers: WORKERS, fateOf: withTrouble(rootKey(5)), restoring: true });
      expect(restored.published).toEqual(whole.published);
      expect(restored.seconds).toBe(whole.seconds);
    });

    test("whatever goes wrong, it comes to its end, and what was used adds up to one", () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const { commands, machine } = rehearseCoded({ plan, workers: WORKERS, fateOf: withTrouble(rootKey(seed)) });
          expect(commands.at(-1)).toMatchObject({ kind: "finish", gaveUp: false });
          for (const command of commands) {
            if (command.kind !== "publish") continue;
            const weights = command.contributions.map(({ factor }) => command.scale * factor);
            expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
          }
          expect(machine.ledger.versions).toBe(jobs);
        }),
        { numRuns: 20 },
      );
    });
  },
);

describe("in the last rounds, in which few have anything to do,", () => {
  const models = [sgd({ learningRate: 0.2 }), sgd({ learningRate: 0.3 })];

  test("others compute what a worker that is gone for good had to", () => {
    for (const coding of [mSgc({ burst: 1, window: 2, most: 12 }), srSgc({ burst: 1, window: 2, most: 4 })]) {
      const plan = coded({ coding, models, jobs: 6 });
      const gone = (place: number) => (task: { readonly client: number; readonly round: number }) =>
        task.client === place && task.round > 2 ? ({ after: 0.5, end: "vanish" } as const) : prompt();
      for (let place = 0; place < WORKERS; place++) {
        const { published, seconds } = rehearseCoded({ plan, workers: WORKERS, fateOf: gone(place) });
        expect(published).toHaveLength(6);
        expect(seconds).toBeLessThan(30);
      }
    }
  });

  test("whatever codes, and however many are late, every gradient is put together, and right", () => {
    const sizes = fc.record({
      workers: fc.integer({ min: 4, max: 20 }),
      most: fc.integer({ min: 1, max: 12 }),
      late: fc.constantFrom<number>(0.1, 0.3, 0.5, 0.7),
      repeats: fc.boolean(),
      seed: fc.integer({ min: 0, max: 1e6 }),
    });
    const property = fc.property(sizes, ({ workers, most, late, repeats, seed }) => {
      const coding = repeats ? srSgc({ burst: 1, window: 2, most }) : mSgc({ burst: 1, window: 2, most });
      fc.pre(coding.contradiction(workers) === null);
      const fateOf = ({ id }: { readonly id: number }): CodedFate => ({
        after: uniformOf(fold(rootKey(seed), id)) < late ? 7 : 1,
        end: "answer",
      });
      const { published } = rehearseCoded({ plan: coded({ coding, models, jobs: 6 }), workers, fateOf });
      const expected = models.map((_, at) => plainDescent(at === 0 ? 0.2 : 0.3, 3));
      expect(published).toHaveLength(6);
      for (const [job, params] of published.entries()) {
        const right = expected[job % 2]?.[Math.floor(job / 2)] ?? [];
        for (const [at, value] of right.entries()) expect(Math.abs((params[at] ?? NaN) - value)).toBeLessThan(1e-5);
      }
    });
    // In these the answers that are there at the end are too few, or decode badly, and nobody has anything to do.
    const known = { workers: 8, most: 7, repeats: true } as const;
    const examples = [
      { ...known, late: 0.3, seed: 1 },
      { ...known, late: 0.5, seed: 0 },
      { ...known, late: 0.7, seed: 12 },
    ];
    fc.assert(property, { numRuns: 60, examples: examples.map((one) => [one]) });
  });
});

test("a worker that is gone for good is no straggler: others are waited for as little as before", () => {
  const models = [1, 2, 3, 4].map(() => sgd({ learningRate: 0.2 }));
  for (const coding of [
    mSgc({ burst: 1, window: 2, most: WORKERS }),
    mSgc({ burst: 2, window: 3, most: 3 }),
    srSgc({ burst: 1, window: 2, most: 4 }),
    gradientCoding({ tolerated: 1 }),
  ]) {
    const plan = coded({ coding, models, jobs: 24 });
    const secondsWith = (gone: boolean): number => {
      const fateOf = ({ client, round }: { readonly client: number; readonly round: number }): CodedFate => {
        if (client === 0 && gone) return { after: 0.5, end: "vanish" };
        return { after: client === 1 + (round % (WORKERS - 1)) ? 9 : 1, end: "answer" };
      };
      const { published, seconds } = rehearseCoded({ plan, workers: WORKERS, fateOf });
      expect(published).toHaveLength(24);
      return seconds;
    };
    // Those who are there end their round after two seconds; in the second of them somebody stands in.
    expect(secondsWith(false)).toBeLessThan(60);
    expect(secondsWith(true)).toBeLessThan(1.1 * secondsWith(false));
  }
});

/** One worker in turn is late; `fateOf0` is what becomes of the tasks of worker 0. */
function secondsWhere(coding: Parameters<typeof coded>[0]["coding"], fateOf0: CodedFate, backups = false): number {
  const models = [1, 2, 3, 4].map(() => sgd({ learningRate: 0.2 }));
  const plan = coded({ coding, models, jobs: 24, backups });
  const fateOf = ({ client, round }: { readonly client: number; readonly round: number }): CodedFate => {
    if (client === 0) return fateOf0;
    return { after: client === 1 + (round % (WORKERS - 1)) ? 9 : 1, end: "answer" };
  };
  const { published, seconds } = rehearseCoded({ plan, workers: WORKERS, fateOf });
  expect(published).toHaveLength(24);
  return seconds;
}

const sequential = [
  mSgc({ burst: 1, window: 2, most: WORKERS }),
  mSgc({ burst: 2, window: 3, most: 3 }),
  srSgc({ burst: 1, window: 2, most: 4 }),
];

test("a worker that fails whatever it does is no straggler either", () => {
  for (const coding of sequential) {
    const good = secondsWhere(coding, prompt());
    for (const end of ["fail", "corrupt"] as const) {
      expect(secondsWhere(coding, { after: 0.5, end })).toBeLessThan(1.5 * good);
    }
  }
});

test("with backups, others do what a worker is late with that a sequential code would wait for", () => {
  for (const coding of sequential) {
    const slow: CodedFate = { after: 600, end: "answer" };
    expect(secondsWhere(coding, slow, true)).toBeLessThan(3 * secondsWhere(coding, prompt()));
  }
});

test("as long as somebody can do it, a gradient is put together, however many cannot", () => {
  const plan = coded({ coding: uncoded(), models: [sgd({ learningRate: 0.2 })], jobs: 4 });
  const fateOf = ({ client }: { readonly client: number }): CodedFate => ({
    after: 1,
    end: client < 25 ? "fail" : "answer",
  });
  expect(rehearseCoded({ plan, workers: 30, fateOf }).published).toHaveLength(4);
});

test("a code saves the time of stragglers, and no code waits for them", () => {
  const models = [sgd({ learningRate: 0.1 })];
  const times = [uncoded(), gradientCoding({ tolerated: 5 })].map((coding) => {
    const plan = coded({ coding, models, jobs: 10, patience: 0.5 });
    return rehearseCoded({ plan, workers: WORKERS, fateOf: withStragglers(rootKey(9)) }).seconds;
  });
  expect(times[1]).toBeLessThan(0.7 * (times[0] ?? 0));
});

test("backups are asked of those who are free, and end the round sooner", () => {
  const models = [sgd({ learningRate: 0.1 })];
  const slow = ({ id }: { readonly id: number }): CodedFate => ({ after: id === 3 ? 50 : 1, end: "answer" });
  const plans = [false, true].map((backups) => coded({ coding: uncoded(), models, jobs: 1, backups }));
  expect(plans.map((plan) => rehearseCoded({ plan, workers: 6, fateOf: slow }).seconds)).toEqual([50, 3]);
});

test("one model with a delay takes gradients where it stood a round before", () => {
  const rate = 0.5;
  const coding = mSgc({ burst: 1, window: 2, most: 2 });
  const plan = coded({ coding, models: [sgd({ learningRate: rate })], jobs: 5 });
  const { published } = rehearseCoded({ plan, workers: 6, fateOf: prompt });
  const [mean] = plainDescent(1, 1).map((params) => params[0] ?? 0);
  // x_t+1 = x_t − η (x_t−1 − c)
  const xs = [0, 0];
  for (let job = 0; job < 5; job++) {
    xs.push((xs.at(-1) ?? 0) - rate * ((xs.at(job === 0 ? -1 : -2) ?? 0) - (mean ?? 0)));
  }
  for (const [job, params] of published.entries()) expect(params[0]).toBeCloseTo(xs[job + 2] ?? 0, 6);
});

test("what is published says how old its gradient is: the versions of its model since its job began", () => {
  const coding = mSgc({ burst: 1, window: 3, most: 2 });
  // T = 2: with one model two versions come between, with two models one, with three none.
  const ages = [1, 2, 3].map((number) => {
    const models = Array.from({ length: number }, () => sgd({ learningRate: 0.1 }));
    const { commands } = rehearseCoded({ plan: coded({ coding, models, jobs: 12 }), workers: 6, fateOf: prompt });
    const last = commands.findLast((command) => command.kind === "publish");
    return new Set(last?.contributions.map(({ staleness }) => staleness));
  });
  expect(ages).toEqual([new Set([2]), new Set([1]), new Set([0])]);
});

test("any server optimizer can be that of a model", () => {
  const models = [adam({ learningRate: 0.1 })];
  const plan = coded({ coding: gradientCoding({ tolerated: 1 }), models, jobs: 30 });
  const { published } = rehearseCoded({ plan, workers: 4, fateOf: prompt });
  const [mean] = plainDescent(1, 1).map((params) => params[0] ?? 0);
  expect(Math.abs((published.at(-1)?.[0] ?? 0) - (mean ?? 0))).toBeLessThan(0.3);
});

test.each(codings.map((coding) => [coding.part.name, coding.part.options, coding] as const))(
  "under %s %j batches are of the same rows as without a code, and every model descends on all rows",
  (_, __, coding) => {
    const [batchSize, steps] = [25, 5];
    const models = [0.5, 0.25, 0.2, 0.1, 0.05].map((learningRate) => sgd({ learningRate }));
    const plan = coded({ coding, models, jobs: steps * models.length, batchSize });
    const { published } = rehearseCoded({ plan, workers: WORKERS, fateOf: withStragglers(rootKey(2)) });
    for (const [at, rate] of [0.5, 0.25, 0.2, 0.1, 0.05].entries()) {
      let x = 0;
      for (let step = 0; step < steps; step++) {
        let sum = 0;
        for (let row = 0; row < batchSize; row++) sum += centreOf((step * batchSize + row) % ROWS, 0);
        x -= rate * (x - sum / batchSize);
        expect(Math.abs((published[step * models.length + at]?.[0] ?? NaN) - x)).toBeLessThan(1e-6);
      }
    }
  },
);

test("a worker that fails whatever it is given is not asked again for what it has failed", () => {
  const models = [sgd({ learningRate: 0.5 })];
  const plan = coded({ coding: uncoded(), models, jobs: 4 });
  const failing = ({ client }: { readonly client: number }): CodedFate => ({
    after: client === 0 ? 0.01 : 1,
    end: client === 0 ? "corrupt" : "answer",
  });
  const { commands, published } = rehearseCoded({ plan, workers: 3, fateOf: failing });
  expect(published).toHaveLength(4);
  const asked = commands.filter((command) => command.kind === "assign" && command.task.client === 0);
  expect(asked).toHaveLength(4);
});

test.each([
  ["corrupt", "the update holds numbers that are not finite"],
  ["fail", "scripted"],
] as const)("a gradient whose answers always %s ends the run, which says why", (end, why) => {
  const plan = coded({ coding: gradientCoding({ tolerated: 1 }), models: [sgd({ learningRate: 0.5 })], jobs: 4 });
  const hopeless = ({ round }: { readonly round: number }): CodedFate => ({
    after: 1,
    end: round === 2 ? end : "answer",
  });
  const { commands, published } = rehearseCoded({ plan, workers: 4, fateOf: hopeless });
  expect(published).toHaveLength(1);
  const last = commands.at(-1);
  expect(last).toMatchObject({ kind: "finish", gaveUp: true });
  expect(last?.kind === "finish" && last.reason).toContain("an answer to gradient 2, of model 0, has failed 20 times");
  expect(last?.kind === "finish" && last.reason).toContain(why);
  expect(commands.filter(({ kind }) => kind === "assign").length).toBeLessThanOrEqual(4 + 4 * 20);
});

test("settings out of range and no models are refused", () => {
  const models = [sgd({ learningRate: 0.1 })];
  expect(() => coded({ coding: uncoded(), models: [], jobs: 1 })).toThrow("no models");
  expect(() => coded({ coding: uncoded(), models, jobs: 0 })).toThrow("jobs");
  expect(() => coded({ coding: uncoded(), models, jobs: 1, patience: -1 })).toThrow("patience");
  expect(coded({ coding: gradientCoding({ tolerated: 4 }), models, jobs: 1 }).contradiction(4)).toContain("at most 3");
  const batches = coded({ coding: uncoded(), models, jobs: 1, batchSize: 5 });
  expect(batches.contradiction(5)).toBeNull();
  expect(batches.contradiction(6)).toBe(
    "batches of 5 examples cannot be shared out to 6 workers: take batches of at least 6, or fewer workers",
  );
});
