import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { clientId } from "../plan/identity.ts";
import { gradientInversion, type GradientInversionOptions } from "./gradient-inversion.ts";

const client = clientId(3);

/** A conversion with its state, and what happens to one client of it. */
function conversing(options: GradientInversionOptions = {}) {
  const conversion = gradientInversion(options);
  let state = conversion.init();
  return {
    /** The trust in an estimate that is made at `version`. */
    estimated: (version: number, estimate: number, stale: number, who = client) =>
      conversion.trust(state, {
        client: who,
        version,
        stale: Float32Array.of(stale),
        estimate: Float32Array.of(estimate),
      }),
    /** An update from version `from` arrives at `version`, and says `delta`. */
    heard: (from: number, version: number, delta: number) => {
      conversion.hear(state, { client, from, version, delta: () => Float32Array.of(delta) });
    },
    bytes: () => encodePlain(state),
    restore: () => {
      state = decodePlain(encodePlain(state));
    },
  };
}

test("updates are converted from the staleness on that the options say", () => {
  const { inversion } = gradientInversion({ fromStaleness: 3, examples: 7, topShare: 0.05 });
  expect([0, 1, 2].map(inversion)).toEqual([null, null, null]);
  const search = { examples: 7, iterations: 200, learningRate: 0.1, topShare: 0.05, maximumSteps: 10 };
  expect([3, 4, 400].map(inversion)).toEqual([search, search, search]);
});

describe("estimates are trusted", () => {
  test("in full at first", () => {
    expect(conversing().estimated(5, 1, 0)).toBe(1);
  });

  test("less after one that was farther from what the client said than its old update, by its age in versions", () => {
    const { estimated, heard } = conversing({ blendVersions: 20 });
    estimated(10, 5, 1);
    // E1 = |5 − 2| = 3 and E2 = |1 − 2| = 1, found out 8 versions later: γ = 1 − 8 / 20.
    heard(10, 18, 2);
    expect(estimated(18, 5, 1)).toBeCloseTo(0.6, 12);
    heard(19, 40, 2);
    expect(estimated(40, 5, 1)).toBe(0);
  });

  test("again when that turns", () => {
    const { estimated, heard } = conversing({ blendVersions: 20 });
    estimated(0, 5, 1);
    heard(0, 30, 2);
    expect(estimated(30, 5, 1)).toBe(0);
    heard(30, 35, 5);
    expect(estimated(35, 5, 1)).toBe(0.25);
    heard(36, 60, 4);
    expect(estimated(60, 5, 1)).toBe(1);
  });

  test("or not from one judgement to the next without blending", () => {
    const { estimated, heard } = conversing({ blendVersions: 0 });
    estimated(0, 5, 1);
    heard(0, 1, 2);
    expect(estimated(1, 5, 1)).toBe(0);
    heard(1, 2, 5);
    expect(estimated(2, 5, 1)).toBe(1);
  });

  test("as much as before where the client had begun before the estimate was made, or it was judged already", () => {
    const { estimated, heard } = conversing({ blendVersions: 0 });
    estimated(10, 5, 1);
    heard(9, 20, 1);
    expect(estimated(20, 5, 1)).toBe(1);
    heard(20, 21, 5);
    heard(21, 22, 1);
    expect(estimated(22, 5, 1)).toBe(1);
  });

  test("by each client's own record", () => {
    const { estimated, heard } = conversing({ blendVersions: 0 });
    estimated(0, 5, 1);
    estimated(0, 5, 1, clientId(4));
    heard(0, 1, 1);
    expect(estimated(1, 5, 1)).toBe(0);
    expect(estimated(1, 5, 1, clientId(4))).toBe(1);
  });

  test("never less than not at all nor more than in full, whatever was said", () => {
    const said = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.double({ min: -3, max: 3, noNaN: true })));
    fc.assert(
      fc.property(said, fc.integer({ min: 0, max: 40 }), (updates, blendVersions) => {
        const { estimated, heard, restore } = conversing({ blendVersions });
        let version = 0;
        for (const [age, delta] of updates) {
          const trust = estimated(version, 1, -1);
          expect(trust >= 0 && trust <= 1).toBe(true);
          restore();
          heard(version, version + age, delta);
          version += age;
        }
      }),
    );
  });
});

test("8 bytes a parameter are kept for a client until its estimate is judged, and none afterwards", () => {
  const conversion = gradientInversion();
  const state = conversion.init();
  const size = 1000;
  const [stale, estimate] = [new Float32Array(size), new Float32Array(size)];
  conversion.trust(state, { client, version: 1, stale, estimate });
  expect(encodePlain(state).length).toBeGreaterThanOrEqual(8 * size);
  expect(encodePlain(state).length).toBeLessThan(8 * size + 300);
  conversion.hear(state, { client, from: 1, version: 2, delta: () => new Float32Array(size) });
  expect(encodePlain(state).length).toBeLessThan(300);
});
