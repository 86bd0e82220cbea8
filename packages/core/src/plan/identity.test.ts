import fc from "fast-check";
import { expect, test } from "vitest";
import { clientId, taskId } from "./identity.ts";

test("clients and tasks are whole numbers from 0", () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeNat(), fc.double(), fc.maxSafeInteger()), (number) => {
      const fits = Number.isSafeInteger(number) && number >= 0;
      for (const identify of [clientId, taskId]) {
        if (fits) expect(identify(number)).toBe(number);
        else expect(() => identify(number)).toThrow("is a whole number ≥ 0, got");
      }
    }),
  );
});

test("a message says which of the two it is", () => {
  expect(() => clientId(-1)).toThrow("a client is a whole number ≥ 0, got -1");
  expect(() => taskId(0.5)).toThrow("a task is a whole number ≥ 0, got 0.5");
});
