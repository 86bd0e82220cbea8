/**
 * Blobs and updates over HTTP: models go down as blobs, whole or from some byte on; answers come up, resumed where they broke off.
 *
 * @module
 */
import { taskId } from "@potluck/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createReadStream } from "node:fs";
import type { OpenTask } from "../run/thread/messages.ts";
import type { Reception, Visitor } from "../socket/reception.ts";
import type { Blobs } from "../store/blobs.ts";
import { UploadError } from "../store/uploads.ts";

/** What transfers rest on. */
export interface TransferOptions {
  readonly blobs: Blobs;
  /** Who shows a session. */
  readonly visitorOf: Reception["visitorOf"];
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
    const own = ownTask(options, request, reply);
    if (own === null) return reply;
    return reply.header("upload-offset", await own.room.uploads.offset(own.open.task.id)).send();
  });
  http.put<{ Params: { task: string } }>("/v1/updates/:task", async (request, reply) =>
    takeUpload(options, request, reply),
  );
}

const SHA256 = /^[0-9a-f]{64}$/;

async function sendBlob(
  { blobs, visitorOf }: TransferOptions,
  request: FastifyRequest<{ Params: { sha256: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { sha256 } = request.params;
  if (visitorOf(sessionIn(request)) === null) return refuse(reply, 401, "session-unknown");
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
  const own = ownTask(options, request, reply);
  if (own === null) return reply;
  const { uploads } = own.room;
  const { task, mostBytes: most } = own.open;
  const offset = Number(request.headers["upload-offset"] ?? Number.NaN);
  if (!Number.isSafeInteger(offset) || offset < 0) return refuse(reply, 400, "offset-missing");
  try {
    const there = await uploads.append(task.id, request.raw, { offset, most });
    return await reply.header("upload-offset", there).code(204).send();
  } catch (error) {
    if (!(error instanceof UploadError)) throw error;
    const code = { offset: 409, length: 413, busy: 423, full: 507 }[error.problem];
    reply.header("upload-offset", await uploads.offset(task.id));
    return refuse(reply, code, `upload-${error.problem}`, error.message);
  }
}

/** The task in the path, if whoever asks is at it; else the reply says why not. */
function ownTask(
  { visitorOf }: TransferOptions,
  request: FastifyRequest<{ Params: { task: string } }>,
  reply: FastifyReply,
): (Visitor & { readonly open: OpenTask }) | null {
  const visitor = visitorOf(sessionIn(request));
  if (visitor === null) {
    void refuse(reply, 401, "session-unknown");
    return null;
  }
  const open = visitor.room.run.view.open.get(visitor.client);
  const number = Number(request.params.task);
  if (open !== undefined && Number.isSafeInteger(number) && number >= 0 && open.task.id === taskId(number)) {
    return { ...visitor, open };
  }
  void refuse(reply, 404, "task-not-open");
  return null;
}

function sessionIn({ headers }: FastifyRequest): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
}

function refuse(reply: FastifyReply, status: number, code: string, detail = ""): FastifyReply {
  return reply.code(status).send({ code, detail });
}
