import { fold, rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { courseOf } from "./course.ts";
import { sampleDevice as device } from "@potluck/testkit";

test("a task takes the latency each way, and operations over speed", () => {
  expect(courseOf(device, { flops: 3e9, turn: 0 }, rootKey(1))).toEqual({
    downLatencySeconds: 0.5,
    upLatencySeconds: 0.5,
    computeSeconds: 3,
    mishap: null,
  });
});

test("tasks fail as often as the failure rate says, while the device computes", () => {
  const failing = { ...device, failureRate: 0.25 };
  const courses = Array.from({ length: 2000 }, (_, i) =>
    courseOf(failing, { flops: 1e9, turn: 0 }, fold(rootKey(3), i)),
  );
  const failures = courses.flatMap(({ mishap }) => (mishap?.kind === "failure" ? [mishap.afterSeconds] : []));
  expect(failures.length / courses.length).toBeCloseTo(0.25, 1);
  expect(Math.min(...failures)).toBeGreaterThan(0);
  expect(Math.max(...failures)).toBeLessThan(1);
});

test("tasks are dropped out of as often as the dropout rate says; of two mishaps the earlier comes about", () => {
  const both = { ...device, failureRate: 0.5, dropoutRate: 0.5 };
  const courses = Array.from({ length: 4000 }, (_, i) => courseOf(both, { flops: 1e9, turn: 0 }, fold(rootKey(6), i)));
  const share = (kind: "failure" | "dropout" | undefined): number =>
    courses.filter(({ mishap }) => mishap?.kind === kind).length / courses.length;
  // alone 0.5 · 0.5, and half of the 0.5 · 0.5 in which both are drawn; a standard error of at most √(0.25 / 4000) = 0.008
  expect(Math.abs(share("failure") - 0.375)).toBeLessThan(0.03);
  expect(Math.abs(share("dropout") - 0.375)).toBeLessThan(0.03);
  expect(Math.abs(share(undefined) - 0.25)).toBeLessThan(0.03);
  // The first of two uniform instants has mean 1/3, a single one 1/2: (0.25 · 1/2 + 0.125 · 1/3) / 0.375 = 4/9.
  const dropouts = courses.flatMap(({ mishap }) => (mishap?.kind === "dropout" ? [mishap.afterSeconds] : []));
  expect(dropouts.reduce((sum, after) => sum + after, 0) / dropouts.length).toBeCloseTo(4 / 9, 1);
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
