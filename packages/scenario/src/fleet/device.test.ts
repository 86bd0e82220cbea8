import { fold, rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { computeSecondsOf, type Device, latencyOf } from "./device.ts";
import { sampleDevice as device } from "@potluck/testkit";

test("computing times vary with the given spread and a median of one", () => {
  const noisy = { ...device, computeNoise: 0.3 };
  const logarithms = Array.from({ length: 2000 }, (_, i) =>
    Math.log(computeSecondsOf(noisy, { flops: 1e9, turn: 0 }, fold(rootKey(2), i))),
  );
  const mean = logarithms.reduce((sum, x) => sum + x, 0) / logarithms.length;
  const variance = logarithms.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logarithms.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.sqrt(variance)).toBeCloseTo(0.3, 1);
});

test("latencies vary with the given spread around the device's own", () => {
  const jittery = { ...device, latencyJitter: 0.4 };
  const latencies = Array.from({ length: 2000 }, (_, i) => latencyOf(jittery, fold(rootKey(5), i), "x"));
  const logarithms = latencies.map((latency) => Math.log(latency / 0.5));
  const mean = logarithms.reduce((sum, x) => sum + x, 0) / logarithms.length;
  const variance = logarithms.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logarithms.length;
  // the mean of 2000 has a standard error of 0.4 / √2000 = 0.009
  expect(Math.abs(mean)).toBeLessThan(0.04);
  expect(Math.sqrt(variance)).toBeCloseTo(0.4, 1);
  expect(latencyOf(device, rootKey(5), "x")).toBe(0.5);
});

test("recorded times are taken one for each task, and begin again after the last", () => {
  const recorded: Device = { ...device, taskTimes: { kind: "whole", seconds: Float64Array.of(1, 5, 2) } };
  const times = Array.from({ length: 7 }, (_, turn) => computeSecondsOf(recorded, { flops: 9e9, turn }, rootKey(6)));
  expect(times).toEqual([1, 5, 2, 1, 5, 2, 1]);
});

test("recorded slowdowns multiply computing", () => {
  const slowed: Device = { ...device, taskTimes: { kind: "slowdown", factors: Float64Array.of(1, 5) } };
  // 3e9 operations at 1e9 a second take 3 s, and the second task five times as long
  expect(computeSecondsOf(slowed, { flops: 3e9, turn: 1 }, rootKey(6))).toBe(15);
  expect(computeSecondsOf(slowed, { flops: 3e9, turn: 2 }, rootKey(6))).toBe(3);
});

test("recorded delays come on top of computing", () => {
  const delayed: Device = { ...device, taskTimes: { kind: "delay", seconds: Float64Array.of(1, 5) } };
  // 5 s and 3e9 operations at 1e9 a second
  expect(computeSecondsOf(delayed, { flops: 3e9, turn: 1 }, rootKey(6))).toBe(8);
});
