import { expect, test } from "vitest";
import { chaosRun } from "./chaos-run.ts";

test("a run whose coordinator and clients are killed, whose links are cut and whose clock jumps ends, and loses nothing", async () => {
  const report = await chaosRun({ seed: 3, kills: 4 });
  expect(report.problems).toEqual([]);
  expect(report.kills).toBe(4);
  expect(report.acknowledged).toBeGreaterThan(0);
  expect(report.acknowledged).toBeLessThanOrEqual(report.counted);
}, 180_000);
