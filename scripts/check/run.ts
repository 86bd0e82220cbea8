/**
 * Runs the commands of a step and keeps what they print.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import type { Command, Step } from "./steps.ts";

/** What became of a step. */
export interface Outcome {
  readonly failed: boolean;
  /** What its commands printed, on both streams, in order. */
  readonly output: string;
  readonly seconds: number;
}

/** Runs all commands of `step` in the folder `root`. Never rejects: a command that cannot be started has failed. */
export async function runStep(root: string, step: Pick<Step, "commands" | "limitSeconds">): Promise<Outcome> {
  const start = performance.now();
  let output = "";
  let failed = false;
  for (const command of step.commands) {
    const result = await run(root, command, step.limitSeconds);
    output += result.output;
    failed ||= result.failed;
  }
  return { failed, output, seconds: (performance.now() - start) / 1000 };
}

function run(root: string, [script, ...given]: Command, limitSeconds: number): Promise<Omit<Outcome, "seconds">> {
  const { promise, resolve } = Promise.withResolvers<Omit<Outcome, "seconds">>();
  // This very Node runs everything, and tools that start `node` themselves find the one that npm installed.
  const PATH = [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
  const child = spawn(process.execPath, [join(root, script), ...given], {
    cwd: root,
    env: { ...process.env, PATH, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limitSeconds * 1000,
    killSignal: "SIGKILL",
  });
  const printed: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => printed.push(chunk));
  child.on("error", (error) => resolve({ failed: true, output: `${error.message}\n` }));
  child.on("close", (code) => {
    const ended = code === null ? `${script} was ended: it may run for ${limitSeconds} s.\n` : "";
    resolve({ failed: code !== 0, output: Buffer.concat(printed).toString("utf8") + ended });
  });
  return promise;
}
