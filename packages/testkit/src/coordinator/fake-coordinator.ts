/**
 * A coordinator that does what a test says: it speaks the protocol, and breaks it where it is told to. It keeps every byte that it is sent.
 *
 * @module
 */
import { clientId, type TaskId } from "@potluck/core";
import {
  type BlobName,
  decodeToServer,
  encodeToClient,
  joinStatement,
  type ToClient,
  type ToServer,
} from "@potluck/protocol";
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { type HttpFault, type HttpPlaces, httpPlaces } from "./http-places.ts";

/** How a coordinator behaves. */
export interface FakeOptions {
  readonly heartbeatSeconds?: number;
  readonly silenceSeconds?: number;
  /** What it says that is trained: a blob that it has. */
  readonly job?: BlobName;
  readonly run?: string;
  /** Whether it answers heartbeats; it does by default. */
  readonly answersHeartbeats?: boolean;
  /** What it says instead of welcome. */
  readonly refusal?: Omit<ToClient & { readonly kind: "goodbye" }, "kind">;
  readonly port?: number;
}

/** A message of one kind. */
export type Said<Kind extends ToServer["kind"]> = ToServer & { readonly kind: Kind };

/** A coordinator for tests. */
export interface FakeCoordinator {
  readonly url: string;
  /** All that clients said, in order. */
  readonly said: readonly ToServer[];
  /** Every byte that came in: messages, heads of requests, bodies. */
  readonly bytes: readonly Uint8Array[];
  /** The next message of a kind that no call has resolved with yet. */
  readonly next: <Kind extends ToServer["kind"]>(kind: Kind) => Promise<Said<Kind>>;
  /** Says something to whoever was let in last. */
  readonly say: (message: ToClient) => void;
  /** Sends bytes that are no message. */
  readonly babble: (bytes: Uint8Array) => void;
  /** Breaks the connection off, in the middle of a message. */
  readonly cut: () => void;
  /** Has a blob. */
  readonly put: (bytes: Uint8Array) => BlobName;
  /** Takes the answer to a task, and says of it that it is wanted when a client comes back. */
  readonly open: (task: TaskId) => void;
  readonly shut: (task: TaskId) => void;
  /** What has arrived of the answer to a task. */
  readonly uploaded: (task: TaskId) => Uint8Array;
  /** What the next requests of a kind meet with, one each. */
  readonly fail: (what: "download" | "offset" | "upload", ...faults: readonly HttpFault[]) => void;
  readonly close: () => Promise<void>;
}

interface Fake {
  readonly options: FakeOptions;
  readonly said: ToServer[];
  readonly bytes: Uint8Array[];
  readonly waiting: ((message: ToServer) => boolean)[];
  readonly unclaimed: ToServer[];
  readonly places: HttpPlaces;
  line: { readonly socket: WebSocket; readonly raw: Duplex } | null;
  readonly numbers: Map<string, number>;
}

/** Opens one. */
export async function fakeCoordinator(options: FakeOptions = {}): Promise<FakeCoordinator> {
  const bytes: Uint8Array[] = [];
  const places = httpPlaces(bytes);
  const fake: Fake = {
    options,
    bytes,
    places,
    said: [],
    waiting: [],
    unclaimed: [],
    line: null,
    numbers: new Map(),
  };
  const server = createServer((request, response) => void places.answer(request, response));
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, raw: Duplex, head) => {
    bytes.push(Buffer.from(request.rawHeaders.join("\n")));
    sockets.handleUpgrade(request, raw, head, (socket) => greet(fake, socket, raw));
  });
  await new Promise<void>((ready) => server.listen(options.port ?? 0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    said: fake.said,
    bytes,
    next: async (kind) => nextOf(fake, kind),
    say: (message) => fake.line?.socket.send(encodeToClient(message)),
    babble: (rubbish) => fake.line?.socket.send(rubbish),
    cut: () => {
      fake.line?.raw.write(Uint8Array.of(130, 100, 1, 2, 3));
      fake.line?.raw.destroy();
    },
    put: places.put,
    open: places.open,
    shut: places.shut,
    uploaded: places.uploaded,
    fail: places.fail,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function nextOf<Kind extends ToServer["kind"]>(fake: Fake, kind: Kind): Promise<Said<Kind>> {
  const isWanted = (message: ToServer): message is Said<Kind> => message.kind === kind;
  const found = fake.unclaimed.find(isWanted);
  if (found !== undefined) {
    fake.unclaimed.splice(fake.unclaimed.indexOf(found), 1);
    return found;
  }
  return new Promise((resolve) => {
    fake.waiting.push((message) => {
      if (!isWanted(message)) return false;
      resolve(message);
      return true;
    });
  });
}

function hear({ said, waiting, unclaimed }: Fake, message: ToServer): void {
  said.push(message);
  const at = waiting.findIndex((take) => take(message));
  if (at < 0) unclaimed.push(message);
  else waiting.splice(at, 1);
}

function greet(fake: Fake, socket: WebSocket, raw: Duplex): void {
  const nonce = Uint8Array.from(randomBytes(32));
  let hello: Said<"hello"> | null = null;
  socket.on("error", () => {});
  socket.on("message", (data) => {
    const bytes = bytesOf(data);
    fake.bytes.push(bytes);
    const message = decodeToServer(bytes);
    if (message.kind === "hello") {
      hello = message;
      socket.send(encodeToClient({ kind: "challenge", version: 1, nonce }));
    }
    const isProven = message.kind === "proof" && hello !== null && isSigned(hello, nonce, message);
    if (isProven && hello !== null) letIn(fake, hello, { socket, raw });
    if (message.kind === "heartbeat" && fake.options.answersHeartbeats !== false) {
      socket.send(encodeToClient({ kind: "heartbeat" }));
    }
    hear(fake, message);
  });
}

function letIn(fake: Fake, { deviceKey, openTasks }: Said<"hello">, line: NonNullable<Fake["line"]>): void {
  const { refusal, run, job = { sha256: "00".repeat(32), bytes: 0 } } = fake.options;
  const { heartbeatSeconds = 5, silenceSeconds = 30 } = fake.options;
  if (refusal !== undefined) return line.socket.send(encodeToClient({ kind: "goodbye", ...refusal }));
  fake.line = line;
  const device = Buffer.from(deviceKey).toString("hex");
  const number = fake.numbers.get(device) ?? fake.numbers.size;
  fake.numbers.set(device, number);
  const welcome: ToClient = {
    kind: "welcome",
    client: clientId(number),
    session: fake.places.newSession(),
    heartbeatSeconds,
    silenceSeconds,
    job,
    openTasks: openTasks.filter(fake.places.isOpen),
    ...(run !== undefined && { run }),
  };
  line.socket.send(encodeToClient(welcome));
}

const KEY_HEAD = Buffer.from("302a300506032b6570032100", "hex");

function isSigned({ deviceKey }: Said<"hello">, nonce: Uint8Array, { signature }: Said<"proof">): boolean {
  const key = createPublicKey({ key: Buffer.concat([KEY_HEAD, deviceKey]), format: "der", type: "spki" });
  return verify(null, joinStatement(nonce), key, signature);
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Uint8Array.from(Buffer.concat(data));
  return data instanceof ArrayBuffer ? new Uint8Array(data) : Uint8Array.from(data);
}

/** The SHA-256 of bytes, in lower-case hexadecimal. */
export function nameOf(bytes: Uint8Array): BlobName {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
}
