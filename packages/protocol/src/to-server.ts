/**
 * What clients say: messages as plain data, written and read.
 *
 * @module
 */
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Seconds, TaskId, Update } from "@potluck/core";
import {
  amountOf,
  blobOf,
  type BlobName,
  bytesOf,
  given,
  parsed,
  refuse,
  textOf,
  wholeOf,
  wireBlob,
} from "./fields.ts";
import {
  type Hello,
  type Profile,
  type Submitted,
  type ToServer as WireToServer,
  ToServerSchema,
} from "./gen/wire_pb.ts";
import { idOf } from "./tasks.ts";

/** What a client says of itself; null for what it has not measured. */
export interface DeviceProfile {
  readonly examples: number;
  readonly tier: string;
  readonly flopsPerSecond: number | null;
  readonly uploadBytesPerSecond: number | null;
  readonly downloadBytesPerSecond: number | null;
}

/** An answer that is uploaded: everything but its payload, which is a blob. */
export interface Submission extends Omit<Update, "payload" | "remembered"> {
  readonly payload: BlobName;
  readonly remembered: number;
}

/** What a client says. */
export type ToServer =
  | {
      readonly kind: "hello";
      /** Versions of the protocol that it speaks. */
      readonly versions: readonly number[];
      /** The run that it wants to join; "" for the only one. */
      readonly run: string;
      /** Its Ed25519 public key: 32 bytes. */
      readonly deviceKey: Uint8Array;
      /** What an unknown device is let in with; "" for a known one. */
      readonly token: string;
      readonly software: string;
      readonly profile: DeviceProfile;
      /** Tasks that it still works on. */
      readonly openTasks: readonly TaskId[];
      /** The run of which it still has all that it was given to keep; left out where it has lost it, or was in none. */
      readonly holds?: string;
    }
  | { readonly kind: "proof"; readonly signature: Uint8Array }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "received"; readonly task: TaskId; readonly bytes: number }
  | { readonly kind: "submitted"; readonly task: TaskId; readonly submission: Submission }
  | { readonly kind: "failed"; readonly task: TaskId; readonly reason: string }
  | { readonly kind: "leaving" };

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** No client has more tasks, versions or characters of a token than these. */
const MAX_OPEN_TASKS = 64;
const MAX_VERSIONS = 64;
const MAX_TOKEN = 2048;
const MAX_REASON = 1000;
const MAX_NAME = 200;

/** A message as bytes. */
export function encodeToServer(message: ToServer): Uint8Array<ArrayBuffer> {
  return toBinary(ToServerSchema, create(ToServerSchema, { message: wireOf(message) }));
}

/** The message in bytes that came from a client. Throws MessageError for whatever is not one, and nothing else. */
export function decodeToServer(bytes: Uint8Array): ToServer {
  return read(parsed(ToServerSchema, bytes).message);
}

type Wire = NonNullable<MessageInitShape<typeof ToServerSchema>["message"]>;

function wireOf(message: ToServer): Wire {
  switch (message.kind) {
    case "hello":
      return { case: "hello", value: wireHello(message) };
    case "proof":
      return { case: "proof", value: { signature: Uint8Array.from(message.signature) } };
    case "heartbeat":
      return { case: "heartbeat", value: {} };
    case "received":
      return { case: "received", value: { task: BigInt(message.task), bytes: BigInt(message.bytes) } };
    case "submitted":
      return { case: "submitted", value: wireSubmitted(message.task, message.submission) };
    case "failed":
      return { case: "failed", value: { task: BigInt(message.task), reason: message.reason.slice(0, MAX_REASON) } };
    case "leaving":
      return { case: "leaving", value: {} };
  }
}

function wireHello(hello: ToServer & { readonly kind: "hello" }): Extract<Wire, { readonly case: "hello" }>["value"] {
  const { versions, run, deviceKey, token, software, profile, openTasks, holds = "" } = hello;
  return {
    versions: [...versions],
    run,
    deviceKey: Uint8Array.from(deviceKey),
    token,
    software,
    holds,
    openTasks: openTasks.map(BigInt),
    profile: {
      examples: BigInt(profile.examples),
      tier: profile.tier,
      flopsPerSecond: profile.flopsPerSecond ?? 0,
      uploadBytesPerSecond: profile.uploadBytesPerSecond ?? 0,
      downloadBytesPerSecond: profile.downloadBytesPerSecond ?? 0,
    },
  };
}

