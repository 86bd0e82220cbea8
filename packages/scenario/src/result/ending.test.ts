import { expect, test } from "vitest";
import { type FailureTally, noteFailure, noteInvalid } from "./ending.ts";

test("updates that are refused as invalid are counted among the failures, with what to do where a model diverges", () => {
  const failures: FailureTally = new Map();
  noteFailure(failures, { reason: "the device left", remedy: "Ask more clients." });
  noteInvalid(failures, "the update holds numbers that are not finite");
  noteInvalid(failures, "the update holds numbers that are not finite");
  expect(failures.get("the device left")?.times).toBe(1);
  expect(failures.get("the update holds numbers that are not finite")).toEqual({
    times: 2,
    remedy: "Where numbers are not finite, the model diverges: lower the learning rate.",
  });
});
