/**
 * The thread of a worker in Node. It is sent its setup first, then one request at a time, and null at the end. An error
 * that is not a fault ends the thread, and the pool replaces it.
 *
 * @module
 */
import { parentPort } from "node:worker_threads";
import { present } from "@potluck/core";
import { createHandler } from "../../pool/handler.ts";
import { handedOver, type WorkerRequest, type WorkerSetup } from "../../pool/messages.ts";
import { passGate } from "./exit-gate.ts";
import type { ThreadSetup } from "./start-worker.ts";

const pool = present(parentPort, "the port to the pool");

pool.once("message", ({ gate, ...setup }: WorkerSetup & ThreadSetup) => {
  const { handle, close } = createHandler(setup);
  let work = Promise.resolve();
  pool.on("message", (request: WorkerRequest | null) => {
    work = request === null ? work.then(end) : passGate(gate, async () => answer(request));
  });
  async function answer(request: WorkerRequest): Promise<void> {
    const reply = await handle(request);
    pool.postMessage(reply, handedOver(reply));
  }
  /** Sessions are closed here and now: what is left to the end of a thread is freed while the runtime is torn down. */
  async function end(): Promise<void> {
    await passGate(gate, close);
    pool.close();
  }
});
