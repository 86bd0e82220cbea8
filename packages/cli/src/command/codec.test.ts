import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { say, tiny } from "../sample-command.ts";

async function scenarioFile(plan: object = {}): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-codec-"));
  const file = join(folder, "scenario.json");
  await writeFile(file, JSON.stringify({ ...tiny, plan: { ...tiny.plan, ...plan } }));
  return { folder, file };
}

test("ways to send less are tried on the same seeds, and the one with the fewest bytes that is good enough is proposed", async () => {
  const { folder, file } = await scenarioFile();
  const words = ["codec", "tune", file, "--loss", "1", "--store", join(folder, "runs"), "--workers", "1"];
  const { exitCode, out } = await say(...words);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^as it is +[\d.]+\skB +1x/m);
  expect(out).toMatch(/^float16, both ways +[\d.]+\skB +1\.5x/m);
  expect(out).toMatch(/^Use ".*": it sends least within 100 points of accuracy\.$/m);
  const report = /^report {2}(.*)$/m.exec(out)?.[1] ?? "";
  expect(await readFile(report, "utf8")).toContain("Accuracy at the end against bytes");
  // The runs are there: nothing is trained again.
  const again = await say(...words, "--json");
  const told: unknown = JSON.parse(again.out);
  expect(told).toMatchObject({ status: "finished", refused: [] });
  expect(told).toHaveProperty("ways.10.isOnFront");
}, 120_000);

test("what may be lost is a number", async () => {
  const { file } = await scenarioFile();
  expect((await say("codec", "tune", file, "--loss", "x")).err).toContain("It must be a number ≥ 0.");
});
