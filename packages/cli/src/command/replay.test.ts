import { tiny } from "@potluck/testkit";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { say, written } from "../sample-command.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

test("where there is no run nothing is made", async () => {
  const nowhere = join(folder, "nowhere");
  const replayed = await say("replay", nowhere, "--json");
  expect(replayed.exitCode).toBe(1);
  expect(JSON.parse(replayed.out)).toMatchObject({ error: { code: "run-missing" } });
  expect(existsSync(nowhere)).toBe(false);
});

/** Devices of different speed, so that nobody knows the order of arrivals before. */
const common = {
  ...tiny,
  partition: { name: "iid", clients: 3 },
  fleet: { name: "tiers", slowdowns: [1, 2, 3], flopsPerSecond: 2e6 },
};
const work = { epochs: 1, batchSize: 8 };
const solver = { name: "sgd", learningRate: 0.1 };

test.each([
  ["rounds", { pacing: { name: "rounds", cohort: 2 }, solver, work, versions: 6 }],
  ["fed-async", { pacing: { name: "fed-async", concurrency: 3 }, solver, work, versions: 12 }],
  [
    "fed-fix with error feedback",
    {
      pacing: { name: "fed-fix", intervalSeconds: 0.3 },
      solver,
      work,
      feedback: { name: "error-feedback" },
      upload: { name: "top-k", ratio: 0.3 },
      versions: 6,
    },
  ],
  [
    "fed-buff with changes of the model",
    {
      pacing: { name: "fed-buff", updates: 2, concurrency: 3 },
      solver,
      work,
      download: { name: "changes", codec: { name: "top-k", ratio: 0.2 } },
      versions: 8,
    },
  ],
])(
  "a simulation that is told what arrived in a live run, and when, comes to the same model: %s",
  async (_, plan) => {
    const file = await written(folder, "live.json", { ...common, name: "arrivals", plan });
    const kept = join(folder, "kept");
    const live = await say("live", file, "--store", join(folder, "store"), "--folder", kept, "--json");
    expect(live.exitCode).toBe(0);
    const { modelHash, bytesUp, bytesDown } = JSON.parse(live.out);
    // Updates go up whole in that plan: what goes down is less only where it is changes that do.
    if ("download" in plan) expect(bytesDown).toBeLessThan(0.8 * bytesUp);
    const replayed = await say("replay", kept, "--train", "--json");
    expect(JSON.parse(replayed.out)).toMatchObject({ modelHash, retrained: { modelHash, isSame: true } });
  },
  60_000,
);
