import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tiny } from "@potluck/testkit";
import { say, written } from "../sample-command.ts";

let [folder, lossy, sound] = ["", "", ""];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-warnings-"));
  const upload = { name: "top-k", ratio: 0.1 };
  lossy = await written(folder, "lossy.json", { ...tiny, name: "lossy", plan: { ...tiny.plan, upload } });
  sound = await written(folder, "sound.json", tiny);
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const SENTENCE = 'upload "top-k" leaves out what is small';
const warned = { warnings: [{ sentence: expect.stringContaining(SENTENCE), remedy: expect.stringMatching(/\.$/) }] };

test("simulate says before the run what may go wrong, in its result and on its report", async () => {
  const out = join(folder, "run");
  const said = await say("simulate", lossy, "--json", "--workers", "1", "--store", folder, "--out", out);
  expect(said.exitCode).toBe(0);
  expect(said.err).toMatch(/^warning: upload "top-k" leaves out what is small, .*\n {2}Use feedback "error-feedback"/);
  expect(JSON.parse(said.out)).toMatchObject(warned);
  expect(await readFile(join(out, "report.html"), "utf8")).toContain("<strong>Warning</strong>");
});

test("so do runs of the clock alone, and the analysis", async () => {
  const timing = await say("simulate", lossy, "--timing-only", "--json");
  expect(timing.err).toMatch(/^warning: /);
  expect(JSON.parse(timing.out)).toMatchObject(warned);
  expect(JSON.parse((await say("analyse", lossy, "--json")).out)).toMatchObject(warned);
  expect((await say("analyse", lossy)).out).toContain(`- ${SENTENCE}`);
});

test("of a sound plan nothing is said", async () => {
  const timing = await say("simulate", sound, "--timing-only", "--json");
  expect(timing.err).not.toContain("warning");
  expect(JSON.parse(timing.out)).toMatchObject({ warnings: [] });
});
