import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { main } from "../main.ts";
import { tiny } from "@potluck/testkit";
import { written } from "../sample-command.ts";

const hasty = fileURLToPath(new URL("../../../../examples/03-compare/hasty.json", import.meta.url));

async function run(
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let [out, err] = ["", ""];
  const terminal = {
    out: (text: string) => (out += text),
    err: (text: string) => (err += text),
    interactive: false,
    columns: 100,
  };
  const code = await main(words, terminal);
  return { code, out, err };
}

test("says who would count how much, what would wait, what is wrong and what to do about it", async () => {
  const { code, out } = await run("analyse", hasty);
  expect(code).toBe(0);
  expect(out).toMatch(/^hasty: \d+ versions in .* of virtual time; only the clock ran$/m);
  expect(out).toMatch(/^updates +[\d,]+ an hour, in [\d,]+ versions$/m);
  expect(out).toMatch(/^staleness +mean 0, median 0, 95% 0, at most 0 versions$/m);
  expect(out).toMatch(/^objective +\d+\.\d% of the pull to the wrong clients; chance alone: \d+\.\d%$/m);
  expect(out).toMatch(/^tier +clients +asked +realised +updates an hour each +idle$/m);
  // Twelve are asked and the first six count: the slow third is heard least.
  const shares = ["1x", "10x"].map((tier) => new RegExp(`^${tier} +\\d+ +([\\d.]+)% +([\\d.]+)%`, "m").exec(out));
  expect(Number(shares[0]?.[2])).toBeGreaterThan(Number(shares[0]?.[1]));
  expect(Number(shares[1]?.[2])).toBeLessThan(Number(shares[1]?.[1]));
  expect(out).toContain("- some clients are heard more often than others");
});

test.each([[["--format", "json"]], [["--json"]]])("says it again to programs, as one object: %s", async (form) => {
  const { code, out } = await run("analyse", hasty, ...form);
  expect(code).toBe(0);
  const analysis: unknown = JSON.parse(out);
  expect(analysis).toMatchObject({ scenario: "hasty", seed: 1, status: "finished", meanStaleness: 0 });
  expect(analysis).toHaveProperty("effectiveObjective.bias");
});

test("says why tasks failed and what to do about it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-analyse-"));
  const plan = { ...tiny.plan, pacing: { name: "rounds", cohort: 3, quorum: 1 } };
  const cramped = { ...tiny, plan, fleet: { name: "uniform", memoryBytes: 100 } };
  const { out } = await run("analyse", await written(folder, "cramped.json", cramped));
  await rm(folder, { recursive: true });
  expect(out).toMatch(/^failed tasks +\d+ times: the task needs \S+ MiB of memory, and the device has \S+ MiB$/m);
  expect(out).toMatch(/^ +Use a smaller model or smaller batches, or devices with more memory\.$/m);
  expect(out).toContain("- 6 of 6 clients can never be heard");
  expect(out).not.toContain("wait longer");
});

test("a scenario that is not there is a fault", async () => {
  const { code, err } = await run("analyse", "nowhere.json");
  expect(code).toBe(1);
  expect(err).toContain("nowhere.json");
});
