import { fullRounds, participationConformance, strategyConformance, take } from "@potluck/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sum } from "../aggregation/sum.ts";
import { uniformStream } from "../base/draws.ts";
import { rootKey } from "../base/key.ts";
import { federated } from "../plan/federated.ts";
import { clientId } from "../plan/identity.ts";
import { uniform } from "../weighting/uniform.ts";
import { fedAu, type FedAuOptions } from "./fed-au.ts";

const CLIENT = clientId(0);

/** The corrections of one client that is heard in these versions. */
function correctionsIn(versions: readonly number[], options: FedAuOptions = {}): readonly number[] {
  const part = fedAu(options);
  const state = part.init();
  return versions.map((version) => part.correction(state, { client: CLIENT, version }));
}

/** The versions in which a client was there. */
function versionsOf(there: readonly boolean[]): readonly number[] {
  return there.flatMap((isThere, version) => (isThere ? [version] : []));
}

for (const cutOff of [null, 1, 50]) participationConformance(fedAu({ cutOff }));

strategyConformance({
  name: "FedAU",
  plan: (versions) =>
    federated({
      ...fullRounds,
      weighting: uniform(),
      participation: fedAu(),
      aggregation: sum({ divideBy: "clients" }),
      versions,
    }),
  objective: "per client",
  weights: "absolute",
  tolerance: 1e-3,
});

test("who is there in every version counts 1 always", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.option(fc.integer({ min: 1, max: 50 })), (count, cutOff) => {
      const versions = Array.from({ length: count }, (_, version) => version);
      expect(correctionsIn(versions, { cutOff })).toEqual(versions.map(() => 1));
    }),
  );
});

describe("by hand:", () => {
  test("an update counts by the intervals before its own: 1, then 3, then (3 + 5) / 2", () => {
    // There in versions 2, 7 and 8: intervals of 3, 5 and 1 versions.
    expect(correctionsIn([2, 7, 8])).toEqual([1, 3, 4]);
  });

  test("with a cut-off of 4, the 11 versions up to version 10 are intervals of 4, 4 and 3", () => {
    // Version 10 ends the third; the two before weigh it. Then 4, 4, 3 and the mean 11 / 3.
    expect(correctionsIn([10, 11], { cutOff: 4 })).toEqual([4, 11 / 3]);
  });

  test("an interval that is as long as the cut-off is one, and not one and an empty one", () => {
    // Versions 0 to 3 are cut off by version 3 itself, which its update ends: nothing lies before.
    expect(correctionsIn([3, 4], { cutOff: 4 })).toEqual([1, 4]);
  });
});

test("it is the estimate that the client itself would keep, round by round", () => {
  const there = fc.array(fc.boolean(), { maxLength: 60 });
  fc.assert(
    fc.property(there, fc.option(fc.integer({ min: 1, max: 12 })), (presence, cutOff) => {
      let [estimate, intervals, since] = [1, 0, 0];
      const expected: number[] = [];
      for (const isThere of presence) {
        since += 1;
        if (isThere) expected.push(estimate);
        if (!isThere && since !== cutOff) continue;
        estimate = intervals === 0 ? since : (intervals * estimate + since) / (intervals + 1);
        intervals += 1;
        since = 0;
      }
      correctionsIn(versionsOf(presence), { cutOff }).forEach((correction, at) => {
        expect(correction).toBeCloseTo(expected[at] ?? Number.NaN, 9);
      });
    }),
  );
});

test("it never exceeds the cut-off", () => {
  const gaps = fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 60 }), (between, cutOff) => {
      let version = 0;
      const versions = between.map((gap) => (version += gap));
      for (const correction of correctionsIn(versions, { cutOff })) expect(correction).toBeLessThanOrEqual(cutOff);
    }),
  );
});

describe.each([0.5, 0.2, 0.05])("of a client that is there with probability %d", (p) => {
  const draws = take(uniformStream(rootKey(5)), 40_000);
  const versions = versionsOf(Array.from(draws, (x) => x < p));

  test("the estimate tends to 1 / p", () => {
    const last = correctionsIn(versions, { cutOff: null }).at(-1) ?? Number.NaN;
    // Intervals vary by (1 − p) / p²; this is four standard deviations of their mean.
    expect(Math.abs(last * p - 1)).toBeLessThan(4 * Math.sqrt((1 - p) / versions.length));
  });

  test("and with a cut-off K to (1 − (1 − p)^K) / p", () => {
    const cutOff = 10;
    const last = correctionsIn(versions, { cutOff }).at(-1) ?? Number.NaN;
    const expected = (1 - (1 - p) ** cutOff) / p;
    expect(Math.abs(last / expected - 1)).toBeLessThan(4 / Math.sqrt(versions.length));
  });
});

test("its cut-off is a whole number ≥ 1, or null", () => {
  expect(fedAu().part.options).toEqual({ cutOff: null });
  expect(fedAu({ cutOff: 50 }).part.options).toEqual({ cutOff: 50 });
  expect(() => fedAu({ cutOff: 0 })).toThrow('participation "fed-au": cutOff must be a whole number ≥ 1 (versions)');
});
