import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitrary, bursty, perRound } from "./stragglers.ts";

/** Rounds as text, a digit for each worker: "0010" means that worker 2 is late. */
const late = (...texts: readonly string[]): readonly Uint8Array[] => texts.map((text) => Uint8Array.from(text, Number));

describe("perRound", () => {
  test("looks at the newest round alone", () => {
    expect(perRound(1)(late("1110", "0100"))).toBe(true);
    expect(perRound(1)(late("0000", "0110"))).toBe(false);
    expect(perRound(0)([])).toBe(true);
  });
});

describe("bursty", () => {
  test("allows so many workers in a window", () => {
    const fits = bursty(1, 2, 2);
    expect(fits(late("1000", "0100"))).toBe(true);
    expect(fits(late("1000", "0110"))).toBe(false);
    expect(fits(late("1000", "0000", "0110"))).toBe(true);
  });

  test("allows lateness of one worker within B rounds of a window", () => {
    const fits = bursty(2, 4, 3);
    expect(fits(late("100", "100"))).toBe(true);
    expect(fits(late("100", "000", "100"))).toBe(false);
    expect(fits(late("100", "100", "100"))).toBe(false);
    // Four rounds apart: no longer in one window.
    expect(fits(late("100", "000", "000", "000", "100"))).toBe(true);
  });

  test("is what its definition says of every window of a pattern", () => {
    const patterns = fc.array(fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 4, maxLength: 4 }), { maxLength: 7 });
    const models = fc.tuple(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 3, max: 5 }),
      fc.integer({ min: 0, max: 4 }),
    );
    fc.assert(
      fc.property(patterns, models, (pattern, [burst, window, most]) => {
        const all = pattern.map((round) => Uint8Array.from(round));
        const fits = bursty(burst, window, most);
        const whole = all.every((_, last) => fits(all.slice(0, last + 1)));
        expect(whole).toBe(all.every((_, first) => fitsWindow(all.slice(first, first + window), burst, most)));
      }),
      { numRuns: 2000 },
    );
  });
});

/** The definition, written down: few workers, and each within B rounds. */
function fitsWindow(window: readonly Uint8Array[], burst: number, most: number): boolean {
  const lateness = Array.from({ length: 4 }, (_, worker) =>
    window.flatMap((round, at) => (round[worker] === 1 ? [at] : [])),
  ).filter((rounds) => rounds.length > 0);
  return lateness.length <= most && lateness.every((rounds) => (rounds.at(-1) ?? 0) - (rounds[0] ?? 0) < burst);
}

describe("arbitrary", () => {
  test("allows so many late rounds of a worker, wherever they lie", () => {
    const fits = arbitrary(2, 4, 2);
    expect(fits(late("100", "000", "100"))).toBe(true);
    expect(fits(late("100", "100", "100"))).toBe(false);
    expect(fits(late("100", "010", "001"))).toBe(false);
  });
});
