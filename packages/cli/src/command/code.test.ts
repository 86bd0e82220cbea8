import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { say } from "../sample-command.ts";

/** A file of times: 12 workers, 24 rounds, at some load; worker r of round r is slow. */
async function timesFile(load: number | null, slow: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "potluck-code-"));
  const file = join(folder, "times.json");
  const seconds = Array.from({ length: 24 }, (_, round) =>
    Array.from({ length: 12 }, (__, worker) => (worker === (5 * round) % 12 ? slow : 1) + 2 * (load ?? 1 / 12)),
  );
  await writeFile(file, JSON.stringify({ ...(load !== null && { normalised_load: load }), seconds }));
  return file;
}

test("a code is chosen for workers that are slow in turn, and told with what it takes on other rounds", async () => {
  const { exitCode, out } = await say("code", "tune", await timesFile(0, 6), "--seconds-per-load", "2");
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^uncoded +0\.0833 +0 +6\.17 s +6\.17 s +100% +100%$/m);
  expect(out).toMatch(
    /^(Plain gradient-coding \(tolerated \d+\) is enough|Use (sr|m)-sgc \(.*\)): \d+\.\d% of the time is saved/m,
  );
});

test("a file that does not say its load is of rounds without a code, or of what one is told", async () => {
  const file = await timesFile(null, 6);
  const { out } = await say("code", "tune", file, "--seconds-per-load", "2");
  expect(out).toContain("recorded at a load of 0.0833, as without a code: the file does not say (--load)");
  expect(out).toMatch(/^uncoded +0\.0833 +0 +6\.17 s +6\.17 s/m);
  const told = await say("code", "tune", file, "--seconds-per-load", "2", "--load", "0");
  expect(told.out).toMatch(/^recorded at a load of 0$/m);
  expect(told.out).toMatch(/^uncoded +0\.0833 +0 +6\.33 s +6\.33 s/m);
  expect((await say("code", "tune", file, "--load", "2")).err).toContain("It must be a number from 0 to 1");
});

test("where nobody is slow it is said not to code", async () => {
  const { out } = await say("code", "tune", await timesFile(0, 1), "--seconds-per-load", "2");
  expect(out).toContain("Do not code: without a code a job is expected to take no longer.");
  const { out: json } = await say("code", "tune", await timesFile(0, 1), "--seconds-per-load", "2", "--json");
  expect(JSON.parse(json)).toHaveProperty("advice", "do-not-code");
});

test("what a load costs is read from files of different loads, and programs are told all of it", async () => {
  const files = [await timesFile(0.5, 6), await timesFile(0, 6)];
  const { out } = await say("code", "tune", ...files, "--json");
  const told: unknown = JSON.parse(out);
  expect(out).toMatch(/^\{"secondsPerLoad":(2|1\.9{9}\d*|2\.0{9}\d*),/);
  expect(told).toHaveProperty("best.coding.name");
  expect(told).toHaveProperty("advice", "code");
});

test("of one load nothing can be read, and what is malformed is named", async () => {
  const file = await timesFile(0, 1);
  const { exitCode, err } = await say("code", "tune", file);
  expect(exitCode).not.toBe(0);
  expect(err).toContain("Give --seconds-per-load");
  await writeFile(file, '{ "normalised_load": 3, "seconds": [[1]] }');
  expect((await say("code", "tune", file, "--seconds-per-load", "1")).err).toContain("normalised_load must be");
  expect((await say("code", "tune", file, "--seconds-per-load", "x")).err).toContain("It must be a number");
});
