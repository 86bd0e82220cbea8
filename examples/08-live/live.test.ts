import { rehearse } from "@potluck/cli";
import { replayRun } from "@potluck/server";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import live from "./plan.ts";

test("six processes train, nobody is left out, and the journal leads to the same model", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-"));
  try {
    const scenario = { ...live, targetAccuracy: 0.8 };
    const result = await rehearse({ scenario, seed: 1, folder });
    expect(result.status).toBe("finished");
    expect(result.measurements.at(-1)?.testAccuracy).toBeGreaterThanOrEqual(0.8);
    expect(result.clients.map(({ timesUsed }) => timesUsed > 0)).toEqual(Array.from({ length: 6 }, () => true));
    expect(await replayRun(folder)).toMatchObject({ modelHash: result.modelHash, sameAsRestored: true });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
