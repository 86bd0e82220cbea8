/**
 * Blobs and updates over HTTP: models go down as blobs, whole or from some byte on; answers come up, resumed where they broke off.
 *
 * @module
 */
import { type ClientId, type Task, taskId, type TaskId } from "@potluck/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createReadStream } from "node:fs";
import { mostBytes } from "../socket/most-bytes.ts";
import type { Blobs } from "../store/blobs.ts";
import { UploadError, type Uploads } from "../store/uploads.ts";

/** What transfers rest on. */
export interface TransferOptions {
  readonly blobs: Blobs;
  readonly uploads: Uploads;
  /** Who shows this session; null for nobody. */
  readonly clientOf: (session: string) => ClientId | null;
  /** The task that a client is at. */
  readonly taskOf: (client: ClientId) => Task | undefined;
}

/** Serves blobs and takes updates. */
export function serveTransfers(http: FastifyInstance, options: TransferOptions): void {
  // Bodies are streams of bytes, whatever they are said to be.
  http.removeAllContentTypeParsers();
  http.addContentTypeParser("*", (_, body, done) => done(null, body));
  http.get<{ Params: { sha256: string } }>("/v1/blobs/:sha256", async (request, reply) =>
    sendBlob(options, request, reply),
  );
  http.head<{ Params: { task: string } }>("/v1/updates/:task", async (request, reply) => {
    const task = ownTask(options, request, reply);
    if (task === null) return reply;
    return reply.header("upload-offset", await options.uploads.offset(task.id)).send();
  });
  http.put<{ Params: { task: string } }>("/v1/updates/:task", async (request, reply) =>
    takeUpload(options, request, reply),
  );
}

const SHA256 = /^[0-9a-f]{64}$/;

async function sendBlob(
  { blobs, clientOf }: TransferOptions,
  request: FastifyRequest<{ Params: { sha256: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { sha256 } = request.params;
  if (clientOf(sessionIn(request)) === null) return refuse(reply, 401, "session-unknown");
  if (!SHA256.test(sha256)) return refuse(reply, 404, "blob-unknown");
  const size = await blobs.sizeOf(sha256);
  if (size === null) return refuse(reply, 404, "blob-unknown");
  const from = firstByte(request.headers.range);
  if (from === null || from >= Math.max(size, 1)) {
    return refuse(reply.header("content-range", `bytes */${size}`), 416, "range-invalid");
  }
  reply.header("cache-control", "private, max-age=31536000, immutable").header("etag", `"${sha256}"`);
  reply
    .header("accept-ranges", "bytes")
    .type("application/octet-stream")
    .header("content-length", size - from);
  if (from > 0) reply.code(206).header("content-range", `bytes ${from}-${size - 1}/${size}`);
  return reply.send(createReadStream(blobs.pathOf(sha256), { start: from }));
}

/** From which byte on a blob is wanted; null for ranges of another kind. */
function firstByte(range: string | undefined): number | null {
  if (range === undefined) return 0;
  const [, first] = /^bytes=(\d{1,15})-$/.exec(range) ?? [];
  return first === undefined ? null : Number(first);
}

async function takeUpload(
  options: TransferOptions,
  request: FastifyRequest<{ Params: { task: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const task = ownTask(options, request, reply);
  if (task === null) return reply;
  const offset = Number(request.headers["upload-offset"] ?? Number.NaN);
  if (!Number.isSafeInteger(offset) || offset < 0) return refuse(reply, 400, "offset-missing");
  try {
    const there = await options.uploads.append(task.id, request.raw, { offset, most: mostBytes(task) });
    return await reply.header("upload-offset", there).code(204).send();
  } catch (error) {
    if (!(error instanceof UploadError)) throw error;
    const code = { offset: 409, length: 413, busy: 423 }[error.problem];
    reply.header("upload-offset", await options.uploads.offset(task.id));
    return refuse(reply, code, `upload-${error.problem}`, error.message);
  }
}

/** The task in the path, if whoever asks is at it; else the reply says why not. */
function ownTask(
  { clientOf, taskOf }: TransferOptions,
  request: FastifyRequest<{ Params: { task: string } }>,
  reply: FastifyReply,
): (Task & { readonly id: TaskId }) | null {
  const client = clientOf(sessionIn(request));
  if (client === null) {
    void refuse(reply, 401, "session-unknown");
    return null;
  }
  const task = taskOf(client);
  const number = Number(request.params.task);
  if (task !== undefined && Number.isSafeInteger(number) && number >= 0 && task.id === taskId(number)) return task;
  void refuse(reply, 404, "task-not-open");
  return null;
}

function sessionIn({ headers }: FastifyRequest): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
}

function refuse(reply: FastifyReply, status: number, code: string, detail = ""): FastifyReply {
  return reply.code(status).send({ code, detail });
}
