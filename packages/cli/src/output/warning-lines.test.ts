import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { tiny } from "@potluck/testkit";
import { z } from "zod";
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

test("a run that is done again is warned of once more", async () => {
  const store = ["--store", join(folder, "again")];
  await say("simulate", lossy, "--json", "--workers", "1", ...store);
  const said = await say("rerun", "lossy", "--json", "--workers", "1", ...store);
  expect(said.err).toMatch(/^warning: upload "top-k"/);
  expect(JSON.parse(said.out)).toMatchObject({ ...warned, same: true });
});

test("a comparison says each warning once, with its arms, in its object and on its page", async () => {
  const store = ["--store", join(folder, "compared"), "--seeds", "1", "--workers", "1"];
  const said = await say("compare", sound, lossy, "--json", ...store);
  expect(said.err).toMatch(/^warning \(lossy\): upload "top-k" leaves out what is small, .*\n {2}Use feedback/);
  const told = z.object({ warnings: z.unknown(), report: z.string() }).parse(JSON.parse(said.out));
  expect(told.warnings).toMatchObject([{ ...warned.warnings[0], arms: ["lossy"] }]);
  expect(await readFile(told.report, "utf8")).toContain("<strong>Warning</strong> (lossy): upload");
});

test("so does a sweep, which names no arms where all of them are meant", async () => {
  const store = ["--store", join(folder, "swept"), "--seeds", "1", "--workers", "1"];
  const said = await say("sweep", lossy, "--set", "plan.solver.learningRate=0.1,0.2", "--json", ...store);
  expect(said.err.split("warning")).toHaveLength(2);
  expect(said.err).toMatch(/^warning: upload "top-k"/);
  const arms = ["learningRate=0.1", "learningRate=0.2"];
  expect(JSON.parse(said.out)).toMatchObject({
    warnings: [{ ...warned.warnings[0], arms: expect.arrayContaining(arms) }],
  });
});

test("live and hosted runs are warned of before they begin", async () => {
  const store = ["--store", join(folder, "live")];
  for (const words of [["live"], ["serve", "--port", "0"]]) {
    const listeners = process.listenerCount("SIGINT");
    const running = say(...words, lossy, ...store);
    // The run listens for interrupts once it has told its warnings.
    await expect.poll(() => process.listenerCount("SIGINT")).toBe(listeners + 1);
    process.emit("SIGINT");
    const { err, exitCode } = await running;
    expect(exitCode).toBe(130);
    expect(err).toMatch(/^warning: upload "top-k"/);
  }
}, 60_000);

test("of a sound plan nothing is said", async () => {
  const timing = await say("simulate", sound, "--timing-only", "--json");
  expect(timing.err).not.toContain("warning");
  expect(JSON.parse(timing.out)).toMatchObject({ warnings: [] });
});
