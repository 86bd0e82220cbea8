import fc from "fast-check";
import { expect, test } from "vitest";
import { pauseAfter } from "./back-off.ts";

test("pauses double up to half a minute, and are drawn between half and all of that", () => {
  const failures = fc.integer({ min: 1, max: 100 });
  fc.assert(
    fc.property(failures, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (after, drawn) => {
      const due = Math.min(30, 0.5 * 2 ** (after - 1));
      expect(pauseAfter(after, drawn)).toBeGreaterThanOrEqual(due / 2);
      expect(pauseAfter(after, drawn)).toBeLessThanOrEqual(due);
    }),
  );
});
