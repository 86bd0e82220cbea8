import { stalenessConformance } from "@potluck/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { constant } from "./constant.ts";

stalenessConformance(constant());

test("an update counts in full however old it is", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (age) => {
      expect(constant().discount(age)).toBe(1);
    }),
  );
});

test("it has no options", () => {
  expect(constant().part).toEqual({ room: "staleness", name: "constant", options: {} });
  expect(() => constant.parse({ exponent: 0 })).toThrow('staleness "constant" has no option "exponent"');
});
