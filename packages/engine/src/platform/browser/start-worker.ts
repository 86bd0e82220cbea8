/**
 * Starts web workers and ends them: `#start-worker` in a browser.
 *
 * @module
 */
import type { StartWorker, WorkerReply } from "../../pool/messages.ts";

/** Starts a web worker that trains on the examples of a dataset. Where memory cannot be shared it gets a copy. */
export const startWorker: StartWorker = (setup) => {
  // Spelled out like this, bundlers see that the worker's file is a program of its own.
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "potluck trainer" });
  worker.postMessage(setup, []);
  return {
    post: (request) => worker.postMessage(request, []),
    end: async () => worker.terminate(),
    listen: ({ replied, died }) => {
      const bury = (reason: string): void => {
        worker.terminate();
        died(reason);
      };
      worker.addEventListener("message", ({ data }: MessageEvent<WorkerReply>) => replied(data));
      worker.addEventListener("messageerror", () => bury("its reply could not be read"));
      worker.addEventListener("error", ({ message }) => bury(message ?? "its program could not be loaded"));
    },
  };
};