function wireSubmitted(
  task: TaskId,
  { payload, remembered, examples, steps, trainLoss, smoothness = 0, spent }: Submission,
): Extract<Wire, { readonly case: "submitted" }>["value"] {
  return {
    task: BigInt(task),
    payload: wireBlob(payload),
    remembered: BigInt(remembered),
    examples: BigInt(examples),
    steps: BigInt(steps),
    trainLoss,
    smoothness,
    ...spent,
  };
}

function read(message: WireToServer["message"]): ToServer {
  switch (message.case) {
    case "hello":
      return helloOf(message.value);
    case "proof":
      return { kind: "proof", signature: bytesOf(message.value.signature, "a signature", SIGNATURE_BYTES) };
    case "received": {
      const { task, bytes } = message.value;
      return { kind: "received", task: idOf(task), bytes: wholeOf(bytes, "the bytes of a task") };
    }
    case "submitted":
      return { kind: "submitted", task: idOf(message.value.task), submission: submissionOf(message.value) };
    case "failed": {
      const { task, reason } = message.value;
      return { kind: "failed", task: idOf(task), reason: textOf(reason, "a reason", MAX_REASON) };
    }
    case "heartbeat":
    case "leaving":
      return { kind: message.case };
    case undefined:
      return refuse("a message of no kind that is known here");
  }
}

function helloOf({ versions, run, deviceKey, token, software, profile, openTasks, holds }: Hello): ToServer {
  if (versions.length > MAX_VERSIONS) refuse(`${versions.length} versions of the protocol`);
  if (openTasks.length > MAX_OPEN_TASKS) refuse(`${openTasks.length} open tasks`);
  return {
    kind: "hello",
    versions,
    run: textOf(run, "the name of the run", MAX_NAME),
    deviceKey: bytesOf(deviceKey, "the device's key", KEY_BYTES),
    token: textOf(token, "the token", MAX_TOKEN),
    software: textOf(software, "the name of the software", MAX_NAME),
    profile: profileOf(given(profile, "the profile")),
    openTasks: openTasks.map(idOf),
    ...(holds !== "" && { holds: textOf(holds, "the run that it holds", MAX_NAME) }),
  };
}

function profileOf(profile: Profile): DeviceProfile {
  return {
    examples: wholeOf(profile.examples, "the number of examples"),
    tier: textOf(profile.tier, "the tier", MAX_NAME),
    flopsPerSecond: measured(profile.flopsPerSecond, "the speed"),
    uploadBytesPerSecond: measured(profile.uploadBytesPerSecond, "the upload"),
    downloadBytesPerSecond: measured(profile.downloadBytesPerSecond, "the download"),
  };
}

/** Null for what was not measured. */
function measured(value: number, what: string): number | null {
  return value === 0 ? null : amountOf(value, what);
}

function submissionOf(submitted: Submitted): Submission {
  const { payload, remembered, examples, steps, trainLoss, smoothness } = submitted;
  if (!Number.isFinite(trainLoss)) refuse(`a training loss of ${trainLoss}`);
  return {
    payload: blobOf(payload, "the answer"),
    remembered: wholeOf(remembered, "the messages that it goes on from"),
    examples: wholeOf(examples, "the number of examples", 1),
    steps: wholeOf(steps, "the number of steps", 1),
    trainLoss,
    ...(smoothness !== 0 && { smoothness: amountOf(smoothness, "the smoothness") }),
    spent: {
      downloadSeconds: secondsOf(submitted.downloadSeconds),
      computeSeconds: secondsOf(submitted.computeSeconds),
      uploadSeconds: secondsOf(submitted.uploadSeconds),
    },
  };
}

function secondsOf(value: number): Seconds {
  return amountOf(value, "a time");
}
