import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRunFolder, runId } from "./run-folder.ts";
import { runStore } from "../store/run-store.ts";
import { sampleStart } from "../store/sample-start.ts";
import { sampleRun } from "./sample-run.ts";

test("a run of which nothing could be measured leaves an empty metrics.jsonl, and its report lists it", async () => {
  const out = await mkdtemp(join(tmpdir(), "potluck-"));
  try {
    const store = runStore(join(out, "store"));
    const folder = openRunFolder({ store, start: sampleStart(), out: join(out, "run"), force: false });
    const result = { ...(await sampleRun()), measurements: [] };
    const place = await folder.finish(result, { report: true });
    expect(place).toEqual({ run: "sample-20310507-080910", path: join(out, "run") });
    expect(await readFile(join(place.path, "metrics.jsonl"), "utf8")).toBe("");
    expect(await readFile(join(place.path, "report.html"), "utf8")).toContain("metrics.jsonl</a> (0\u00a0B)");
  } finally {
    await rm(out, { recursive: true });
  }
});

test("a run is named after its scenario and the time in UTC", () => {
  expect(runId("first-run", new Date("2031-05-07T08:09:10.123Z"))).toBe("first-run-20310507-080910");
});
