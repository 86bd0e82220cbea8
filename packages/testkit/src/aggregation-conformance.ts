/**
 * What every aggregation is held to.
 *
 * @module
 */
import { type Aggregation, decodePlain, encodePlain, type Part, plainKernels } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HandFleet, type HandUpdate, outcomeOf, takeInto, windowWith } from "./hand-windows.ts";

type Subject = Aggregation<unknown> & Part;

const LENGTH = 3;
const CLIENTS = 4;
const FLEET: HandFleet = { population: CLIENTS, examples: 10 };
const number = fc.integer({ min: -1000, max: 1000 }).map((x) => x / 8);

/** Windows of updates of a few clients, with any weights > 0 and numbers of steps. */
export const handWindows: fc.Arbitrary<readonly HandUpdate[]> = fc.array(
  fc.record({
    delta: fc.array(number, { minLength: LENGTH, maxLength: LENGTH }),
    weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
    steps: fc.integer({ min: 1, max: 50 }),
    client: fc.nat({ max: CLIENTS - 1 }),
  }),
  { minLength: 1, maxLength: 10 },
);

/** The laws. */
export type AggregationLaw =
  | "is linear: its delta is Σ scale · factor · Δ"
  | "of nothing, or of weights of zero, is zero"
  | "looking at the result leaves the window as it is"
  | "a window that went through bytes goes on to the same result"
  | "an emptied window is as good as new, or remembers the latest of every client"
  | "a window that is thrown away leaves nothing behind";

/** Every law with its check, which throws where the subject breaks it. */
export const aggregationLaws: readonly (readonly [AggregationLaw, (subject: Subject) => void])[] = [
  ["is linear: its delta is Σ scale · factor · Δ", isLinear],
  ["of nothing, or of weights of zero, is zero", isZeroOfNothing],
  ["looking at the result leaves the window as it is", looksOnly],
  ["a window that went through bytes goes on to the same result", isPlainData],
  ["an emptied window is as good as new, or remembers the latest of every client", forgets],
  ["a window that is thrown away leaves nothing behind", discards],
];

/** Registers the laws as tests. */
export function aggregationConformance(subject: Subject): void {
  describe(`${subject.part.name} as an aggregation`, () => {
    for (const [law, check] of aggregationLaws) test(law, () => check(subject));
  });
}

/** The updates that count: all of them, or the latest of every client where updates last. */
function counted<U extends HandUpdate>({ lasting }: Subject, updates: readonly U[]): readonly U[] {
  if (lasting !== true) return updates;
  return updates.filter(({ client }, at) => !updates.slice(at + 1).some((later) => later.client === client));
}

function isLinear(subject: Subject): void {
  fc.assert(
    fc.property(handWindows, (updates) => {
      const window = windowWith(subject, [], LENGTH);
      const factors = takeInto(subject, window, updates);
      const { delta, scale } = outcomeOf(subject, window, FLEET);
      const terms = counted(
        subject,
        updates.map((update, at) => ({ ...update, factor: factors[at] ?? Number.NaN })),
      );
      for (let i = 0; i < LENGTH; i++) {
        const parts = terms.map((term) => scale * term.factor * (term.delta[i] ?? 0));
        const size = parts.reduce((sum, x) => sum + Math.abs(x), 0);
        const whole = parts.reduce((sum, x) => sum + x, 0);
        expect(Math.abs((delta[i] ?? Number.NaN) - whole)).toBeLessThanOrEqual(1e-12 * size);
      }
      expect(Math.min(scale, ...factors)).toBeGreaterThanOrEqual(0);
    }),
  );
}

function isZeroOfNothing(subject: Subject): void {
  const nothing = { delta: [0, 0, 0], scale: 0 };
  expect(outcomeOf(subject, windowWith(subject, [], LENGTH), FLEET).delta).toEqual(nothing.delta);
  fc.assert(
    fc.property(handWindows, (updates) => {
      const silent = updates.map((update) => ({ ...update, weight: 0 }));
      const { delta } = outcomeOf(subject, windowWith(subject, silent), FLEET);
      expect(delta.map(Math.abs)).toEqual(nothing.delta);
    }),
  );
}

function looksOnly(subject: Subject): void {
  fc.assert(
    fc.property(handWindows, (updates) => {
      const window = windowWith(subject, updates);
      const before = encodePlain(window);
      const first = outcomeOf(subject, window, FLEET);
      expect(encodePlain(window)).toEqual(before);
      const { delta } = subject.result(window, FLEET);
      delta.fill(99);
      expect(outcomeOf(subject, window, FLEET)).toEqual(first);
    }),
  );
}

function isPlainData(subject: Subject): void {
  fc.assert(
    fc.property(handWindows, handWindows, (updates, more) => {
      const straight = windowWith(subject, updates);
      const restored: unknown = decodePlain(encodePlain(straight));
      for (const window of [straight, restored]) {
        subject.clear(window);
        takeInto(subject, window, more);
      }
      expect(outcomeOf(subject, restored, FLEET)).toEqual(outcomeOf(subject, straight, FLEET));
      expect(encodePlain(restored)).toEqual(encodePlain(straight));
    }),
  );
}

function forgets(subject: Subject): void {
  fc.assert(
    fc.property(handWindows, handWindows, (updates, more) => {
      const window = windowWith(subject, updates);
      subject.clear(window);
      if (subject.lasting !== true) {
        expect(encodePlain(window)).toEqual(encodePlain(subject.init(LENGTH, plainKernels)));
      }
      takeInto(subject, window, more);
      const remembered = subject.lasting === true ? [...updates, ...more] : more;
      const fresh = outcomeOf(subject, windowWith(subject, counted(subject, remembered)), FLEET);
      const { delta, scale } = outcomeOf(subject, window, FLEET);
      expect(scale / fresh.scale).toBeCloseTo(1, 12);
      const size = Math.max(...remembered.map(largestTerm));
      delta.forEach((x, i) => {
        expect(Math.abs(x - (fresh.delta[i] ?? Number.NaN))).toBeLessThanOrEqual(1e-10 * size * Math.max(1, scale));
      });
    }),
  );
}

function discards(subject: Subject): void {
  fc.assert(
    fc.property(handWindows, handWindows, handWindows, (published, thrownAway, more) => {
      const [straight, disturbed] = [windowWith(subject, published), windowWith(subject, published)];
      for (const window of [straight, disturbed]) subject.clear(window);
      takeInto(subject, disturbed, thrownAway);
      (subject.discard ?? subject.clear)(disturbed);
      if (subject.lasting !== true) expect(encodePlain(disturbed)).toEqual(encodePlain(straight));
      for (const window of [straight, disturbed]) takeInto(subject, window, more);
      const { delta, scale } = outcomeOf(subject, straight, FLEET);
      const outcome = outcomeOf(subject, disturbed, FLEET);
      expect(outcome.scale).toBe(scale);
      const size = Math.max(...[...published, ...more].map(largestTerm));
      outcome.delta.forEach((x, i) => {
        expect(Math.abs(x - (delta[i] ?? Number.NaN))).toBeLessThanOrEqual(1e-10 * size * Math.max(1, scale));
      });
    }),
  );
}

function largestTerm({ delta, weight }: HandUpdate): number {
  return Math.max(...delta.map((x) => Math.abs(x) * weight));
}
