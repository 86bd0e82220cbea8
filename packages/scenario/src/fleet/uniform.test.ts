import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { uniform } from "./uniform.ts";

test("the devices of a uniform fleet are all alike, one and the same object", async () => {
  const devices = await uniform({ flopsPerSecond: 5 }).devices(4, rootKey(1));
  expect(new Set(devices).size).toBe(1);
  expect(devices[0]?.flopsPerSecond).toBe(5);
});

test.each(["flopsPerSecond", "uploadBytesPerSecond", "downloadBytesPerSecond"])(
  "a device whose %s is so low that a task would never end is refused",
  async (speed) => {
    expect(() => uniform.parse({ [speed]: 1e-306 })).toThrow(`${speed} must be a number ≥ 1`);
    const [device] = await uniform.parse({ [speed]: 1 }).devices(1, rootKey(1));
    expect(device).toMatchObject({ [speed]: 1 });
  },
);

test("devices are always online and have memory for everything, unless it is said otherwise", async () => {
  const [device] = await uniform().devices(1, rootKey(1));
  expect(device).toMatchObject({ memoryBytes: null, availability: { kind: "always" } });
  const [other] = await uniform({ memoryBytes: 1e9, meanOnlineSeconds: 60, meanOfflineSeconds: 600 }).devices(
    1,
    rootKey(1),
  );
  expect(other).toMatchObject({
    memoryBytes: 1e9,
    availability: { kind: "on-off", meanOnlineSeconds: 60, meanOfflineSeconds: 600 },
  });
});

test.each(["Online", "Offline"])("mean%sSeconds alone is refused", (state) => {
  expect(() => uniform.parse({ [`mean${state}Seconds`]: 60 })).toThrow(
    `has mean${state}Seconds, but no mean${state === "Online" ? "Offline" : "Online"}Seconds`,
  );
});
