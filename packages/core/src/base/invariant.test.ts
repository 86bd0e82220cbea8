import { expect, test } from "vitest";
import { Fault } from "./fault.ts";
import { invariant, InvariantViolation, present, unreachable } from "./invariant.ts";

test("an invariant that holds says nothing; one that does not is loud", () => {
  expect(() => {
    invariant(true, "order");
  }).not.toThrow();
  expect(() => {
    invariant(false, "order");
  }).toThrow(new InvariantViolation("order"));
});

test("a bug is not a fault", () => {
  expect(new InvariantViolation("x")).not.toBeInstanceOf(Fault);
  expect(new InvariantViolation("x").name).toBe("InvariantViolation");
});

test.each([0, "", false, Number.NaN])("%j is present", (value) => {
  expect(present(value, "it")).toBe(value);
});

test.each([null, undefined])("%j is missing, and the message says what", (value) => {
  expect(() => present(value, "the account of client 3")).toThrow("the account of client 3 is missing");
});

test("a case that the types rule out is reported with its value", () => {
  // @ts-expect-error -- the point: no value has this type.
  expect(() => unreachable({ kind: "new" })).toThrow('unexpected case: {"kind":"new"}');
});
