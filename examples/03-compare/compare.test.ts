import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "@potluck/cli";
import { expect, test } from "vitest";

test("the hasty plan is ahead in time and loses to three enemies, as the README says", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-compare-"));
  const scenarios = ["patient.json", "hasty.json"].map((name) => fileURLToPath(new URL(name, import.meta.url)));
  let out = "";
  const terminal = { out: (text: string) => (out += text), err: () => undefined, interactive: false, columns: 100 };
  try {
    const report = join(folder, "report.html");
    const words = ["--seeds", "5", "--store", join(folder, "store"), "--out", report];
    expect(await main(["compare", ...scenarios, ...words], terminal)).toBe(0);
    const [, verdicts = ""] = out.split("which enemy each arm loses to");
    const losses = (arm: string): string =>
      verdicts
        .split("at a glance")[0]
        ?.split("\n")
        .find((line) => line.startsWith(`  ${arm} `))
        ?.slice(arm.length + 2) ?? "";
    expect(losses("patient")).toContain("delay (");
    for (const enemy of ["starvation (", "unfair share (", "bottleneck ("]) expect(losses("hasty")).toContain(enemy);
    expect(await readFile(report, "utf8")).toContain("hasty loses to");
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
