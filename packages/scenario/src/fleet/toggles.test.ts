import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { togglesOfAll } from "./toggles.ts";

/** Whether what these instants toggle is on at `instant`. */
function isOn(toggles: Float64Array, instant: number): boolean {
  return toggles.filter((toggle) => toggle <= instant).length % 2 === 1;
}

const PERIOD = 40;

/** Whole instants from 0 to the end of a period, so that many coincide. */
const record = fc
  .uniqueArray(fc.integer({ min: 0, max: PERIOD }), { maxLength: 12 })
  .map((instants) => Float64Array.from(instants).sort());
const repeating = record.map((toggles) => toggles.slice(0, 2 * (toggles.length >> 1)));

describe("what several records have in common", () => {
  test("is on exactly while all of them are, at every instant", () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
        const both = togglesOfAll(records);
        for (let instant = -0.5; instant <= PERIOD + 1; instant += 0.5) {
          expect(isOn(both, instant)).toBe(records.every((one) => isOn(one, instant)));
        }
      }),
    );
  });

  test("toggles in ascending order, each time for good", () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), (records) => {
        const both = togglesOfAll(records);
        expect(both.every((toggle, at) => at === 0 || toggle > (both[at - 1] ?? 0))).toBe(true);
      }),
    );
  });

  test("is off at the end of a period if each of them is, and goes on beyond it like them", () => {
    fc.assert(
      fc.property(fc.array(repeating, { minLength: 1, maxLength: 4 }), (records) => {
        const both = togglesOfAll(records);
        expect(both.length % 2).toBe(0);
        expect(both.at(-1) ?? 0).toBeLessThanOrEqual(PERIOD);
        for (let instant = 0; instant < 3 * PERIOD; instant += 0.5) {
          expect(isOn(both, instant % PERIOD)).toBe(records.every((one) => isOn(one, instant % PERIOD)));
        }
      }),
    );
  });

  test("does not depend on their order, and of one record is that record", () => {
    fc.assert(
      fc.property(record, record, (one, other) => {
        expect(togglesOfAll([one, other])).toEqual(togglesOfAll([other, one]));
        expect(togglesOfAll([one])).toEqual(one);
      }),
    );
  });
});
