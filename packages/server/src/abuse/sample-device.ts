/**
 * Devices for tests that say what tests want, frame by frame. One that {@link SampleDevice.works} answers each task with the model that it
 * was given.
 *
 * @module
 */
import {
  decodeToClient,
  encodeToServer,
  joinStatement,
  PROTOCOL_VERSIONS,
  type Submission,
  type ToClient,
  type ToServer,
  type WireTask,
} from "@potluck/protocol";
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { WebSocket } from "ws";

/** The key of a device. */
export interface SampleKey {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
}

/** A new key. */
export function sampleKey(): SampleKey {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  // The last 32 bytes of the key's DER are the key.
  return { privateKey, publicKey: Uint8Array.from(publicKey.export({ format: "der", type: "spki" }).subarray(-32)) };
}

/** A key in hexadecimal, as a coordinator names a device. */
export function deviceOf({ publicKey }: SampleKey): string {
  return Buffer.from(publicKey).toString("hex");
}

/** How to connect. */
export interface SampleDeviceOptions {
  readonly url: string;
  readonly key?: SampleKey;
  readonly token?: string;
  readonly run?: string;
  readonly examples?: number;
  /** The address of this machine that it connects from. */
  readonly from?: string;
  readonly origin?: string;
}

/** What is said last. */
export type Goodbye = ToClient & { readonly kind: "goodbye" };

/** A connection of a device. */
export interface SampleDevice {
  readonly options: SampleDeviceOptions;
  readonly key: SampleKey;
  readonly socket: WebSocket;
  readonly say: (message: ToServer) => void;
  /** The next message of a kind, also one that was heard before and not asked for yet; rejects where the connection closes first. */
  readonly next: <Kind extends ToClient["kind"]>(kind: Kind) => Promise<ToClient & { readonly kind: Kind }>;
  /** Resolves with the goodbye that was said, or null, once the connection is closed. */
  readonly gone: Promise<Goodbye | null>;
  /** What it shows over HTTP, once it is in. */
  session: string;
}

