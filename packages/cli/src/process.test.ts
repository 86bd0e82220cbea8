import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Said, written } from "./sample-command.ts";

const COMMAND = join(import.meta.dirname, "../bin/potluck.js");

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Runs the command as a process of its own, of which one output may have no reader. */
async function run(words: readonly string[], unread?: "stdout" | "stderr"): Promise<Said> {
  const child = spawn(process.execPath, [COMMAND, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  if (unread !== undefined) child[unread].destroy();
  const read = async (name: "stdout" | "stderr"): Promise<string> => (name === unread ? "" : text(child[name]));
  const [[exitCode], out, err] = await Promise.all([once(child, "close"), read("stdout"), read("stderr")]);
  return { exitCode: Number(exitCode), out, err };
}

test("a reader that goes away, as in `potluck methods | head -1`, ends the command without a word", async () => {
  expect(await run(["methods"], "stdout")).toEqual({ exitCode: 141, out: "", err: "" });
});

test("so does a reader of standard error", async () => {
  expect(await run(["simulate", join(folder, "nowhere.json")], "stderr")).toEqual({ exitCode: 141, out: "", err: "" });
});

test.each(["SIGINT", "SIGTERM"])("%s after the last run says that the runs are kept", async (signal) => {
  const late = `
    const { endOnInterrupt, interruptSignal } = await import(process.argv[1]);
    endOnInterrupt(["compare", "--json"]);
    interruptSignal({ err: () => undefined }).release();
    process.kill(process.pid, "${signal}");
    await new Promise((resolve) => setTimeout(resolve, 60_000));`;
  const words = ["--input-type=module", "--eval", late, "--", join(import.meta.dirname, "interrupt.ts")];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
  const [[exitCode], out] = await Promise.all([once(child, "close"), text(child.stdout)]);
  expect(exitCode).toBe(130);
  expect(JSON.parse(out)).toMatchObject({
    error: { code: "interrupted", message: "interrupted after the last run; the runs in the store are kept" },
  });
});

/** A scenario that is interrupted while it is loaded. */
const interrupted = `process.kill(process.pid, "SIGINT"); await new Promise((resolve) => setTimeout(resolve, 60_000));`;
const sentence = "interrupted before the run began";

test("an interrupt before the run has begun is told to programs, too", async () => {
  const path = await written(folder, "interrupted.mjs", interrupted);
  const said = await run(["simulate", path, "--format", "json"]);
  expect(JSON.parse(said.out)).toEqual({ error: { code: "interrupted", message: sentence, remedy: "Run it again." } });
  expect(said).toMatchObject({ exitCode: 130, err: `\n${sentence}\n` });
});

test("and to people alone where nobody asked for JSON", async () => {
  const path = await written(folder, "interrupted.mjs", interrupted);
  expect(await run(["simulate", path])).toEqual({ exitCode: 130, out: "", err: `\n${sentence}\n` });
});
