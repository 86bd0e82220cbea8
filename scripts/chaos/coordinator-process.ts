/**
 * A coordinator in a process of its own, which can be killed.
 *
 * @module
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** What is served. */
export interface CoordinatorRequest {
  /** The scenario file. */
  readonly file: string;
  /** Everything is kept in it. */
  readonly folder: string;
  readonly port: number;
  readonly clients: number;
  /** By how many seconds its clock is wrong, until it jumps back to what is right. */
  readonly clockOffset: number;
}

/** A coordinator. */
export interface CoordinatorProcess {
  /** Resolves once devices can join. */
  readonly up: Promise<null>;
  /** How it has ended; null while it is there, and where it was killed. */
  readonly exitCode: () => number | null;
  /** Resolves when it has ended by itself, with what it printed. */
  readonly ended: () => Promise<Ended>;
  /** Kills it, if it is there. */
  readonly kill: () => Promise<void>;
}

/** How a coordinator has ended. */
export interface Ended {
  readonly code: number;
  readonly summary: { readonly status: unknown; readonly modelHash: unknown };
  /** What it wrote for people. */
  readonly said: string;
}

const COMMAND = join(import.meta.dirname, "../../packages/cli/bin/potluck.js");

/** Starts a coordinator. */
export function coordinatorProcess(request: CoordinatorRequest): CoordinatorProcess {
  const { file, folder, port, clients, clockOffset } = request;
  const words = ["serve", file, "--folder", join(folder, "kept"), "--store", folder, "--open", "--json"];
  const settings = ["--port", String(port), "--clients", String(clients), "--silence", "4"];
  const child = spawn(process.execPath, [COMMAND, ...words, ...settings], { env: environmentWith(clockOffset) });
  let [out, said] = ["", ""];
  const up = Promise.withResolvers<null>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (said.includes("Devices join with")) up.resolve(null);
  });
  const exit = exitOf(child);
  return {
    up: up.promise,
    exitCode: () => child.exitCode,
    ended: async () => {
      await exit;
      return { code: child.exitCode ?? -1, summary: summaryIn(out), said };
    },
    kill: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await exit;
    },
  };
}

async function exitOf(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
}

/** So many milliseconds after a thread has started its clock is right. */
const WRONG_MILLISECONDS = 1500;

/** The environment of a process whose clock is wrong by so many seconds at first, in every thread of it. */
function environmentWith(clockOffset: number): NodeJS.ProcessEnv {
  if (clockOffset === 0) return process.env;
  const code = `const real = Date.now, wrong = ${1000 * clockOffset};
    Date.now = () => real() + (performance.now() < ${WRONG_MILLISECONDS} ? wrong : 0);`;
  const module = `data:text/javascript,${encodeURIComponent(code)}`;
  return { ...process.env, NODE_OPTIONS: `--import ${module}` };
}

function summaryIn(out: string): Ended["summary"] {
  const last = out.trim().split("\n").at(-1) ?? "";
  const parsed: unknown = last.startsWith("{") ? JSON.parse(last) : {};
  const fields = new Map(Object.entries(typeof parsed === "object" && parsed !== null ? parsed : {}));
  return { status: fields.get("status"), modelHash: fields.get("modelHash") };
}