/** Connects without saying anything. Rejects where the connection is not taken. */
export async function connected(options: SampleDeviceOptions): Promise<SampleDevice> {
  const { url, key = sampleKey(), from, origin } = options;
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/v1/connect`, {
    ...(from !== undefined && { localAddress: from }),
    ...(origin !== undefined && { origin }),
  });
  const heard: ToClient[] = [];
  let wake = Promise.withResolvers<null>();
  let goodbye: Goodbye | null = null;
  const closed = Promise.withResolvers<Goodbye | null>();
  socket.on("message", (data) => {
    const message = decodeToClient(Uint8Array.from(Buffer.isBuffer(data) ? data : Buffer.alloc(0)));
    if (message.kind === "goodbye") goodbye = message;
    heard.push(message);
    wake.resolve(null);
    wake = Promise.withResolvers();
  });
  socket.on("close", () => {
    closed.resolve(goodbye);
    wake.resolve(null);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve).once("error", reject);
  });
  socket.on("error", () => {});
  const next: SampleDevice["next"] = async (kind) => {
    for (;;) {
      const at = heard.findIndex((message) => message.kind === kind);
      const [found] = at < 0 ? [] : heard.splice(at, 1);
      if (found !== undefined && isOf(found, kind)) return found;
      if (socket.readyState >= WebSocket.CLOSING) throw new Error(`closed before ${kind}: ${JSON.stringify(goodbye)}`);
      await wake.promise;
    }
  };
  const say = (message: ToServer): void => socket.send(encodeToServer(message));
  return { options, key, socket, say, next, gone: closed.promise, session: "" };
}

function isOf<Kind extends ToClient["kind"]>(message: ToClient, kind: Kind): message is ToClient & { kind: Kind } {
  return message.kind === kind;
}

/** What a device says first. */
export function helloOf({ options, key }: SampleDevice, changes: Partial<ToServer & { kind: "hello" }> = {}): ToServer {
  const { token = "", run = "", examples = 10 } = options;
  const speeds = { flopsPerSecond: null, uploadBytesPerSecond: null, downloadBytesPerSecond: null };
  const profile = { examples, tier: "sample", ...speeds };
  const common = { versions: PROTOCOL_VERSIONS, software: "sample", openTasks: [] };
  return { kind: "hello", ...common, run, deviceKey: key.publicKey, token, profile, ...changes };
}

/** What shows that a device has its key. */
export function proofOf({ key }: SampleDevice, nonce: Uint8Array): ToServer {
  const statement = joinStatement(Uint8Array.from(nonce));
  return { kind: "proof", signature: Uint8Array.from(sign(null, statement, key.privateKey)) };
}

/** Connects, shows who it is, and is in. Rejects where it is not let in. */
export async function joined(options: SampleDeviceOptions): Promise<SampleDevice> {
  const device = await connected(options);
  device.say(helloOf(device));
  device.say(proofOf(device, (await device.next("challenge")).nonce));
  device.session = (await device.next("welcome")).session;
  return device;
}

interface Home {
  readonly code: string;
  readonly comeBack: boolean;
}

/** The code with which a device is sent home that does everything right but for who it is; null where it is let in. */
export async function refusal(options: SampleDeviceOptions): Promise<string | null> {
  return (await sentHome(options))?.code ?? null;
}

/** How it is sent home, likewise. */
export async function sentHome(options: SampleDeviceOptions): Promise<Home | null> {
  const device = await connected(options);
  device.say(helloOf(device));
  device.say(proofOf(device, (await device.next("challenge")).nonce));
  const outcome = await Promise.race([device.next("welcome").catch(() => null), device.gone.then(() => null)]);
  if (outcome === null) return (await device.gone) ?? { code: "closed without a word", comeBack: true };
  device.say({ kind: "leaving" });
  await device.gone;
  return null;
}

/** A request over HTTP. */
export type SampleRequest = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

/** A request over HTTP with the session of a device. */
export async function asked(device: SampleDevice, path: string, request: SampleRequest = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${device.session}`, ...request.headers };
  return fetch(`${device.options.url}${path}`, { ...request, headers });
}

/** Uploads the answer to a task. */
export async function uploaded(device: SampleDevice, task: number, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  return asked(device, `/v1/updates/${task}`, { method: "PUT", body: bytes, headers: { "upload-offset": "0" } });
}

/** The bytes of the model that a task starts from. */
export async function modelOf(device: SampleDevice, { params }: WireTask): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await asked(device, `/v1/blobs/${params.sha256}`)).arrayBuffer());
}

/** What is said of an answer. */
export function submissionOf(bytes: Uint8Array, changes: Partial<Submission> = {}): Submission {
  const payload = { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
  const spent = { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 };
  return { payload, remembered: 0, examples: 10, steps: 1, trainLoss: 0.5, spent, ...changes };
}

/** Answers a task with these bytes; what became of it. */
export async function answered(
  device: SampleDevice,
  task: WireTask,
  bytes: Uint8Array<ArrayBuffer>,
  claims: Partial<Submission> = {},
): Promise<ToClient & { readonly kind: "acknowledged" }> {
  await uploaded(device, task.id, bytes);
  device.say({ kind: "submitted", task: task.id, submission: submissionOf(bytes, claims) });
  return device.next("acknowledged");
}

/** What a device makes of a model: the bytes of an answer. */
export type Answer = (model: Uint8Array<ArrayBuffer>, task: WireTask) => Uint8Array<ArrayBuffer>;

/** Answers the task that it is at, if any, and all others, with the models that it is given, until the connection is closed. */
export async function works(
  device: SampleDevice,
  open: WireTask | null = null,
  answer: Answer = (model) => model,
): Promise<void> {
  try {
    for (let task = open; ; task = (await device.next("assign")).task) {
      if (task !== null) await answered(device, task, answer(await modelOf(device, task), task));
    }
  } catch {
    // The coordinator has closed: there is no more to do.
  }
}
