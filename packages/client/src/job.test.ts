import { crossEntropy } from "@potluck/engine";
import { expect, test } from "vitest";
import { jobIn } from "./job.ts";

const MODEL = { sha256: "ab".repeat(32), bytes: 12 };
const objective = crossEntropy().part;

test("a description says what is trained", () => {
  const job = jobIn(JSON.stringify({ name: "digits", model: MODEL, objective, later: 1 }));
  expect(job).toMatchObject({ name: "digits", model: MODEL });
  expect(job.objective.part).toEqual(objective);
});

test.each([
  ["no JSON", "{"],
  ["no object", "7"],
  ["no name", JSON.stringify({ model: MODEL, objective })],
  ["no model", JSON.stringify({ name: "digits", objective })],
  ["a model without a size", JSON.stringify({ name: "digits", model: { sha256: "ab" }, objective })],
  ["no objective", JSON.stringify({ name: "digits", model: MODEL })],
  [
    "options that are objects",
    JSON.stringify({ name: "digits", model: MODEL, objective: { ...objective, options: { a: {} } } }),
  ],
])("%s is a fault of the coordinator", (_, text) => {
  expect(() => jobIn(text)).toThrow("nothing that is understood here");
});
