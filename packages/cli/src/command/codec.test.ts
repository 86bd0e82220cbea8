import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tiny } from "@potluck/testkit";
import { say } from "../sample-command.ts";

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
  expect(out).toMatch(/^accuracy: the mean of 5 seeds ± their standard deviation$/m);
  expect(out).toMatch(/^Use ".*": it sends least within 100 points of accuracy\.$/m);
  expect(out).toMatch(/^difference: from "as it is", seed by seed, with the 95% interval of its mean$/m);
  expect(out).toMatch(/^a hundredth, kept +.*% ± [\d.]+ +[+−]?[\d.]+ \([+−]?[\d.]+ to [+−]?[\d.]+\)/m);
  const report = /^report {2}(.*)$/m.exec(out)?.[1] ?? "";
  expect(await readFile(report, "utf8")).toContain("Accuracy at the end against bytes");
  // The runs are there: nothing is trained again.
  const again = await say(...words, "--json");
  const told: unknown = JSON.parse(again.out);
  expect(told).toMatchObject({ status: "finished", baseline: "as it is", refused: [] });
  expect(told).toHaveProperty("ways.10.isOnFront");
}, 120_000);

test("what may be lost is a number", async () => {
  const { file } = await scenarioFile();
  expect((await say("codec", "tune", file, "--loss", "x")).err).toContain("It must be a number ≥ 0.");
});

test("a plan that already loses something is measured against whole float32, and its target ends no run", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-codec-"));
  const file = join(folder, "scenario.json");
  const plan = { ...tiny.plan, upload: { name: "sign" }, feedback: { name: "error-feedback" } };
  await writeFile(file, JSON.stringify({ ...tiny, plan, targetAccuracy: 0.01, stopAtTarget: true }));
  const store = ["--store", join(folder, "runs"), "--workers", "1"];
  const { out } = await say("codec", "tune", file, "--seeds", "1", "--loss", "1", ...store, "--json");
  const told: unknown = JSON.parse(out);
  expect(told).toMatchObject({ baseline: "whole" });
  expect(told).toHaveProperty("ways.0.name", "whole");
  expect(told).toHaveProperty("ways.1.name", "as it is");
  // Three versions in rounds of three clients, both ways, in place of one that reaches the target at once: (5·8 + 8 + 8·3 + 3) floats.
  expect(told).toHaveProperty("ways.0.bytes", 3 * 3 * 2 * 75 * 4);
}, 120_000);

test("coded gradients, and more accuracy than there is, are refused", async () => {
  const { file } = await scenarioFile();
  expect((await say("codec", "tune", file, "--loss", "5")).err).toContain("500 points of accuracy, and there are 100");
  const folder = await mkdtemp(join(tmpdir(), "potluck-codec-"));
  const coded = join(folder, "coded.json");
  const plan = { coding: { name: "uncoded" }, models: [{ name: "sgd" }], jobs: 3 };
  await writeFile(coded, JSON.stringify({ ...tiny, partition: { name: "replicated", clients: 6 }, plan }));
  const { err } = await say("codec", "tune", coded);
  expect(err).toContain("coded gradients are put together exactly");
});
