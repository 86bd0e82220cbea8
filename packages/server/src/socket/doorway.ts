/**
 * The doorway of a reception: who connects has to show who it is before anything else is heard of it.
 *
 * @module
 */
import {
  agreedVersion,
  decodeToServer,
  encodeToClient,
  joinStatement,
  MessageError,
  type ToServer,
} from "@potluck/protocol";
import { createPublicKey, randomBytes, verify } from "node:crypto";
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
}

const NONCE_BYTES = 32;

/** Somebody has connected, and is led to where `behind` says, unless that is nowhere. */
export function atTheDoor(line: Line, behind: (guest: Guest) => Behind | Refusal): LineListener {
  let hello: Hello | null = null;
  /** What is heard of a guest that has been let in waits until it is in. */
  let entering: Promise<Inside> | null = null;
  let inside: Inside | null = null;
  let isClosed = false;
  const nonce = Uint8Array.from(randomBytes(NONCE_BYTES));
  const sendHome = ({ code, detail }: Refusal): void => {
    line.send(encodeToClient({ kind: "goodbye", code, detail, comeBack: false }));
    line.close();
  };
  const enter = async (coming: Promise<Inside>): Promise<void> => {
    try {
      inside = await coming;
      if (isClosed) inside.lose();
    } catch {
      // The run cannot go on, which whoever hosts it hears of; the device may come back.
      line.close();
    }
  };
  const greet = (message: ToServer): void => {
    if (hello === null) {
      const version = versionOf(message);
      if (typeof version !== "number" || message.kind !== "hello") return sendHome(asRefusal(version));
      hello = message;
      return line.send(encodeToClient({ kind: "challenge", version, nonce }));
    }
    if (entering !== null) return sendHome(OUT_OF_ORDER);
    const guest: Guest = { line, hello, device: Buffer.from(hello.deviceKey).toString("hex") };
    const refusal = proofRefusal(message, hello, nonce);
    const way = refusal ?? behind(guest);
    if (!("letIn" in way)) return sendHome(way);
    entering = way.letIn(guest);
    void enter(entering);
  };
  return {
    onMessage: (bytes) => {
      try {
        const message = decodeToServer(bytes);
        if (inside === null) greet(message);
        else inside.hear(message);
      } catch (error) {
        if (!(error instanceof MessageError)) throw error;
        sendHome({ code: "message-invalid", detail: error.message });
      }
    },
    onClosed: () => {
      isClosed = true;
      inside?.lose();
    },
  };
}

const OUT_OF_ORDER: Refusal = { code: "out-of-order", detail: "a connection begins with hello and then a proof" };

/** The version that is spoken, or why there is none. */
function versionOf(message: ToServer): number | Refusal {
  if (message.kind !== "hello") return OUT_OF_ORDER;
  const detail = "there is no version of the protocol that both speak";
  return agreedVersion(message.versions) ?? { code: "version-unknown", detail };
}

function asRefusal(version: number | Refusal): Refusal {
  return typeof version === "number" ? OUT_OF_ORDER : version;
}

function proofRefusal(message: ToServer, { deviceKey }: Hello, nonce: Uint8Array): Refusal | null {
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
