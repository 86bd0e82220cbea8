import {
  answered,
  attendances,
  fullRounds,
  joined,
  manualRun,
  participationConformance,
  strategyConformance,
  tasksOf,
} from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sum } from "../aggregation/sum.ts";
import { encodePlain } from "../base/plain-data.ts";
import { fedBuff } from "../pacing/fed-buff.ts";
import { fedFix } from "../pacing/fed-fix.ts";
import { federated } from "../plan/federated.ts";
import { clientId } from "../plan/identity.ts";
import { sgd } from "../solver/sgd.ts";
import { uniform } from "../weighting/uniform.ts";
import { inverse } from "./inverse.ts";

const part = inverse();
const CLIENT = clientId(0);

/** The corrections of one client that is heard in these versions. */
function correctionsIn(versions: readonly number[], state: unknown = part.init()): readonly number[] {
  return versions.map((version) => part.correction(state, { client: CLIENT, version }));
}

participationConformance(part);

strategyConformance({
  name: "FedFix with inverse participation, whose clients are heard in every, every other and every third version,",
  plan: (versions) =>
    federated({
      ...fullRounds,
      pacing: fedFix({ intervalSeconds: 1 }),
      solver: sgd({ learningRate: 0.01 }),
      weighting: uniform(),
      participation: inverse(),
      aggregation: sum({ divideBy: "clients" }),
      versions,
    }),
  objective: "per client",
  weights: "absolute",
});

test("who is heard in every d-th version counts d times, from the first on", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 50 }), (every, times) => {
      const versions = Array.from({ length: times }, (_, turn) => every * (turn + 1) - 1);
      expect(correctionsIn(versions)).toEqual(versions.map(() => every));
    }),
  );
});

test("the intervals add up to the versions: after n of them the r-th update counts n / r", () => {
  fc.assert(
    fc.property(attendances, (updates) => {
      const versions = updates.map(({ version }) => version);
      correctionsIn(versions).forEach((correction, at) => {
        expect(correction).toBeCloseTo(((versions[at] ?? 0) + 1) / (at + 1), 9);
      });
    }),
  );
});

test("by hand: heard in versions 0, 1 and 5, it counts 1, (1 + 1) / 2 and (1 + 1 + 4) / 3", () => {
  expect(correctionsIn([0, 1, 5])).toEqual([1, 1, 2]);
});

test("by hand: two updates in one version, 3, count 4 and (4 + 0) / 2", () => {
  expect(correctionsIn([3, 3])).toEqual([4, 2]);
});

test("who is heard r times in every version comes to count once in each", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), (times) => {
      const count = 1000;
      const versions = Array.from({ length: count * times }, (_, at) => Math.floor(at / times));
      const last = correctionsIn(versions).slice(-times);
      expect(Math.abs(last.reduce((total, x) => total + x, 0) - 1)).toBeLessThan(2 / count);
    }),
  );
});

test("a clock-like fleet is heard as its weights ask: Σ d over the versions is as large for everyone", () => {
  const periods = [1, 2, 3, 5, 6, 10];
  const voices = periods.map((period) =>
    correctionsIn(Array.from({ length: 30 / period }, (_, turn) => period * (turn + 1) - 1)).reduce((a, b) => a + b, 0),
  );
  expect(voices).toEqual(periods.map(() => 30));
});

describe("a client that is there for 100 versions and away for 100, ten times over,", () => {
  /** What it counts in all, where its stays begin with the version `first`. */
  const counted = (first: number): number => {
    const stays = Array.from({ length: 1000 }, (_, at) => first + 200 * Math.floor(at / 100) + (at % 100));
    return correctionsIn(stays).reduce((total, correction) => total + correction, 0);
  };

  test("counts 2540 in 2000 versions, and not 2000, where it is away first", () => {
    // 100 + 100 H₁₀₀ = 619 in its first stay, and in the k-th after that 100 + 100 (k + 1) ln (1 + 1/k), about: 239, 222, 215, …
    expect(counted(100)).toBeCloseTo(2540.0, 0);
  });

  test("counts 1791 where it is away last", () => {
    // 100 in its first stay, and in the k-th after that 100 + 100 k ln (1 + 1/k), about: 169, 181, 186, …
    expect(counted(0)).toBeCloseTo(1791, 0);
  });
});

test("the intervals of a client start when it becomes known, and not anew when it comes back", () => {
  const state = part.init();
  part.welcome?.(state, { client: CLIENT, version: 1000 });
  expect(correctionsIn([1000, 1001], state)).toEqual([1, 1]);
  part.publish?.(state);
  part.welcome?.(state, { client: CLIENT, version: 1009 });
  // (1 + 1 + 10) / 3
  expect(correctionsIn([1011], state)).toEqual([4]);
});

test("in a run, a client that comes when versions were published already counts as one that was there from the first", () => {
  const plan = federated({
    ...fullRounds,
    pacing: fedBuff({ updates: 1 }),
    weighting: uniform(),
    participation: inverse(),
    aggregation: sum({ divideBy: "clients" }),
    versions: 100,
  });
  const run = manualRun(plan, new Float32Array(1), [1]);
  run.send(0, { kind: "started" });
  for (let version = 0; version < 50; version++) run.send(version, answered(run.task(version), [1]));
  const [given] = tasksOf(run.send(50, joined(1)));
  if (given === undefined) throw new Error("nobody was asked");
  const [published] = run.send(51, answered(given, [1]));
  expect(published?.kind === "publish" && published.contributions.map(({ factor }) => factor)).toEqual([1]);
});

test("it keeps no more for a client that was heard a thousand times", () => {
  const size = (times: number): number => {
    const state = part.init();
    correctionsIn(
      Array.from({ length: times }, (_, version) => version),
      state,
    );
    return encodePlain(state).length;
  };
  expect(size(1000)).toBe(size(1));
});

test("it has no options", () => {
  expect(part.part).toEqual({ room: "participation", name: "inverse", options: {} });
  expect(() => inverse.parse({ cutOff: 1 })).toThrow('participation "inverse" has no option "cutOff"');
});
