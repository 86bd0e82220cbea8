import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const COMMAND = join(import.meta.dirname, "../../bin/potluck.js");

test("the runs of a store are served until Ctrl-C, which is its good end, and nothing is written for it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-"));
  const words = [COMMAND, "studio", join(folder, "runs"), "--port", "0"];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "pipe"] });
  try {
    let said = "";
    child.stderr.on("data", (piece) => (said += String(piece)));
    await expect.poll(() => said, { timeout: 50_000 }).toMatch(/in a page: http:\/\/127\.0\.0\.1:\d+\n/);
    const [url] = /http:\S+/.exec(said) ?? [""];
    expect(await (await fetch(`${url}/v1/admin/runs`)).json()).toEqual({ runs: [] });
    const exit = once(child, "exit");
    child.kill("SIGINT");
    expect(await exit).toEqual([0, null]);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
