/**
 * What a coordinator for tests has over HTTP: blobs, and answers that arrive, with faults on the way.
 *
 * @module
 */
import { type TaskId, taskId } from "@potluck/core";
import type { BlobName } from "@potluck/protocol";
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** What a request meets with: an answer that says no, a connection that breaks after so many bytes, or other bytes than asked for. */
export type HttpFault =
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "broken"; readonly afterBytes: number }
  | { readonly kind: "corrupt" }
  /** The range that was asked for does not count. */
  | { readonly kind: "whole" }
  /** Nothing more is heard of it. */
  | { readonly kind: "silent" };

/** Blobs and answers. */
export interface HttpPlaces {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly put: (bytes: Uint8Array) => BlobName;
  readonly open: (task: TaskId) => void;
  readonly shut: (task: TaskId) => void;
  readonly isOpen: (task: TaskId) => boolean;
  readonly uploaded: (task: TaskId) => Uint8Array;
  readonly fail: (what: "download" | "offset" | "upload", ...faults: readonly HttpFault[]) => void;
  /** A session, the only one that counts from here on. */
  readonly newSession: () => string;
}

interface Places {
  readonly blobs: Map<string, Uint8Array>;
  readonly answers: Map<TaskId, Uint8Array>;
  readonly faults: Readonly<Record<"download" | "offset" | "upload", HttpFault[]>>;
  readonly seen: Uint8Array[];
  sessions: number;
}

/** Places whose every incoming byte goes to `seen`. */
export function httpPlaces(seen: Uint8Array[]): HttpPlaces {
  const places: Places = {
    blobs: new Map(),
    answers: new Map(),
    faults: { download: [], offset: [], upload: [] },
    seen,
    sessions: 0,
  };
  return {
    answer: async (request, response) => answer(places, request, response),
    put: (bytes) => {
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      places.blobs.set(sha256, bytes);
      return { sha256, bytes: bytes.length };
    },
    open: (task) => void places.answers.set(task, new Uint8Array(0)),
    shut: (task) => void places.answers.delete(task),
    isOpen: (task) => places.answers.has(task),
    uploaded: (task) => places.answers.get(task) ?? new Uint8Array(0),
    fail: (what, ...faults) => void places.faults[what].push(...faults),
    newSession: () => `session-${++places.sessions}`,
  };
}

async function answer(places: Places, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "", rawHeaders, headers } = request;
  places.seen.push(Buffer.from([method, url, ...rawHeaders].join("\n")));
  if (headers.authorization !== `Bearer session-${places.sessions}`) return end(response, 401);
  const [, , kind, name = ""] = url.split("/");
  if (kind === "blobs") return download(places, name, { request, response });
  const task = taskId(Number(name));
  const there = places.answers.get(task);
  if (there === undefined) return end(response, 404);
  response.setHeader("upload-offset", there.length);
  if (method === "HEAD") return end(response, refusedBy(places.faults.offset.shift()) ?? 200);
  return upload(places, task, { request, response });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

function refusedBy(fault: HttpFault | undefined): number | null {
  return fault?.kind === "status" ? fault.status : null;
}

function download({ blobs, faults }: Places, name: string, exchange: Exchange): void {
  const blob = blobs.get(name);
  const fault = faults.download.shift();
  const status = blob === undefined ? 404 : refusedBy(fault);
  if (blob === undefined || status !== null) return end(exchange.response, status ?? 404);
  if (fault?.kind !== "silent") sendBlob(blob, fault, exchange);
}

function sendBlob(blob: Uint8Array, fault: HttpFault | undefined, { request, response }: Exchange): void {
  const [, first = "0"] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
  const from = fault?.kind === "whole" ? 0 : Number(first);
  const bytes = Uint8Array.from(blob.subarray(from));
  if (fault?.kind === "corrupt" && bytes.length > 0) bytes[0] = 255 - (bytes[0] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, { "content-length": bytes.length });
  if (fault?.kind !== "broken") return void response.end(bytes);
  response.write(bytes.subarray(0, fault.afterBytes), () => response.destroy());
}

async function upload({ answers, faults, seen }: Places, task: TaskId, { request, response }: Exchange): Promise<void> {
  const there = answers.get(task) ?? new Uint8Array(0);
  const fault = faults.upload.shift();
  const status = refusedBy(fault);
  if (status !== null) return end(response, status);
  if (Number(request.headers["upload-offset"]) !== there.length) return end(response, 409);
  const most = fault?.kind === "broken" ? fault.afterBytes : Infinity;
  let arrived: Uint8Array = there;
  for await (const piece of request) {
    const bytes: Uint8Array = Buffer.from(piece);
    seen.push(bytes);
    arrived = Uint8Array.from(Buffer.concat([arrived, bytes])).subarray(0, there.length + most);
  }
  answers.set(task, arrived);
  if (fault?.kind === "broken") return void request.socket.destroy();
  end(response, 204);
}
