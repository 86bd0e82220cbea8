import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixes, stepsOf } from "./steps.ts";

const root = join(import.meta.dirname, "../..");
const steps = stepsOf(root, "tests.json");

test("every step runs scripts that exist", () => {
  const scripts = [...fixes, ...steps.flatMap(({ commands }) => commands)].map(([script]) => script);
  expect(scripts.filter((script) => !existsSync(join(root, script)))).toEqual([]);
});

test("every step has something to run", () => {
  expect(steps.filter(({ commands }) => commands.length === 0)).toEqual([]);
});
