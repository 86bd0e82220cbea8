import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRunFolder, runId } from "./run-folder.ts";
import { sampleRun, sampleScenario } from "./sample-run.ts";

test("a run of which nothing could be measured leaves an empty metrics.jsonl, and its report lists it", async () => {
  const out = await mkdtemp(join(tmpdir(), "potluck-"));
  try {
    const folder = openRunFolder({ run: "sample-1", out, force: false });
    const result = { ...(await sampleRun()), measurements: [] };
    const place = await folder.finish({ scenario: sampleScenario(), result, command: "potluck" });
    expect(place).toEqual({ run: "sample-1", path: out });
    expect(await readFile(join(out, "metrics.jsonl"), "utf8")).toBe("");
    expect(await readFile(join(out, "report.html"), "utf8")).toContain("metrics.jsonl</a> (0\u00a0B)");
  } finally {
    await rm(out, { recursive: true });
  }
});

test("a run is named after its scenario and the time in UTC", () => {
  expect(runId("first-run", new Date("2031-05-07T08:09:10.123Z"))).toBe("first-run-20310507-080910");
});
