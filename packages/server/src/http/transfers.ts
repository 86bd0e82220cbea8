/**
 * Blobs and updates over HTTP: models go down as blobs, whole or from some byte on; answers come up, resumed where they broke off.
 *
 * @module
 */
import { taskId } from "@potluck/core";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createReadStream } from "node:fs";
import { sharesWithin, type ShareLimits, type Shares } from "../access/shares.ts";
import type { OpenTask } from "../run/thread/messages.ts";
import type { Reception, Visitor } from "../socket/reception.ts";
import type { Blobs } from "../store/blobs.ts";
import { UploadError } from "../store/uploads.ts";
import { sendProblem } from "./problem.ts";

/** What transfers rest on. */
export interface TransferOptions {
  readonly blobs: Blobs;
  /** Who shows a session. */
  readonly visitorOf: Reception["visitorOf"];
  /** How many there may be at once, of all and of each client. */
  readonly limits: ShareLimits;
  /** Bytes have passed. */
  readonly onTransferred: (direction: "up" | "down", bytes: number) => void;
}

interface Desk extends TransferOptions {
  /** Transfers that are under way. */
  readonly shares: Shares;
}

/** Serves blobs and takes updates. */
export function serveTransfers(http: FastifyInstance, options: TransferOptions): void {
  const desk: Desk = { ...options, shares: sharesWithin(options.limits) };
  // Bodies are streams of bytes, whatever they are said to be.
  http.removeAllContentTypeParsers();
  http.addContentTypeParser("*", (_, body, done) => done(null, body));
  http.get<{ Params: { sha256: string } }>("/v1/blobs/:sha256", async (request, reply) =>
    sendBlob(desk, request, reply),
  );
  http.head<{ Params: { task: string } }>("/v1/updates/:task", async (request, reply) => {
    const own = ownTask(desk, request, reply);
    if (own === null) return reply;
    return reply.header("upload-offset", await own.room.uploads.offset(own.open.task.id)).send();
  });
  http.put<{ Params: { task: string } }>("/v1/updates/:task", async (request, reply) =>
    takeUpload(desk, request, reply),
  );
}

const SHA256 = /^[0-9a-f]{64}$/;

async function sendBlob(
  desk: Desk,
  request: FastifyRequest<{ Params: { sha256: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { blobs, visitorOf, onTransferred } = desk;
  const { sha256 } = request.params;
  const visitor = visitorOf(sessionIn(request));
  if (visitor === null) return sendProblem(reply, "session-unknown");
  if (!SHA256.test(sha256) || !visitor.room.mayFetch(visitor.client, sha256)) {
    return sendProblem(reply, "blob-unknown");
  }
  const size = await blobs.sizeOf(sha256);
  if (size === null) return sendProblem(reply, "blob-unknown");
  const etag = `"${sha256}"`;
  reply.header("cache-control", "private, max-age=31536000, immutable").header("etag", etag);
  if (names(request.headers["if-none-match"], etag)) return reply.code(304).send();
  const range = rangeIn(request.headers.range, size);
  if (range === null) return sendProblem(reply.header("content-range", `bytes */${size}`), "range-invalid");
  if (!hasPlace(desk, visitor, reply)) return tooBusy(reply);
  const { from, to, isPart } = range;
  reply
    .header("accept-ranges", "bytes")
    .type("application/octet-stream")
    .header("content-length", to - from);
  if (isPart) reply.code(206).header("content-range", `bytes ${from}-${to - 1}/${size}`);
  const small = await blobs.small(sha256);
  if (small !== null) {
    onTransferred("down", to - from);
    return reply.send(small.subarray(from, to));
  }
  if (to === from) return reply.send(new Uint8Array(0));
  const bytes = createReadStream(blobs.pathOf(sha256), { start: from, end: to - 1 });
  bytes.once("close", () => onTransferred("down", bytes.bytesRead));
  return reply.send(bytes);
}

/** Whether a client may have another transfer now; it is over with the reply. */
function hasPlace({ shares }: Desk, { room, client }: Visitor, reply: FastifyReply): boolean {
  const giveBack = shares.take(`${room.run.record.id} ${client}`, 1);
  if (giveBack === null) return false;
  reply.raw.once("close", giveBack);
  return true;
}

function tooBusy(reply: FastifyReply): FastifyReply {
  return sendProblem(reply.header("retry-after", 1), "too-busy", "as many transfers are under way as may be");
}

/** Whether a list of entity tags has this one, or stands for all. */
function names(list: string | undefined, etag: string): boolean {
  const tags = (list ?? "").split(",").map((tag) => tag.trim().replace(/^W\//u, ""));
  return tags.includes(etag) || tags.includes("*");
}

/** Bytes of a blob from one on up to another, that one excepted. */
interface ByteRange {
  readonly from: number;
  readonly to: number;
  /** Whether a part was asked for. */
  readonly isPart: boolean;
}

/**
 * What is wanted of a blob (RFC 9110, 14.2): one range of bytes, or all of it, also where the range is of another form. Null for a range that no byte of the
 * blob is in.
 */
function rangeIn(range: string | undefined, size: number): ByteRange | null {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/u.exec(range ?? "") ?? [];
  const isBackwards = first !== "" && last !== "" && Number(last) < Number(first);
  if ((first === "" && last === "") || isBackwards) return { from: 0, to: size, isPart: false };
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  return from < to ? { from, to, isPart: true } : null;
}

async function takeUpload(
  desk: Desk,
  request: FastifyRequest<{ Params: { task: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const own = ownTask(desk, request, reply);
  if (own === null) return reply;
  const { uploads } = own.room;
  const { task, mostBytes: most } = own.open;
  const offset = Number(request.headers["upload-offset"] ?? Number.NaN);
  if (!Number.isSafeInteger(offset) || offset < 0) return sendProblem(reply, "offset-missing");
  // What says itself that it is too long is not read at all.
  if (offset + Number(request.headers["content-length"] ?? 0) > most) {
    return sendProblem(reply.header("connection", "close"), "upload-length", `at most ${most} bytes are allowed`);
  }
  if (!hasPlace(desk, own, reply)) return tooBusy(reply);
  try {
    const there = await uploads.append(task.id, request.raw, { offset, most });
    desk.onTransferred("up", there - offset);
    return await reply.header("upload-offset", there).code(204).send();
  } catch (error) {
    // What is still being sent is not read any more.
    if (!request.raw.complete) reply.header("connection", "close");
    if (!(error instanceof UploadError)) {
      if (request.raw.destroyed) return sendProblem(reply, "upload-broken-off");
      throw error;
    }
    reply.header("upload-offset", await uploads.offset(task.id));
    return sendProblem(reply, `upload-${error.problem}`, error.message);
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
    void sendProblem(reply, "session-unknown");
    return null;
  }
  const open = visitor.room.run.view.open.get(visitor.client);
  const number = Number(request.params.task);
  if (open !== undefined && Number.isSafeInteger(number) && number >= 0 && open.task.id === taskId(number)) {
    return { ...visitor, open };
  }
  void sendProblem(reply, "task-not-open");
  return null;
}

function sessionIn({ headers }: FastifyRequest): string {
  return /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
}
