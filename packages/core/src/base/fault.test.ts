import { expect, test } from "vitest";
import { Fault, faultCodes } from "./fault.ts";

test("a fault carries its code, what was wrong and what to do", () => {
  const fault = new Fault("file-missing", 'there is no "a.json"', "Check the path.");
  expect(fault).toBeInstanceOf(Error);
  expect(fault).toMatchObject({
    name: "Fault",
    code: "file-missing",
    message: 'there is no "a.json"',
    remedy: "Check the path.",
  });
});

test("every code is kebab-case and stands for a case in words", () => {
  const codes = Object.entries(faultCodes);
  expect(codes.length).toBeGreaterThan(5);
  for (const [code, about] of codes) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/u);
    expect(about).toMatch(/^\S.* .*\S$/u);
  }
});
