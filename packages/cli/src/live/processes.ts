/**
 * Clients of a rehearsal as processes of this machine. One that ends is started again.
 *
 * @module
 */
import type { ScenarioFile } from "@potluck/scenario";
import { type ChildProcess, fork } from "node:child_process";

/** What a process is told first: plain data. */
export interface Job {
  /** The scenario as a file. */
  readonly scenario: ScenarioFile;
  readonly seed: number;
  readonly client: number;
  /** Where the coordinator is. */
  readonly url: string;
  readonly run: string;
  /** The folder in which the device is kept, its key and what it remembers. */
  readonly identity: string;
  /** A file that gets a line with the number of each task whose answer was acknowledged and counts; none by default. */
  readonly log?: string;
}

/** Who hears of processes. */
export interface ProcessListener {
  /** One was started. */
  readonly onStart?: ((client: number, pid: number) => void) | undefined;
  /** One has ended, and why, in words. */
  readonly onGone: (client: number, reason: string) => void;
}

/** The processes of a rehearsal. */
export interface Processes {
  readonly start: (job: Job) => void;
  /** Ends the process of a client, whatever it is at; it is heard of as gone. */
  readonly kill: (client: number) => void;
  /**
   * The clients whose processes have said nothing since this was asked last, though they had before: they say every second that they
   * are alive.
   */
  readonly silent: () => readonly number[];
  /** Ends all of them. Nothing is heard of it. */
  readonly close: () => Promise<void>;
}

interface Child {
  readonly child: ChildProcess;
  /** Since it was asked last, and ever. */
  hasSpoken: boolean;
  hasSpokenOnce: boolean;
}

const WORKER_FILE = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** Of what a process wrote before it ended the last is kept. */
const MAX_KEPT_CHARACTERS = 500;

/** Processes, none so far. */
export function clientProcesses({ onStart, onGone }: ProcessListener): Processes {
  const children = new Map<number, Child>();
  let isOver = false;
  const start = (job: Job): void => {
    const { client } = job;
    const child = fork(WORKER_FILE, { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    const own: Child = { child, hasSpoken: false, hasSpokenOnce: false };
    children.set(client, own);
    child.on("message", () => {
      own.hasSpoken = true;
      own.hasSpokenOnce = true;
    });
    let written = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      written = `${written}${text}`.slice(-MAX_KEPT_CHARACTERS);
    });
    const gone = (reason: string): void => {
      if (children.get(client)?.child !== child) return;
      children.delete(client);
      if (!isOver) onGone(client, reason);
    };
    child.on("error", (error) => gone(error.message));
    child.on("exit", (code, signal) => gone(goneText(code, signal, written)));
    child.send(job, () => {});
    if (child.pid !== undefined) onStart?.(client, child.pid);
  };
  return {
    start,
    kill: (client) => void children.get(client)?.child.kill("SIGKILL"),
    silent: () => {
      const silent = [...children].filter(([, { hasSpoken, hasSpokenOnce }]) => hasSpokenOnce && !hasSpoken);
      for (const own of children.values()) own.hasSpoken = false;
      return silent.map(([client]) => client);
    },
    close: async () => {
      isOver = true;
      await Promise.all([...children.values()].map(async ({ child }) => ended(child)));
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

function goneText(code: number | null, signal: string | null, written: string): string {
  const how = signal ?? `exit code ${code}`;
  const last = written.trim().split("\n").at(-1) ?? "";
  return last === "" ? how : `${how}, after it had written: ${last}`;
}
