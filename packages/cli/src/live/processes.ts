/**
 * Workers of live runs as processes of this machine, one for each client.
 *
 * @module
 */
import type { ScenarioFile } from "@potluck/scenario";
import { fork } from "node:child_process";
import { performance } from "node:perf_hooks";
import type { Hire, LiveClock } from "@potluck/simulator";

/** What a process is told first: plain data. */
export interface Job {
  /** The scenario as a file. */
  readonly scenario: ScenarioFile;
  readonly seed: number;
  readonly client: number;
}

const WORKER_FILE = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** The monotonic clock of this process. */
export const realClock: LiveClock = {
  now: () => performance.now() / 1000,
  after: (seconds, callback) => {
    const timer = setTimeout(callback, Math.min(MAX_TIMER_MILLISECONDS, seconds * 1000));
    return () => clearTimeout(timer);
  },
};

/** What timers of Node can wait for at most: 24 days. */
const MAX_TIMER_MILLISECONDS = 2 ** 31 - 1;

/**
 * Starts a process for a client. It ends when its coordinator does. `onStart` hears of each process.
 */
export function hireProcesses(
  job: Omit<Job, "client">,
  onStart: (client: number, pid: number) => void = () => {},
): Hire {
  return (client, { onMessage, onGone }) => {
    const child = fork(WORKER_FILE, {
      serialization: "advanced",
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let written = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      written = `${written}${text}`.slice(-MAX_KEPT_CHARACTERS);
    });
    child.on("message", onMessage);
    child.on("error", (error) => onGone(error.message));
    child.on("exit", (code, signal) => onGone(goneText(code, signal, written)));
    const first: Job = { ...job, client };
    child.send(first, () => {});
    if (child.pid !== undefined) onStart(client, child.pid);
    return {
      send: (message) => {
        // One that has ended is heard of by its exit.
        if (child.connected) child.send(message, () => {});
      },
      dismiss: () => {
        child.kill("SIGKILL");
      },
    };
  };
}

/** Of what a process wrote before it ended the last is kept. */
const MAX_KEPT_CHARACTERS = 500;

function goneText(code: number | null, signal: string | null, written: string): string {
  const how = signal ?? `exit code ${code}`;
  const last = written.trim().split("\n").at(-1) ?? "";
  return last === "" ? how : `${how}, after it had written: ${last}`;
}
