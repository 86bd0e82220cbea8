import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runStep } from "./run.ts";
import type { Command } from "./steps.ts";

const root = mkdtempSync(join(tmpdir(), "run-"));
afterAll(() => rmSync(root, { recursive: true }));

function script(name: string, source: string): Command {
  writeFileSync(join(root, name), source);
  return [name];
}

test("a step whose commands all succeed has not failed, and keeps what they print", async () => {
  const one = script("one.mjs", 'console.log("one");');
  const two = script("two.mjs", 'console.error("two");');
  const { failed, output } = await runStep(root, { commands: [one, two], limitSeconds: 20 });
  expect({ failed, output }).toEqual({ failed: false, output: "one\ntwo\n" });
});

test("a step fails when one of its commands fails, and runs the others still", async () => {
  const bad = script("bad.mjs", "process.exitCode = 3;");
  const good = script("good.mjs", 'console.log("still here");');
  const { failed, output } = await runStep(root, { commands: [bad, good], limitSeconds: 20 });
  expect({ failed, output }).toEqual({ failed: true, output: "still here\n" });
});

test("a command is ended when it takes longer than its limit", async () => {
  const endless = script("endless.mjs", "setInterval(() => {}, 1000);");
  const { failed, output } = await runStep(root, { commands: [endless], limitSeconds: 0.5 });
  expect(failed).toBe(true);
  expect(output).toContain("was ended: it may run for 0.5 s");
});

test("a command is given its arguments and the folder to work in", async () => {
  const [name] = script("says.mjs", "console.log(process.argv.slice(2).join(), process.cwd());");
  const { output } = await runStep(root, { commands: [[name, "a", "b"]], limitSeconds: 20 });
  expect(output).toBe(`a,b ${root}\n`);
});
