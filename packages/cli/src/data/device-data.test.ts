import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tiny } from "@potluck/testkit";
import { sampleTable, written } from "../sample-command.ts";
import { type DataOptions, deviceData } from "./device-data.ts";
import { ownDevice } from "./device-file.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const load = async (options: Partial<DataOptions>): ReturnType<typeof deviceData> =>
  deviceData({ labelAs: "class", client: 0, seed: 1, ...options });

test("of a table all rows but one are trained on", async () => {
  const data = await written(folder, "table.csv", sampleTable(1));
  expect(await load({ data, label: "answer" })).toMatchObject({ train: { count: 59, classes: 2, shape: [2] } });
  expect(await load({ data, label: "y", labelAs: "number" })).toMatchObject({ train: { targets: { shape: [1] } } });
});

test("shares are equal, differ, and are the same on every machine", async () => {
  const data = await written(folder, "table.csv", sampleTable(1));
  const rowsOf = async (share: number): Promise<readonly number[]> => {
    const found = await load({ data, label: "answer", share: { share, of: 3 } });
    return "dataset" in found ? [...(found.rows ?? [])] : [];
  };
  const shares = [await rowsOf(1), await rowsOf(2), await rowsOf(3)];
  expect(shares.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([19, 20, 20]);
  expect(new Set(shares.flat()).size).toBe(59);
  expect(await rowsOf(2)).toEqual(shares[1]);
});

test("a module exports data, or a function of them", async () => {
  const value = "{ features: new Float32Array(4), shape: [2], labels: [0, 1] }";
  const plain = await written(folder, "plain.mjs", `export default ${value};`);
  const made = await written(folder, "made.mjs", `export default async () => (${value});`);
  for (const data of [plain, made]) expect(await load({ data })).toMatchObject({ shape: [2], labels: [0, 1] });
});

test("a scenario has the data of its clients", async () => {
  const scenario = await written(folder, "tiny.json", tiny);
  expect(await load({ scenario, client: 5 })).toMatchObject({ dataset: { name: "gaussians" } });
  await expect(load({ scenario, client: 6 })).rejects.toThrow("there is no client 6");
});

test.each<readonly [string, string, Partial<DataOptions>]>([
  ["nothing", "nothing says what data", {}],
  ["two places", "--data and --scenario both name data", { data: "mnist", scenario: "a.json" }],
  ["a file that is not there", "does not exist", { data: "nowhere.csv" }],
  ["a share of a module's examples", "shares are of whole datasets", { data: "plain.mjs", share: { share: 1, of: 2 } }],
  ["a table without a column", "which column", { data: "table.csv" }],
  ["a module that cannot be loaded", "cannot be loaded", { data: "broken.mjs" }],
  ["a module that exports something else", "does not export a dataset", { data: "other.mjs" }],
  ["a file of another kind", "of no kind that can be read", { data: "notes.txt" }],
])("%s is refused: %s", async (_, message, options) => {
  await written(folder, "table.csv", sampleTable(1));
  await written(folder, "plain.mjs", "export default { features: new Float32Array(2), shape: [2], labels: [0] };");
  await written(folder, "broken.mjs", "export default {");
  await written(folder, "other.mjs", "export default 7;");
  await written(folder, "notes.txt", "notes");
  const { data } = options;
  const named = data === undefined || data === "mnist" ? options : { ...options, data: join(folder, data) };
  await expect(load(named)).rejects.toThrow(message);
});

test("a process takes up the first device of this user that no other is", async () => {
  vi.stubEnv("XDG_STATE_HOME", folder);
  const open = async (): ReturnType<typeof ownDevice> => ownDevice("http://127.0.0.1:8080", "device");
  const [first, second] = [await open(), await open()];
  const keyOf = async (store: Awaited<ReturnType<typeof ownDevice>>): Promise<string> =>
    Buffer.from((await store.key()).publicKey).toString("hex");
  const [one, two] = [await keyOf(first), await keyOf(second)];
  expect(two).not.toBe(one);
  first.close();
  const again = await open();
  expect(await keyOf(again)).toBe(one);
  again.close();
  second.close();
});
