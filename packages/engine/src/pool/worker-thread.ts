/**
 * Starts worker threads and ends them.
 *
 * A thread is asked to end and does so when it is done with its request. It is never terminated: see `exit-gate.ts`.
 *
 * @module
 */
import { Worker } from "node:worker_threads";
import type { Dataset } from "@potluck/core";
import type { WorkerPort } from "./dispatcher.ts";
import { dropGate, newGate } from "./exit-gate.ts";
import type { WorkerReply, WorkerRequest, WorkerSetup } from "./messages.ts";

/** The worker's file lies beside this one and is in the same language: TypeScript in development, built otherwise. */
const WORKER_FILE = new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url);

/** A thread that trains on the examples of `dataset`, which must lie in shared memory. */
export function startWorkerThread(dataset: Dataset): WorkerPort<WorkerRequest, WorkerReply> {
  // Without the flags of this process: some of them (--eval, --input-type) make sense for its main thread only.
  const worker = new Worker(WORKER_FILE, { name: "potluck trainer", execArgv: [] });
  const gate = newGate();
  const setup: WorkerSetup = { dataset, gate };
  worker.postMessage(setup, []);
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
      worker.on("message", (reply: WorkerReply) => replied(reply));
      worker.on("messageerror", (error) => died(error.message));
      worker.on("error", (error) => died(error instanceof Error ? error.message : String(error)));
      worker.on("exit", (code) => died(`its thread ended with code ${code}`));
    },
  };
}
