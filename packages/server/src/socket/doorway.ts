/**
 * The doorway of a reception: who connects has to show who it is before anything else is heard of it.
 *
 * @module
 */
import type { Seconds } from "@potluck/core";
import {
  agreedVersion,
  decodeToServer,
  encodeToClient,
  joinStatement,
  MessageError,
  type ToServer,
} from "@potluck/protocol";
import { createPublicKey, randomBytes, verify } from "node:crypto";
import { type Rate, rateLimit } from "../access/rate-limit.ts";
import type { HostClock } from "../run/run-clock.ts";
import type { Line, LineListener } from "./line.ts";

/** The first message of a client. */
export type Hello = ToServer & { readonly kind: "hello" };

/** Somebody who has shown who it is. */
export interface Guest {
  readonly line: Line;
  readonly hello: Hello;
  /** Its public key in hexadecimal. */
  readonly device: string;
}

/** What is behind the door. */
export interface Behind {
  /** Lets a guest in. */
  readonly letIn: (guest: Guest) => Promise<Inside>;
}

/** Somebody who is in. */
export interface Inside {
  /** Throws MessageError where something is heard that has no place. */
  readonly hear: (message: ToServer) => void;
  readonly lose: () => void;
}

/** Why somebody is sent home. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
  /** Whether it may come back later; false where nothing is said. */
  readonly comeBack?: boolean;
}

/** How a doorway is kept. */
export interface DoorwayOptions {
  /** Where a guest is led to, or why it is sent home. */
  readonly lead: (guest: Guest) => Promise<Behind | Refusal>;
  readonly clock: Pick<HostClock, "steady" | "after">;
  /** Who has not shown who it is after so long is sent home. */
  readonly patienceSeconds: Seconds;
  /** What may be said. */
  readonly messages: Rate;
  /** Hears by which code somebody was sent home. */
  readonly onRefused: (code: string) => void;
  /** Hears why somebody could not be let in who may come back. */
  readonly onFailed: (error: unknown) => void;
}

const NONCE_BYTES = 32;

interface Visit {
  readonly line: Line;
  readonly options: DoorwayOptions;
  readonly nonce: Uint8Array<ArrayBuffer>;
  hello: Hello | null;
  /** Whether it has shown who it is; until it is in nothing else is to be heard of it. */
  isEntering: boolean;
  inside: Inside | null;
  isOver: boolean;
  /** Takes back that it is sent home if it shows nothing. */
  stopWaiting: () => void;
}

/** Somebody has connected. */
export function atTheDoor(line: Line, options: DoorwayOptions): LineListener {
  const { clock, patienceSeconds, messages } = options;
  const nonce = Uint8Array.from(randomBytes(NONCE_BYTES));
  const pace = rateLimit(messages, clock.steady, 1);
  const visit: Visit = {
    line,
    options,
    nonce,
    hello: null,
    isEntering: false,
    inside: null,
    isOver: false,
    stopWaiting: clock.after(patienceSeconds, () => sendHome(visit, TOO_SLOW)),
  };
  return {
    onMessage: (bytes) => {
      if (visit.isOver) return;
      if (pace.take("") !== null) return sendHome(visit, TOO_MANY);
      hearBytes(visit, bytes);
    },
    onClosed: () => {
      visit.isOver = true;
      visit.stopWaiting();
      visit.inside?.lose();
    },
  };
}

function sendHome(visit: Visit, { code, detail, comeBack = false }: Refusal): void {
  const { line, options } = visit;
  visit.isOver = true;
  visit.stopWaiting();
  options.onRefused(code);
  line.send(encodeToClient({ kind: "goodbye", code, detail, comeBack }));
  line.close();
}

function hearBytes(visit: Visit, bytes: Uint8Array): void {
  try {
    const message = decodeToServer(bytes);
    if (visit.inside === null) greet(visit, message);
    else visit.inside.hear(message);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    sendHome(visit, { code: "message-invalid", detail: error.message });
  }
}

function greet(visit: Visit, message: ToServer): void {
  const { hello, line, nonce } = visit;
  if (hello === null) {
    const version = versionOf(message);
    if (typeof version !== "number" || message.kind !== "hello") return sendHome(visit, asRefusal(version));
    visit.hello = message;
    return line.send(encodeToClient({ kind: "challenge", version, nonce }));
  }
  if (visit.isEntering) return sendHome(visit, OUT_OF_ORDER);
  const refusal = proofRefusal(message, hello, nonce);
  if (refusal !== null) return sendHome(visit, refusal);
  visit.isEntering = true;
  void enter(visit, { line, hello, device: Buffer.from(hello.deviceKey).toString("hex") });
}

async function enter(visit: Visit, guest: Guest): Promise<void> {
  try {
    const way = await visit.options.lead(guest);
    if (visit.isOver) return;
    if (!("letIn" in way)) return sendHome(visit, way);
    visit.stopWaiting();
    const inside = await way.letIn(guest);
    // It may have gone, or said what has no place, in the meantime.
    if (visit.isOver) inside.lose();
    else visit.inside = inside;
  } catch (error) {
    // As where the run cannot go on, or the disk is full: the device may come back.
    visit.options.onFailed(error);
    visit.line.close();
  }
}

const OUT_OF_ORDER: Refusal = { code: "out-of-order", detail: "a connection begins with hello and then a proof" };
const TOO_SLOW: Refusal = { code: "too-slow", detail: "hello and the proof did not come in time", comeBack: true };
const TOO_MANY: Refusal = { code: "too-many-messages", detail: "too much was said in a short time", comeBack: true };

/** Why devices are sent home for a while whose answers break rules again and again. */
export const TOO_MANY_BAD_ANSWERS: Required<Refusal> = {
  code: "too-many-bad-answers",
  detail: "too many answers of this device were refused; it may come back later",
  comeBack: true,
};

/** The version that is spoken, or why there is none. */
function versionOf(message: ToServer): number | Refusal {
  if (message.kind !== "hello") return OUT_OF_ORDER;
  const detail = "there is no version of the protocol that both speak";
  return agreedVersion(message.versions) ?? { code: "version-unknown", detail };
}

function asRefusal(version: number | Refusal): Refusal {
  return typeof version === "number" ? OUT_OF_ORDER : version;
}

function proofRefusal(message: ToServer, { deviceKey }: Hello, nonce: Uint8Array<ArrayBuffer>): Refusal | null {
  if (message.kind !== "proof") return OUT_OF_ORDER;
  return isSignedBy(deviceKey, nonce, message.signature)
    ? null
    : { code: "not-proven", detail: "the signature is not that of the device's key" };
}

/** The head of an Ed25519 public key in DER. */
const KEY_HEAD = Buffer.from("302a300506032b6570032100", "hex");

function isSignedBy(deviceKey: Uint8Array, nonce: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([KEY_HEAD, deviceKey]), format: "der", type: "spki" });
  return verify(null, joinStatement(nonce), key, signature);
}
