import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore } from "./file-store.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

test("a file is one device, with what it wrote, whenever it is opened", async () => {
  const path = join(folder, "deep", "device");
  const first = await openStore(path);
  const { publicKey } = await first.key();
  await first.write("name", Uint8Array.of(1, 2));
  await first.write("name", Uint8Array.of(3));
  await first.write("other", new Uint8Array(0));
  first.close();
  const second = await openStore(path);
  expect((await second.key()).publicKey).toEqual(publicKey);
  expect(await second.read("name")).toEqual(Uint8Array.of(3));
  expect(await second.read("other")).toEqual(new Uint8Array(0));
  await second.remove("name");
  expect(await second.read("name")).toBeNull();
  second.close();
});

test("only its owner may read it, also where others could before", async () => {
  const path = join(folder, "device");
  await writeFile(path, "");
  await chmod(path, 0o644);
  const store = await openStore(path);
  await store.key();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  store.close();
});

test("two cannot be the same device at the same time", async () => {
  const path = join(folder, "device");
  const store = await openStore(path);
  await store.write("name", Uint8Array.of(1));
  await expect(openStore(path)).rejects.toMatchObject({ code: "folder-in-use" });
  store.close();
  (await openStore(path)).close();
});

test("a file that is none of a device is refused, and so is a folder", async () => {
  const path = join(folder, "device");
  await writeFile(path, "no database at all, but long enough to be taken for one ".repeat(40));
  await expect(openStore(path)).rejects.toMatchObject({ code: "store-corrupt" });
  await expect(openStore(folder)).rejects.toMatchObject({ code: "output-unwritable" });
});
