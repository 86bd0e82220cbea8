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

test("devices may say whatever they like: a bounded number of reasons is told apart", () => {
  const failures: FailureTally = new Map();
  for (let reason = 0; reason < 1000; reason++) noteFailure(failures, { reason: `reason ${reason}`, remedy: "" });
  noteFailure(failures, { reason: "reason 5", remedy: "" });
  expect(failures.size).toBe(101);
  expect(failures.get("reason 5")?.times).toBe(2);
  expect(failures.get("other reasons")?.times).toBe(900);
});
