import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { uniform } from "./uniform.ts";

test("the devices of a uniform fleet are all alike", () => {
  const devices = uniform({ flopsPerSecond: 5 }).devices(4, rootKey(1));
  expect(new Set(devices.map((device) => JSON.stringify(device))).size).toBe(1);
  expect(devices[0]?.flopsPerSecond).toBe(5);
});

test.each(["flopsPerSecond", "uploadBytesPerSecond", "downloadBytesPerSecond"])(
  "a device whose %s is so low that a task would never end is refused",
  (speed) => {
    expect(() => uniform.parse({ [speed]: 1e-306 })).toThrow(`${speed} must be a number ≥ 1`);
    expect(uniform.parse({ [speed]: 1 }).devices(1, rootKey(1))[0]).toMatchObject({ [speed]: 1 });
  },
);
