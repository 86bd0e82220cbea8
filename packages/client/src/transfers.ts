/**
 * Models and answers over HTTP: both go on where they broke off, and both are held against their SHA-256.
 *
 * @module
 */
import type { Seconds, TaskId } from "@potluck/core";
import { type BlobName, hexOf } from "@potluck/protocol";
import { pauseAfter } from "./back-off.ts";
import type { BlobCache } from "./blob-cache.ts";
import { type Clock, pass } from "./clock.ts";

/** Where bytes go, and what a client shows there. */
export interface Transfers {
  /** The bytes of a blob; the cache is asked first. Rejects with TransferError. */
  readonly fetch: (name: BlobName, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;
  /** Its bytes where they are remembered; else null. */
  readonly known: (name: BlobName) => Promise<Uint8Array<ArrayBuffer> | null>;
  /** Remembers bytes that have this name, as if they had been fetched. */
  readonly keep: (name: BlobName, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Sends the answer to a task. Rejects with TransferError. */
  readonly upload: (task: TaskId, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal) => Promise<void>;
}

/** What transfers rest on. */
export interface TransferOptions {
  readonly url: string;
  /** What the coordinator knows the client by, as long as the connection lasts. */
  readonly session: () => string;
  readonly cache: BlobCache;
  readonly clock: Clock;
  /** A number in [0, 1), another one at every call. */
  readonly random: () => number;
  readonly meter: Meter;
}

/** Counts what is moved. */
export interface Meter {
  /** Throws where so many bytes may not be moved any more. */
  readonly ask: (bytes: number) => void;
  /** So many of the bytes of a download are there. */
  readonly passing: (bytes: number, of: number) => void;
  /** So many bytes were moved in so long, up or down. */
  readonly moved: (direction: "up" | "down", bytes: number, seconds: Seconds) => void;
}

/** A transfer that did not work. */
export class TransferError extends Error {
  override readonly name = "TransferError";
  /** Whether it may work later: the other side was not there, or did not say no for good. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing: boolean) {
    super(message);
    this.isPassing = isPassing;
  }
}

/** A transfer that breaks off goes on so often, behind what has arrived, before the connection itself is made anew. */
const TRANSFER_ATTEMPTS = 5;

/** A transfer of which nothing is heard for so long has broken off. */
const STALLED_SECONDS: Seconds = 20;

/** An upload, of which nothing is heard before its end, may be as slow as this. */
const SLOWEST_UPLOAD_BYTES_PER_SECOND = 1000;

/** The most bytes of a blob: a model of 2^28 numbers, and room beside it. */
const MAX_BLOB_BYTES = 2 ** 31 - 1;

/** Transfers with the coordinator at `url`. */
export function transfersWith(options: TransferOptions): Transfers {
  const uploads: Uploads = { brokenOff: null };
  return {
    fetch: async (name, signal) => {
      const known = await options.cache.get(name.sha256);
      if (known !== null) return known;
      options.meter.ask(name.bytes);
      const bytes = await download(options, name, signal);
      await options.cache.put(name.sha256, bytes);
      return bytes;
    },
    known: async ({ sha256 }) => options.cache.get(sha256),
    keep: async ({ sha256 }, bytes) => options.cache.put(sha256, bytes),
    upload: async (task, bytes, signal) => {
      options.meter.ask(bytes.length);
      const path = `${options.url}/v1/updates/${task}`;
      await again(options, signal, () => uploadRest({ ...options, uploads }, { path, bytes, signal }));
    },
  };
}

/** The SHA-256 of bytes in lower-case hexadecimal. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Tries until it works, is called off, or has failed too often. */
async function again<Result>(
  { clock, random }: TransferOptions,
  signal: AbortSignal,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const isPassing = error instanceof TransferError && error.isPassing;
      if (!isPassing || failures >= TRANSFER_ATTEMPTS || signal.aborted) throw error;
      await pass(clock, pauseAfter(failures, random()), signal);
    }
  }
}

async function download(
  options: TransferOptions,
  name: BlobName,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (name.bytes > MAX_BLOB_BYTES) throw new TransferError(`${name.sha256} has ${name.bytes} bytes: too many`, false);
  const bytes = new Uint8Array(name.bytes);
  let there = 0;
  return again(options, signal, async () => {
    const { clock, meter } = options;
    const [began, before] = [clock.now(), there];
    try {
      if (there < name.bytes || name.bytes === 0) {
        await downloadRest(options, { name, signal, from: there }, (piece) => {
          if (there + piece.length > name.bytes) throw new TransferError(`${name.sha256} is longer than said`, false);
          bytes.set(piece, there);
          there += piece.length;
          meter.passing(there, name.bytes);
        });
      }
    } finally {
      meter.moved("down", there - before, clock.now() - began);
    }
    if (there < name.bytes) throw new TransferError(`${name.sha256} ended after ${there} bytes`, true);
    const found = await sha256Of(bytes);
    if (found === name.sha256) return bytes;
    there = 0;
    throw new TransferError(`the blob ${name.sha256} came as ${found}`, true);
  });
}

/** What is to be downloaded, from which byte on. */
interface Rest {
  readonly name: BlobName;
  readonly from: number;
  readonly signal: AbortSignal;
}

async function downloadRest(
  options: TransferOptions,
  { name, from, signal }: Rest,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  const range = from > 0 ? { range: `bytes=${from}-` } : {};
  const headers = { ...authorization(options), ...range };
  const patience = patienceFor(options.clock, signal);
  try {
    patience.wait(STALLED_SECONDS);
    const path = `${options.url}/v1/blobs/${name.sha256}`;
    const response = await asked(path, { headers, signal: patience.signal });
    await readRest(response, from, (piece) => {
      patience.wait(STALLED_SECONDS);
      take(piece);
    });
  } finally {
    patience.end();
  }
}

async function readRest(response: Response, from: number, take: (piece: Uint8Array) => void): Promise<void> {
  // One that does not know ranges begins at the beginning.
  let skipped = response.status === 206 ? from : 0;
  const reader = response.body?.getReader();
  for (;;) {
    const piece = await orBroken(async () => reader?.read());
    if (piece?.value === undefined) return;
    const known = Math.min(piece.value.length, from - skipped);
    skipped += known;
    take(piece.value.subarray(known));
  }
}

/** What is to be uploaded, and where. */
interface Upload {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly signal: AbortSignal;
}

/** What is remembered from one upload to the next. */
interface Uploads {
  /** One that broke off: the byte that it began with, and its last. */
  brokenOff: { readonly path: string; readonly from: number; readonly to: number } | null;
}

type Uploading = TransferOptions & { readonly uploads: Uploads };

async function uploadRest(options: Uploading, { path, bytes, signal }: Upload): Promise<void> {
  const { clock, meter, uploads } = options;
  const patience = patienceFor(clock, signal);
  try {
    patience.wait(STALLED_SECONDS);
    const asking = { method: "HEAD", headers: authorization(options), signal: patience.signal };
    const offset = Number((await asked(path, asking)).headers.get("upload-offset") ?? 0);
    countBrokenOff(options, path, offset);
    if (offset >= bytes.length) return;
    const began = clock.now();
    uploads.brokenOff = { path, from: offset, to: bytes.length };
    patience.wait(STALLED_SECONDS + (bytes.length - offset) / SLOWEST_UPLOAD_BYTES_PER_SECOND);
    const headers = { ...authorization(options), "upload-offset": String(offset) };
    await asked(path, { method: "PUT", body: bytes.subarray(offset), headers, signal: patience.signal });
    uploads.brokenOff = null;
    meter.moved("up", bytes.length - offset, clock.now() - began);
  } finally {
    patience.end();
  }
}

/** Counts what went up before an upload broke off: up to what is there of it now, or, if it was never gone on with, all of it. */
function countBrokenOff({ meter, uploads }: Uploading, path: string, offset: number): void {
  const { brokenOff } = uploads;
  uploads.brokenOff = null;
  if (brokenOff === null) return;
  const to = brokenOff.path === path ? Math.max(offset, brokenOff.from) : brokenOff.to;
  // How long that took is not known.
  meter.moved("up", to - brokenOff.from, 0);
}

/** What ends a request of which nothing is heard for too long. */
interface Patience {
  readonly signal: AbortSignal;
  /** Waits so long from now on. */
  readonly wait: (seconds: Seconds) => void;
  readonly end: () => void;
}

function patienceFor(clock: Clock, signal: AbortSignal): Patience {
  const stalled = new AbortController();
  let end: (() => void) | null = null;
  return {
    signal: AbortSignal.any([signal, stalled.signal]),
    wait: (seconds) => {
      end?.();
      end = clock.after(seconds, () => stalled.abort());
    },
    end: () => end?.(),
  };
}

function authorization({ session }: TransferOptions): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${session()}` };
}

/** What may be otherwise later: a session that has ended, another upload, a coordinator that is not well. */
const PASSING: ReadonlySet<number> = new Set([401, 409, 423, 429]);

async function asked(url: string, request: RequestInit): Promise<Response> {
  const response = await orBroken(async () => fetch(url, request));
  if (response.ok) return response;
  await response.body?.cancel();
  const isPassing = response.status >= 500 || PASSING.has(response.status);
  throw new TransferError(`${request.method ?? "GET"} ${new URL(url).pathname}: status ${response.status}`, isPassing);
}

async function orBroken<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw new TransferError(error instanceof Error ? error.message : String(error), true);
  }
}
