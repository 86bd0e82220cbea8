import { afterAll, expect, test } from "vitest";
import { chaosRun } from "./chaos-run.ts";
import { fullDiskRun } from "./full-disk.ts";
import { smallDisk } from "./small-disk.ts";

const disk = await smallDisk();
afterAll(async () => (typeof disk === "string" ? undefined : disk.close()));

test("a run whose coordinator and clients are killed, whose links are cut and whose clock jumps ends, and loses nothing", async () => {
  const report = await chaosRun({ seed: 3, kills: 3, versions: 30 });
  expect(report.problems).toEqual([]);
  expect(report.kills).toBe(3);
  expect(report.acknowledged).toBeGreaterThan(0);
  expect(report.acknowledged).toBeLessThanOrEqual(report.counted);
}, 180_000);

test("a run whose disk is full ends when there is room again, and loses nothing", async ({ skip }) => {
  if (typeof disk === "string") return skip(disk);
  const report = await fullDiskRun({ seed: 2, times: 1, versions: 15, disk });
  expect(report.problems).toEqual([]);
  expect(report.filled).toBe(1);
  expect(report.acknowledged).toBeLessThanOrEqual(report.counted);
}, 180_000);
