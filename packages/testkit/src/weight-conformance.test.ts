import { participation, staleness } from "@potluck/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { attendances, participationConformance, stalenessConformance } from "./weight-conformance.ts";

let asked = 0;
const constant = staleness.constant();
stalenessConformance({
  ...constant,
  discount: (age) => {
    asked += 1;
    return constant.discount(age);
  },
});

let corrected = 0;
const uncorrected = participation.uncorrected();
participationConformance({
  ...uncorrected,
  correction: (state, attendance) => {
    corrected += 1;
    return uncorrected.correction(state, attendance);
  },
});

test("the laws have asked the parts", () => {
  expect(asked).toBeGreaterThan(100);
  expect(corrected).toBeGreaterThan(100);
});

test("versions never fall, and some updates share one", () => {
  fc.assert(
    fc.property(attendances, (updates) => {
      const versions = updates.map(({ version }) => version);
      expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    }),
  );
  const shared = fc
    .sample(attendances, 100)
    .some((updates) => new Set(updates.map((u) => u.version)).size < updates.length);
  expect(shared).toBe(true);
});
