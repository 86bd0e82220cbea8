/**
 * The connection of a client, made again whenever it breaks: after a moment, then after longer and longer, never at the same instant as
 * others.
 *
 * @module
 */
import type { Seconds, TaskId } from "@potluck/core";
import {
  decodeToClient,
  encodeToServer,
  joinStatement,
  MessageError,
  PROTOCOL_VERSIONS,
  type DeviceProfile,
  type ToClient,
  type ToServer,
} from "@potluck/protocol";
import { pauseAfter } from "./back-off.ts";
import type { Clock } from "./clock.ts";
import type { DeviceKey } from "./device-key.ts";

/** How to connect. */
export interface ConnectionOptions {
  /** "http://…" or "https://…". */
  readonly url: string;
  readonly key: DeviceKey;
  readonly token: string;
  readonly run: string;
  readonly software: string;
  /** What the client says of itself, asked whenever it connects. */
  readonly profile: () => DeviceProfile;
  /** The run of which it still has all that it was given; "" for none. */
  readonly holds: () => string;
  /** Tasks that it still works on. */
  readonly openTasks: () => readonly TaskId[];
  /** Hears of every message but those of the handshake. */
  readonly onMessage: (message: ToClient) => void;
  /** It was lost, or could not be made, so often in a row. */
  readonly onLost: (failures: number) => void;
  readonly clock: Clock;
  /** A number in [0, 1), another one at every call. */
  readonly random: () => number;
}

/** A connection that lasts until it is closed, or turned away. */
export interface Connection {
  /** Says something; nothing where the coordinator is not there. */
  readonly say: (message: ToServer) => void;
  /** Why it has ended, once it has: the coordinator's goodbye, or null where it was closed from here. Rejects where the key cannot sign. */
  readonly ended: Promise<Goodbye | null>;
  readonly close: () => void;
  /** Breaks the connection off, and makes it again. */
  readonly again: () => void;
}

/** Why a coordinator sends a client home. */
export type Goodbye = ToClient & { readonly kind: "goodbye" };

interface Life extends ConnectionOptions {
  socket: WebSocket | null;
  /** Whether the coordinator has let it in. */
  isIn: boolean;
  failures: number;
  /** Heartbeats in a row that nothing was heard of. */
  unanswered: number;
  /** Takes back what is to happen later. */
  stop: () => void;
  readonly finish: (goodbye: Goodbye | null) => void;
  readonly fail: (error: unknown) => void;
  isOver: boolean;
}

/** Connects, and goes on connecting. */
export function connect(options: ConnectionOptions): Connection {
  const ended = Promise.withResolvers<Goodbye | null>();
  const end = (): void => {
    life.isOver = true;
    life.stop();
    life.socket?.close();
  };
  const life: Life = {
    ...options,
    socket: null,
    isIn: false,
    failures: 0,
    unanswered: 0,
    stop: () => {},
    isOver: false,
    finish: (goodbye) => {
      end();
      ended.resolve(goodbye);
    },
    fail: (error) => {
      end();
      ended.reject(error);
    },
  };
  dial(life);
  return {
    say: (message) => {
      if (life.isIn && life.socket !== null) send(life.socket, message);
    },
    ended: ended.promise,
    close: () => life.finish(null),
    again: () => life.socket?.close(),
  };
}

function dial(life: Life): void {
  const socket = new WebSocket(`${life.url.replace(/^http/, "ws")}/v1/connect`);
  socket.binaryType = "arraybuffer";
  life.socket = socket;
  socket.addEventListener("open", () => send(socket, helloOf(life)));
  socket.addEventListener("message", ({ data }) => {
    if (life.socket === socket && data instanceof ArrayBuffer) hear(life, socket, new Uint8Array(data));
  });
  socket.addEventListener("close", () => {
    if (life.socket === socket) dropped(life);
  });
  // A socket that fails is closed as well.
  socket.addEventListener("error", () => {});
}

function helloOf({ key, token, run, software, profile, holds, openTasks }: Life): ToServer {
  return {
    kind: "hello",
    versions: PROTOCOL_VERSIONS,
    run,
    deviceKey: key.publicKey,
    token,
    software,
    profile: profile(),
    openTasks: openTasks(),
    holds: holds(),
  };
}

function send(socket: WebSocket, message: ToServer): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(encodeToServer(message));
}

/** Hears what a coordinator says. Where that is no message the connection is worth nothing, and is made again. */
function hear(life: Life, socket: WebSocket, bytes: Uint8Array): void {
  try {
    understand(life, socket, decodeToClient(bytes));
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    socket.close();
  }
}

function understand(life: Life, socket: WebSocket, message: ToClient): void {
  switch (message.kind) {
    case "challenge":
      void prove(life, socket, message.nonce);
      return;
    case "goodbye":
      return message.comeBack ? socket.close() : life.finish(message);
    case "heartbeat":
      life.unanswered = 0;
      // Only now is it known to hold: one that is let in and breaks at once is not made again as if nothing had been.
      life.failures = 0;
      return;
    case "welcome":
      life.isIn = true;
      life.failures = Math.min(life.failures, 1);
      beat(life, message);
      return life.onMessage(message);
    case "assign":
    case "recall":
    case "acknowledged":
      if (life.isIn) life.onMessage(message);
      return;
  }
}

async function prove(life: Life, socket: WebSocket, nonce: Uint8Array): Promise<void> {
  try {
    send(socket, { kind: "proof", signature: await life.key.sign(joinStatement(nonce)) });
  } catch (error) {
    life.fail(error);
  }
}

/** Says again and again that it is there, and takes a coordinator that says nothing for lost. */
function beat(life: Life, { heartbeatSeconds, silenceSeconds }: ToClient & { readonly kind: "welcome" }): void {
  life.unanswered = 0;
  life.stop();
  const next = (): void => {
    life.stop = life.clock.after(Math.max(heartbeatSeconds, SHORTEST_BEAT), () => {
      if (life.unanswered * heartbeatSeconds >= silenceSeconds) return life.socket?.close();
      life.unanswered += 1;
      if (life.socket !== null) send(life.socket, { kind: "heartbeat" });
      next();
    });
  };
  next();
}

/** No coordinator is told more often than this that a client is alive. */
const SHORTEST_BEAT: Seconds = 0.1;

/** The connection broke: it is made again after a while. */
function dropped(life: Life): void {
  life.stop();
  life.socket = null;
  life.isIn = false;
  if (life.isOver) return;
  life.failures += 1;
  life.stop = life.clock.after(pauseAfter(life.failures, life.random()), () => dial(life));
  life.onLost(life.failures);
}
