import { expect, test } from "vitest";
import { checkParameterCount, MAX_PARAMETERS } from "./capacity.ts";

test("a model of the largest size passes, and one more parameter is refused with count, limit and remedy", () => {
  const check = (count: number) => (): void => checkParameterCount(count, "option-invalid", "units 7 give", "Use 6.");
  expect(check(MAX_PARAMETERS)).not.toThrow();
  expect(check(MAX_PARAMETERS + 1)).toThrow(
    expect.objectContaining({
      code: "option-invalid",
      message: "units 7 give 268435457 parameters, and 268435456 is the most",
      remedy: "Use 6.",
    }),
  );
});

test("the largest model fits into an ONNX file, and a float64 sum of it into a WebAssembly memory", () => {
  expect(4 * MAX_PARAMETERS).toBeLessThan(2 ** 31);
  expect(8 * MAX_PARAMETERS).toBeLessThan(2 ** 32);
});
