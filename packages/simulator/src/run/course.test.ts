import { fold, rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { courseOf } from "./course.ts";
import { sampleDevice as device } from "../fleet/sample-device.ts";

test("a task takes the latency each way, and operations over speed", () => {
  expect(courseOf(device, { flops: 3e9, turn: 0 }, rootKey(1))).toEqual({
    downLatencySeconds: 0.5,
    upLatencySeconds: 0.5,
    computeSeconds: 3,
    failsAfterSeconds: null,
  });
});

test("tasks fail as often as the failure rate says, while the device computes", () => {
  const failing = { ...device, failureRate: 0.25 };
  const courses = Array.from({ length: 2000 }, (_, i) =>
    courseOf(failing, { flops: 1e9, turn: 0 }, fold(rootKey(3), i)),
  );
  const failures = courses.map(({ failsAfterSeconds }) => failsAfterSeconds).filter((after) => after !== null);
  expect(failures.length / courses.length).toBeCloseTo(0.25, 1);
  expect(Math.min(...failures)).toBeGreaterThan(0);
  expect(Math.max(...failures)).toBeLessThan(1);
});

test("the way there and the way back are delayed by chance, each by its own", () => {
  const { downLatencySeconds, upLatencySeconds } = courseOf(
    { ...device, latencyJitter: 0.4 },
    { flops: 1, turn: 0 },
    rootKey(5),
  );
  expect(downLatencySeconds).not.toBe(upLatencySeconds);
});

test("a task's course depends on its key and its turn alone", () => {
  const noisy = { ...device, computeNoise: 0.3, latencyJitter: 0.2, failureRate: 0.5 };
  const cost = { flops: 1e9, turn: 3 };
  expect(courseOf(noisy, cost, rootKey(4))).toEqual(courseOf(noisy, cost, rootKey(4)));
});
