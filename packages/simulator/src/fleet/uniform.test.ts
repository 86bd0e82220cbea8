import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { uniform } from "./uniform.ts";

test("the devices of a uniform fleet are all alike", () => {
  const devices = uniform({ flopsPerSecond: 5 }).devices(4, rootKey(1));
  expect(new Set(devices.map((device) => JSON.stringify(device))).size).toBe(1);
  expect(devices[0]?.flopsPerSecond).toBe(5);
});
