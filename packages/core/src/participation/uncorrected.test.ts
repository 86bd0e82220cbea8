import { attendances, participationConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { uncorrected } from "./uncorrected.ts";

participationConformance(uncorrected());

test("an update counts the same however often its client is heard", () => {
  const part = uncorrected();
  fc.assert(
    fc.property(attendances, (updates) => {
      const state = part.init();
      expect(state).toBe(null);
      for (const update of updates) expect(part.correction(state, update)).toBe(1);
    }),
  );
});

test("it has no options", () => {
  expect(uncorrected().part).toEqual({ room: "participation", name: "uncorrected", options: {} });
  expect(() => uncorrected.parse({ cutOff: 1 })).toThrow('participation "uncorrected" has no option "cutOff"');
});
