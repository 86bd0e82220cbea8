import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { tiny } from "@potluck/testkit";
import { sampleTable, say, type Said, written } from "../sample-command.ts";
import { runStore } from "../store/run-store.ts";

let folder = "";
let store = "";
let paths: readonly string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-known-"));
  store = join(folder, "store");
  const other = { ...tiny, name: "b", plan: { ...tiny.plan, versions: 2 } };
  paths = [await written(folder, "a.json", tiny), await written(folder, "b.json", other)];
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const said = z.looseObject({ comparison: z.string(), reused: z.array(z.string()), numbers: z.unknown() });

async function compare(...words: readonly string[]): Promise<Said & z.infer<typeof said>> {
  const spoken = await say("compare", ...paths, "--seeds", "1", "--json", "--store", store, ...words);
  expect(spoken.exitCode).toBe(0);
  return { ...spoken, ...said.parse(JSON.parse(spoken.out)) };
}

const count = (): number => runStore(store).list().length;

describe("a comparison that is repeated in the same store", () => {
  let first: z.infer<typeof said>;
  beforeAll(async () => {
    const [path = ""] = paths;
    await say("simulate", path, "--seed", "1", "--store", store);
    first = await compare();
  }, 60_000);

  test("does only the runs that the store does not have, a run of its own among those that it has", () => {
    expect(first.reused).toHaveLength(1);
    expect(count()).toBe(2);
    const members = runStore(store).find(first.comparison);
    expect(members.map(({ arm, seed }) => [arm, seed])).toEqual([
      ["tiny", 1],
      ["b", 1],
    ]);
  });

  test("comes to the same numbers without training, says so, and can be reported on", async () => {
    const again = await compare();
    expect(again.err).toContain("are not trained again; --fresh trains all of them");
    expect(again.err).toMatch(/1\/2 tiny, seed 1: finished, kept from tiny-\d{8}-\d{6}/);
    expect(again.reused).toHaveLength(2);
    expect(again.comparison).not.toBe(first.comparison);
    expect(again.numbers).toEqual(first.numbers);
    expect(count()).toBe(2);
    const report = await say("report", again.comparison, "--json", "--store", store);
    expect(JSON.parse(report.out)).toMatchObject({ numbers: first.numbers });
  });

  test("has an id of its own, also if another one begins in the same second", async () => {
    const ids = (await Promise.all([compare(), compare(), compare()])).map(({ comparison }) => comparison);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(runStore(store).find(id)).toHaveLength(2);
  });

  test("trains runs whose files are gone", async () => {
    const [run = ""] = first.reused;
    await rm(join(store, run), { recursive: true });
    expect((await compare()).reused).toHaveLength(1);
    expect(count()).toBe(3);
  });

  test("trains all with --fresh, and with other software, but not with another Node", async () => {
    expect((await compare("--fresh")).reused).toEqual([]);
    expect(count()).toBe(5);
    change(`versions = json_set(versions, '$.node', '1.2.3')`);
    expect((await compare()).reused).toHaveLength(2);
    change(`versions = json_set(versions, '$.onnxruntime', '1.2.3')`);
    expect((await compare()).reused).toEqual([]);
    change(`versions = json_set(versions, '$.potluck', '1.2.3')`);
    expect((await compare()).reused).toEqual([]);
  }, 60_000);
});

test("runs on other data, which the scenario only names, are done again", async () => {
  const own = join(folder, "csv-store");
  const table = await written(folder, "table.csv", sampleTable(1));
  const data = { name: "csv", file: table, target: "answer" };
  const path = await written(folder, "csv.json", { ...tiny, data, partition: { name: "iid", clients: 3 } });
  const reused = async (): Promise<number> => {
    const { out, err } = await say("compare", path, "--seeds", "1", "--json", "--store", own);
    expect(err).not.toContain("error");
    return said.parse(JSON.parse(out)).reused.length;
  };
  expect([await reused(), await reused()]).toEqual([0, 1]);
  await written(folder, "table.csv", sampleTable(-1));
  expect([await reused(), await reused()]).toEqual([0, 1]);
});

test("two arms that are the same have a run each", async () => {
  const own = join(folder, "twins");
  const [path = ""] = paths;
  const twins = async (): Promise<readonly string[]> => {
    const { out } = await say("compare", path, path, "--seeds", "1", "--json", "--store", own);
    return said.parse(JSON.parse(out)).reused;
  };
  expect(await twins()).toEqual([]);
  expect(new Set(await twins()).size).toBe(2);
  expect(runStore(own).list()).toHaveLength(2);
});

/** Changes all runs of the store. */
function change(setting: string): void {
  const table = new DatabaseSync(join(store, "runs.sqlite"));
  table.exec(`UPDATE runs SET ${setting}`);
  table.close();
}
