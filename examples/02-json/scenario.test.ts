import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "@potluck/cli";
import { expect, test } from "vitest";

test("the scenario in JSON runs and learns", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-json-"));
  const scenario = fileURLToPath(new URL("scenario.json", import.meta.url));
  let out = "";
  const terminal = { out: (text: string) => (out += text), err: () => undefined, interactive: false, columns: 100 };
  try {
    expect(await main(["simulate", scenario, "--out", join(folder, "run"), "--format", "json"], terminal)).toBe(0);
    const summary: unknown = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "");
    expect(summary).toMatchObject({ rounds: 30, status: "finished" });
    expect(summary).toHaveProperty("scorecard.delay.secondsToTarget", expect.any(Number));
  } finally {
    await rm(folder, { recursive: true });
  }
});
