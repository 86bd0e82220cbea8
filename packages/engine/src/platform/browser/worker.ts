/**
 * The program of a web worker. It is sent its setup first, then one request at a time. An error that is not a fault is
 * thrown where the worker's owner hears of it, and the pool replaces the worker.
 *
 * @module
 */
import { createHandler } from "../../pool/handler.ts";
import { handedOver, type WorkerReply, type WorkerRequest, type WorkerSetup } from "../../pool/messages.ts";

addEventListener("message", ({ data: setup }: MessageEvent<WorkerSetup>) => begin(setup), { once: true });

function begin(setup: WorkerSetup): void {
  const { handle } = createHandler(setup);
  addEventListener("message", ({ data: request }: MessageEvent<WorkerRequest>) => {
    handle(request).then(answer, reportError);
  });
}

function answer(reply: WorkerReply): void {
  postMessage(reply, { transfer: handedOver(reply) });
}
