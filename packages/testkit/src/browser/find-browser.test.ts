import { afterEach, expect, test, vi } from "vitest";
import { findBrowser } from "./find-browser.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a browser that is named comes before those that are found", () => {
  vi.stubEnv("POTLUCK_BROWSER", import.meta.filename);
  expect(findBrowser()).toBe(import.meta.filename);
});

test("a browser that is named but not there is not used", () => {
  vi.stubEnv("POTLUCK_BROWSER", `${import.meta.dirname}/nowhere`);
  expect(findBrowser() ?? "").not.toContain("nowhere");
});
