import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { tiny } from "@potluck/testkit";
import { sampleTable, say, written } from "../sample-command.ts";

let folder = "";
let store: readonly ["--store", string] = ["--store", ""];
let id = "";

/** The last line of what was said, as data. */
function data(out: string): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(out.trimEnd().split("\n").at(-1) ?? ""));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-runs-"));
  store = ["--store", join(folder, "store")];
  const path = await written(folder, "tiny.json", tiny);
  const { out } = await say("simulate", path, "--seed", "3", "--format", "json", ...store);
  id = String(data(out)["run"]);
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe("potluck runs", () => {
  test("lists runs with what came of them", async () => {
    const { out, exitCode } = await say("runs", ...store);
    expect(exitCode).toBe(0);
    expect(out).toMatch(new RegExp(`^${id} +finished +3 +\\d.*% `, "m"));
  });

  test("keeps plan, seed, versions, machine, status, times and headline numbers", async () => {
    const runs: unknown = JSON.parse((await say("runs", "--json", ...store)).out);
    expect(runs).toMatchObject([
      {
        id,
        scenario: "tiny",
        seed: 3,
        status: "finished",
        file: { name: "tiny", plan: { solver: { name: "sgd", learningRate: 0.1 } } },
        plan: { settings: { versions: 3, epochs: 1, batchSize: 8 } },
        versions: { potluck: "0.1.0", node: process.versions.node, onnxruntime: expect.stringMatching(/^\d+\.\d+/) },
        environment: { platform: process.platform, cores: expect.any(Number) },
        folder: join(folder, "store", id),
        modelHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        rounds: 3,
      },
    ]);
  });

  test.each([
    ["--scenario", "tiny", 1],
    ["--scenario", "other", 0],
    ["--status", "finished", 1],
    ["--status", "failed", 0],
  ])("%s %s picks %d of them", async (option, value, count) => {
    const { out } = await say("runs", option, value, "--format", "json", ...store);
    expect(JSON.parse(out)).toHaveLength(count);
  });

  test("shows one by the beginning of its id, with the scenario that makes it again", async () => {
    const { out } = await say("runs", "show", id.slice(0, -2), ...store);
    expect(out).toContain(`again          npx potluck rerun ${id} ${store.join(" ")}`);
    expect(out).toContain('"learningRate": 0.1');
  });

  test("a run that is not there, and a store that is not there", async () => {
    const missing = await say("runs", "show", "nobody", ...store);
    expect(missing.exitCode).toBe(1);
    expect(missing.err).toContain('there is no run "nobody" in');
    expect(missing.err).toContain("run-missing");
    const empty = await say("runs", "--store", join(folder, "nowhere"));
    expect(empty).toMatchObject({ exitCode: 0, out: expect.stringContaining("there are no such runs") });
  });

  test("a store that is no store", async () => {
    await written(folder, "runs.sqlite", "this is not a database, whatever its name says");
    const said = await say("runs", "--store", folder, "--json");
    expect(said.exitCode).toBe(1);
    expect(data(said.out)).toMatchObject({ error: { code: "file-corrupt" } });
  });
});

describe("potluck rerun", () => {
  test("comes to the same model, with another number of workers, too", async () => {
    const said = await say("rerun", id, "--workers", "2", ...store);
    expect(said.exitCode).toBe(0);
    expect(said.out).toMatch(/^the same model, bit by bit: [0-9a-f]{64}$/m);
    expect(JSON.parse((await say("runs", "--json", ...store)).out)).toHaveLength(2);
  });

  test("says when it is another one, and exits with 1", async () => {
    const other = join(folder, "other");
    const path = await written(folder, "other.json", { ...tiny, name: "other" });
    await say("simulate", path, "--store", other);
    const table = new DatabaseSync(join(other, "runs.sqlite"));
    table.exec(`UPDATE runs SET modelHash = 'abc', versions = '{"potluck":"0.0.1"}'`);
    table.close();
    const said = await say("rerun", "other", "--store", other);
    expect(said.exitCode).toBe(1);
    expect(said.out).toMatch(
      /another model: abc before, [0-9a-f]{64} now \(potluck 0\.0\.1 before, 0\.1\.0 now; node unk/,
    );
  });

  test("and asks for a report where nothing that is recorded explains it", async () => {
    const other = join(folder, "unexplained");
    await say("simulate", await written(folder, "other.json", { ...tiny, name: "other" }), "--store", other);
    const table = new DatabaseSync(join(other, "runs.sqlite"));
    table.exec(`UPDATE runs SET modelHash = 'abc'`);
    table.close();
    const said = await say("rerun", "other", "--store", other);
    expect(said.exitCode).toBe(1);
    expect(said.out).toContain("no version and no file that is recorded has changed: this run cannot be reproduced");
  });

  test("names the files that hold something else", async () => {
    const own = ["--store", join(folder, "tables")];
    const table = await written(folder, "table.csv", sampleTable(1));
    const changes = { data: { name: "csv", file: table, target: "answer" }, partition: { name: "iid", clients: 3 } };
    await say("simulate", await written(folder, "table.json", { ...tiny, name: "table", ...changes }), ...own);
    await written(folder, "table.csv", sampleTable(-2));
    const rerun = await say("rerun", "table", ...own);
    expect(rerun.exitCode).toBe(1);
    expect(rerun.out).toContain(`("${table}" holds something else now)`);
  });
});
