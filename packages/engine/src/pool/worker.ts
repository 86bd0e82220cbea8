/**
 * The thread of a worker. It is sent its setup first, then one request at a time, and null at the end. An error that is
 * not a fault ends the thread, and the pool replaces it.
 *
 * @module
 */
import { type MessagePort, parentPort } from "node:worker_threads";
import { present } from "@potluck/core";
import { passGate } from "./exit-gate.ts";
import { createHandler } from "./handler.ts";
import type { Outcome, WorkerReply, WorkerRequest, WorkerSetup } from "./messages.ts";

const pool = present(parentPort, "the port to the pool");

pool.once("message", ({ dataset, gate }: WorkerSetup) => {
  const handle = createHandler(dataset);
  pool.on("message", (request: WorkerRequest | null) => {
    if (request === null) pool.close();
    else void passGate(gate, async () => answer(pool, await handle(request)));
  });
});

function answer(port: MessagePort, reply: WorkerReply): void {
  port.postMessage(reply, handedOver(reply.outcome));
}

/** The buffers of a result, which are moved instead of copied. */
function handedOver(outcome: Outcome): ArrayBuffer[] {
  return resultsOf(outcome).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

function resultsOf(outcome: Outcome): readonly ArrayBufferView[] {
  switch (outcome.kind) {
    case "trained":
      return [outcome.trained.params];
    case "scored":
      return [outcome.scores.losses, outcome.scores.predictions];
    case "fault":
      return [];
  }
}
