/**
 * What coordinators say: messages as plain data, written and read.
 *
 * @module
 */
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { clientId, type ClientId, type Seconds, type TaskId } from "@potluck/core";
import { amountOf, blobOf, type BlobName, bytesOf, parsed, refuse, textOf, wholeOf, wireBlob } from "./fields.ts";
import { type ToClient as WireToClient, ToClientSchema } from "./gen/wire_pb.ts";
import { idOf, taskOf, wireTask, type WireTask } from "./tasks.ts";

/** What became of an answer: it counts, came too late, breaks a rule, or the plan had no use for it. */
export type Outcome = "accepted" | "late" | "invalid" | "abandoned";

/** What a client is told of its answer. */
export interface Acknowledgement {
  readonly task: TaskId;
  readonly outcome: Outcome;
  /** Why, in words; "" where it counts. */
  readonly detail: string;
}

/** What a coordinator says. */
export type ToClient =
  | { readonly kind: "challenge"; readonly version: number; readonly nonce: Uint8Array }
  | {
      readonly kind: "welcome";
      readonly client: ClientId;
      /** What the client shows over HTTP. */
      readonly session: string;
      readonly heartbeatSeconds: Seconds;
      readonly silenceSeconds: Seconds;
      /** What is trained: a JSON document. */
      readonly job: BlobName;
      /** Of its open tasks those that are still wanted. */
      readonly openTasks: readonly TaskId[];
      /** Which run this is; left out by a coordinator that does not say. */
      readonly run?: string;
    }
  | { readonly kind: "heartbeat" }
  | { readonly kind: "assign"; readonly task: WireTask }
  | { readonly kind: "recall"; readonly task: TaskId }
  | ({ readonly kind: "acknowledged" } & Acknowledgement)
  | { readonly kind: "goodbye"; readonly code: string; readonly detail: string; readonly comeBack: boolean };

const NONCE_BYTES = 32;

/** A message as bytes. */
export function encodeToClient(message: ToClient): Uint8Array<ArrayBuffer> {
  return toBinary(ToClientSchema, create(ToClientSchema, { message: wireOf(message) }));
}

/** The message in bytes that came from a coordinator. Throws MessageError for whatever is not one, and nothing else. */
export function decodeToClient(bytes: Uint8Array): ToClient {
  return read(parsed(ToClientSchema, bytes).message);
}

type Wire = NonNullable<MessageInitShape<typeof ToClientSchema>["message"]>;

const OUTCOMES = ["accepted", "late", "invalid", "abandoned"] as const satisfies readonly Outcome[];

function wireOf(message: ToClient): Wire {
  switch (message.kind) {
    case "challenge":
      return { case: "challenge", value: { version: message.version, nonce: Uint8Array.from(message.nonce) } };
    case "welcome": {
      const { client, session, heartbeatSeconds, silenceSeconds, job, openTasks, run = "" } = message;
      const value = { session, run, heartbeatSeconds, silenceSeconds, client: BigInt(client), job: wireBlob(job) };
      return { case: "welcome", value: { ...value, openTasks: openTasks.map(BigInt) } };
    }
    case "heartbeat":
      return { case: "heartbeat", value: {} };
    case "assign":
      return { case: "assign", value: wireTask(message.task) };
    case "recall":
      return { case: "recall", value: { task: BigInt(message.task) } };
    case "acknowledged": {
      const { task, outcome, detail } = message;
      return { case: "acknowledged", value: { task: BigInt(task), outcome: 1 + OUTCOMES.indexOf(outcome), detail } };
    }
    case "goodbye": {
      const { code, detail, comeBack } = message;
      return { case: "goodbye", value: { code, detail, comeBack } };
    }
  }
}

function read(message: WireToClient["message"]): ToClient {
  switch (message.case) {
    case "challenge": {
      const { version, nonce } = message.value;
      return { kind: "challenge", version, nonce: bytesOf(nonce, "a nonce", NONCE_BYTES) };
    }
    case "welcome":
      return welcomeOf(message.value);
    case "heartbeat":
      return { kind: "heartbeat" };
    case "assign":
      return { kind: "assign", task: taskOf(message.value) };
    case "recall":
      return { kind: "recall", task: idOf(message.value.task) };
    case "acknowledged": {
      const { task, outcome, detail } = message.value;
      return {
        kind: "acknowledged",
        task: idOf(task),
        outcome: outcomeOf(outcome),
        detail: textOf(detail, "a detail"),
      };
    }
    case "goodbye": {
      const { code, detail, comeBack } = message.value;
      return { kind: "goodbye", code: textOf(code, "a code"), detail: textOf(detail, "a detail"), comeBack };
    }
    case undefined:
      return refuse("a message of no kind that is known here");
  }
}

function welcomeOf(welcome: Extract<WireToClient["message"], { case: "welcome" }>["value"]): ToClient {
  const { client, session, job, openTasks, run } = welcome;
  return {
    kind: "welcome",
    client: clientId(wholeOf(client, "the number of the client")),
    session: textOf(session, "the session"),
    heartbeatSeconds: amountOf(welcome.heartbeatSeconds, "the time between heartbeats"),
    silenceSeconds: amountOf(welcome.silenceSeconds, "the time of silence"),
    job: blobOf(job, "the job"),
    openTasks: openTasks.map(idOf),
    ...(run !== "" && { run: textOf(run, "the name of the run") }),
  };
}

function outcomeOf(said: number): Outcome {
  return OUTCOMES[said - 1] ?? refuse(`an answer of which ${said} has become`);
}
