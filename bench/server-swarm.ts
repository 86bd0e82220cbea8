/**
 * Clients that speak the protocol and train nothing: each answers with the same update, so that what is measured is the coordinator.
 *
 * @module
 */
import type { TaskId } from "@potluck/core";
import {
  decodeToClient,
  encodeToServer,
  joinStatement,
  type ToClient,
  type ToServer,
  type WireTask,
} from "@potluck/protocol";
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { Agent, request } from "node:http";
import { WebSocket } from "ws";

/** What clients of a swarm do. */
export interface SwarmOptions {
  /** "http://127.0.0.1:…". */
  readonly url: string;
  /** The bytes of an answer; null for clients that are given nothing to do. */
  readonly payload: Uint8Array | null;
  /** Milliseconds from a task to its answer. */
  readonly think: () => number;
  /** Whether models are fetched, each time anew. */
  readonly fetchesModels: boolean;
  readonly onTimes: (times: AnswerTimes) => void;
}

/** When what happened to an answer, in milliseconds of `performance.now()`. */
export interface AnswerTimes {
  readonly submitted: number;
  readonly acknowledged: number;
  /** The next task was there; null where there was none by the next answer. */
  readonly assigned: number | null;
}

/** Clients that are connected. */
export interface Swarm {
  /** How many answers were acknowledged as counting. */
  readonly accepted: () => number;
  /** Bytes of answers that were acknowledged as counting. */
  readonly acceptedBytes: () => number;
  readonly close: () => void;
}

/** So many connect at a time. */
const CONNECTING = 50;

/** Connects so many clients. */
export async function swarm(count: number, options: SwarmOptions): Promise<Swarm> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const tally = { accepted: 0, bytes: 0 };
  const name = options.payload === null ? "" : createHash("sha256").update(options.payload).digest("hex");
  let isOver = false;
  const hive: Hive = { ...options, agent, tally, name, isOver: () => isOver };
  const sockets: WebSocket[] = [];
  for (let from = 0; from < count; from += CONNECTING) {
    const batch = Array.from({ length: Math.min(CONNECTING, count - from) }, async () => newBee(hive));
    sockets.push(...(await Promise.all(batch)));
  }
  return {
    accepted: () => tally.accepted,
    acceptedBytes: () => tally.bytes,
    close: () => {
      isOver = true;
      for (const socket of sockets) socket.terminate();
      agent.destroy();
    },
  };
}

interface Hive extends SwarmOptions {
  readonly agent: Agent;
  readonly tally: { accepted: number; bytes: number };
  /** SHA-256 of the payload. */
  readonly name: string;
  readonly isOver: () => boolean;
}

/** A client, once it is welcome. */
async function newBee(hive: Hive): Promise<WebSocket> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const socket = new WebSocket(`${hive.url.replace(/^http/, "ws")}/v1/connect`, { perMessageDeflate: false });
  const welcome = Promise.withResolvers<WebSocket>();
  const deviceKey = Uint8Array.from(publicKey.export({ format: "der", type: "spki" }).subarray(-32));
  const own: Own = { session: "", submitted: 0, acknowledged: 0 };
  const say = (message: ToServer): void => socket.send(encodeToServer(message));
  socket.on("open", () => {
    const measured = { flopsPerSecond: null, uploadBytesPerSecond: null, downloadBytesPerSecond: null };
    const profile = { examples: 100, tier: "swarm", ...measured };
    say({ kind: "hello", versions: [1], run: "", deviceKey, token: "", software: "bench", profile, openTasks: [] });
  });
  socket.on("message", (data: Buffer) => {
    hear(
      { hive, own, say, privateKey, welcomed: () => welcome.resolve(socket) },
      decodeToClient(Uint8Array.from(data)),
    );
  });
  socket.on("error", welcome.reject);
  socket.on("close", () => welcome.reject(new Error("the coordinator closed the connection")));
  return welcome.promise;
}

interface Own {
  session: string;
  submitted: number;
  acknowledged: number;
}

interface Bee {
  readonly hive: Hive;
  readonly own: Own;
  readonly say: (message: ToServer) => void;
  readonly privateKey: KeyObject;
  readonly welcomed: () => void;
}

function hear(bee: Bee, message: ToClient): void {
  const { hive, own } = bee;
  switch (message.kind) {
    case "challenge":
      return bee.say({
        kind: "proof",
        signature: Uint8Array.from(sign(null, joinStatement(message.nonce), bee.privateKey)),
      });
    case "welcome":
      own.session = message.session;
      setInterval(() => bee.say({ kind: "heartbeat" }), 1000 * message.heartbeatSeconds).unref();
      return bee.welcomed();
    case "assign": {
      tellTimes(hive, own, performance.now());
      const { task } = message;
      setTimeout(() => void answerUnlessOver(bee, task), hive.think());
      return;
    }
    case "acknowledged":
      own.acknowledged = performance.now();
      if (message.outcome !== "accepted") return;
      hive.tally.accepted += 1;
      hive.tally.bytes += hive.payload?.length ?? 0;
      return;
    case "recall":
    case "heartbeat":
    case "goodbye":
      return;
  }
}

function tellTimes({ onTimes }: Hive, own: Own, assigned: number | null): void {
  if (own.submitted > 0 && own.acknowledged > 0) {
    onTimes({ submitted: own.submitted, acknowledged: own.acknowledged, assigned });
  }
  [own.submitted, own.acknowledged] = [0, 0];
}

async function answerUnlessOver(bee: Bee, task: WireTask): Promise<void> {
  try {
    await answer(bee, task);
  } catch (error) {
    if (!bee.hive.isOver()) throw error;
  }
}

async function answer({ hive, own, say }: Bee, task: WireTask): Promise<void> {
  const { payload, name, fetchesModels } = hive;
  if (payload === null) return;
  if (fetchesModels) await asked(hive, own, { method: "GET", path: `/v1/blobs/${task.params.sha256}` }, null);
  say({ kind: "received", task: task.id, bytes: task.params.bytes });
  await asked(hive, own, { method: "PUT", path: `/v1/updates/${task.id}` }, payload);
  const spent = { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 };
  const said = { remembered: 0, examples: 100, steps: 10, trainLoss: 1, spent };
  own.submitted = performance.now();
  say(submittedOf(task.id, { ...said, payload: { sha256: name, bytes: payload.length } }));
}

type Submitted = ToServer & { readonly kind: "submitted" };

function submittedOf(task: TaskId, submission: Submitted["submission"]): Submitted {
  return { kind: "submitted", task, submission };
}

async function asked(
  { url, agent }: Hive,
  { session }: Own,
  { method, path }: { readonly method: string; readonly path: string },
  body: Uint8Array | null,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${session}`,
      ...(body !== null && { "upload-offset": "0", "content-length": String(body.length) }),
    };
    const going = request(`${url}${path}`, { method, agent, headers }, (response) => {
      response.on("end", () => {
        if ((response.statusCode ?? 500) < 300) resolve();
        else reject(new Error(`${method} ${path}: status ${response.statusCode}`));
      });
      response.resume();
    });
    going.on("error", reject);
    going.end(body ?? undefined);
  });
}
