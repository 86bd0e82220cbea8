import { expect, test } from "vitest";
import { endingText, type FailureTally, noteFailure, noteInvalid } from "./ending.ts";

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

const gaveUp = { status: "stalled", reason: "100 rounds in a row ended with fewer than 3 updates" } as const;

/** Failures of training, of updates and of devices, so many each. */
function tallyOf(trained: number, sent: number, devices: number): FailureTally {
  const failures: FailureTally = new Map();
  const note = (times: number, reason: string): void => {
    for (let time = 0; time < times; time++) noteFailure(failures, { reason, remedy: "Mend it." });
  };
  note(trained, "training left the finite numbers, as seen in step 2 of 4");
  note(sent, "the update holds numbers that are not finite");
  note(devices, "the device left");
  return failures;
}

test("a plan that gave up since nothing finite came of most tasks is told as training that diverged", () => {
  expect(endingText(gaveUp, tallyOf(5, 2, 6))).toBe(
    "training diverged: 7 of 13 failures are of numbers that are not finite; 100 rounds in a row ended with fewer than 3 updates; " +
      "6 of 13 failures: the device left. Mend it",
  );
});

test("other failures, and models that are known to have diverged, are told as they are", () => {
  expect(endingText(gaveUp, tallyOf(3, 2, 5))).toBe(`${gaveUp.reason}; 5 of 10 failures: the device left. Mend it`);
  const diverged = {
    status: "stalled",
    reason: "the model diverged: its held-out loss is not a finite number",
  } as const;
  expect(endingText(diverged, tallyOf(9, 0, 0))).toMatch(/^the model diverged: [^;]*; 9 of 9 failures: training left/u);
  expect(endingText({ ...gaveUp, status: "finished" }, tallyOf(9, 0, 0))).toBe(gaveUp.reason);
  expect(endingText(gaveUp, new Map())).toBe(gaveUp.reason);
});
