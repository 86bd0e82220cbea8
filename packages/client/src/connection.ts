/**
 * The connection of a client, made again whenever it breaks: after a second, then after longer and longer, never at the same instant as
 * others.
 *
 * @module
 */
import type { Seconds, TaskId } from "@potluck/core";
import {
  decodeToClient,
  encodeToServer,
  joinStatement,
  PROTOCOL_VERSIONS,
  type DeviceProfile,
  type ToClient,
  type ToServer,
} from "@potluck/protocol";
import type { DeviceKey } from "./device-key.ts";

/** How to connect. */
export interface ConnectionOptions {
  /** "http://…" or "https://…". */
  readonly url: string;
  readonly key: DeviceKey;
  readonly token: string;
  readonly run: string;
  readonly software: string;
  readonly profile: DeviceProfile;
  /** Tasks that it still works on. */
  readonly openTasks: () => readonly TaskId[];
  /** Hears of every message but those of the handshake. */
  readonly onMessage: (message: ToClient) => void;
  readonly onConnected: (isConnected: boolean) => void;
}

/** A connection that lasts until it is closed, or turned away. */
export interface Connection {
  /** Says something; nothing where the coordinator is not there. */
  readonly say: (message: ToServer) => void;
  /** Why it has ended, once it has: the coordinator's goodbye, or null where it was closed from here. */
  readonly ended: Promise<Goodbye | null>;
  readonly close: () => void;
  /** Breaks the connection off, and makes it again. */
  readonly again: () => void;
}

/** Why a coordinator sends a client home. */
export type Goodbye = ToClient & { readonly kind: "goodbye" };

const FIRST_PAUSE: Seconds = 0.5;
const LONGEST_PAUSE: Seconds = 30;

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
  isOver: boolean;
}

/** Connects, and goes on connecting. */
export function connect(options: ConnectionOptions): Connection {
  const ended = Promise.withResolvers<Goodbye | null>();
  const life: Life = {
    ...options,
    socket: null,
    isIn: false,
    failures: 0,
    unanswered: 0,
    stop: () => {},
    isOver: false,
    finish: (goodbye) => {
      life.isOver = true;
      life.stop();
      life.socket?.close();
      ended.resolve(goodbye);
    },
  };
  dial(life);
  return {
    say: (message) => {
      if (life.isIn) send(life, message);
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
  const { key, token, run, software, profile } = life;
  socket.addEventListener("open", () => {
    const { publicKey: deviceKey } = key;
    const openTasks = life.openTasks();
    send(life, { kind: "hello", versions: PROTOCOL_VERSIONS, run, deviceKey, token, software, profile, openTasks });
  });
  socket.addEventListener("message", ({ data }) => {
    if (life.socket === socket && data instanceof ArrayBuffer) hear(life, decodeToClient(new Uint8Array(data)));
  });
  socket.addEventListener("close", () => {
    if (life.socket === socket) dropped(life);
  });
  // A socket that fails is closed as well.
  socket.addEventListener("error", () => {});
}

function send({ socket }: Life, message: ToServer): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(encodeToServer(message));
}

function hear(life: Life, message: ToClient): void {
  switch (message.kind) {
    case "challenge":
      void prove(life, message.nonce);
      return;
    case "goodbye":
      return message.comeBack ? life.socket?.close() : life.finish(message);
    case "heartbeat":
      life.unanswered = 0;
      return;
    case "welcome":
      life.isIn = true;
      life.failures = 0;
      beat(life, message);
      life.onConnected(true);
      return life.onMessage(message);
    case "assign":
    case "recall":
    case "acknowledged":
      return life.onMessage(message);
  }
}

async function prove(life: Life, nonce: Uint8Array): Promise<void> {
  send(life, { kind: "proof", signature: await life.key.sign(joinStatement(nonce)) });
}

/** Says again and again that it is there, and takes a coordinator that says nothing for lost. */
function beat(life: Life, { heartbeatSeconds, silenceSeconds }: ToClient & { readonly kind: "welcome" }): void {
  life.unanswered = 0;
  const timer = setInterval(() => {
    if (life.unanswered * heartbeatSeconds >= silenceSeconds) return life.socket?.close();
    life.unanswered += 1;
    send(life, { kind: "heartbeat" });
  }, 1000 * heartbeatSeconds);
  life.stop = () => clearInterval(timer);
}

/** The connection broke: it is made again after a while. */
function dropped(life: Life): void {
  life.stop();
  life.socket = null;
  if (life.isIn) life.onConnected(false);
  life.isIn = false;
  if (life.isOver) return;
  const timer = setTimeout(() => dial(life), 1000 * pauseAfter(life.failures));
  life.failures += 1;
  life.stop = () => clearTimeout(timer);
}

/** Between half of a pause and all of it, so that those who lost the same coordinator do not come back all at once. */
function pauseAfter(failures: number): Seconds {
  const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(failures, 10));
  return pause * (0.5 + 0.5 * Math.random());
}
