import { attendances, fullRounds, participationConformance, strategyConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sum } from "../aggregation/sum.ts";
import { encodePlain } from "../base/plain-data.ts";
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
