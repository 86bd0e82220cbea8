/**
 * Starts worker threads and ends them: `#start-worker` in Node.
 *
 * A thread is asked to end and does so when it is done with its request. It is never terminated: see `exit-gate.ts`.
 *
 * @module
 */
import { Worker } from "node:worker_threads";
import type { StartWorker } from "../../pool/messages.ts";
import { dropGate, type ExitGate, newGate } from "./exit-gate.ts";

/** The worker's file lies beside this one and is in the same language: TypeScript in development, built otherwise. */
const WORKER_FILE = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** What a thread is sent before anything else. */
export interface ThreadSetup {
  readonly gate: ExitGate;
}

/** Starts a thread that trains on the examples of a dataset, which must lie in shared memory. */
export const startWorker: StartWorker = (setup) => {
  // Without the flags of this process: some of them (--eval, --input-type) make sense for its main thread only.
  const worker = new Worker(WORKER_FILE, { name: "potluck trainer", execArgv: [] });
  const gate = newGate();
  const threadSetup: ThreadSetup & typeof setup = { ...setup, gate };
  worker.postMessage(threadSetup, []);
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => {
      dropGate(gate);
      resolve();
    });
  });
  return {
    post: (request) => worker.postMessage(request, []),
    end: () => {
      worker.postMessage(null, []);
      return ended;
    },
    listen: ({ replied, died }) => {
      worker.on("message", replied);
      worker.on("messageerror", (error) => died(error.message));
      worker.on("error", (error) => died(error instanceof Error ? error.message : String(error)));
      worker.on("exit", (code) => died(`its thread ended with code ${code}`));
    },
  };
};
