/**
 * What clients have of the model, and what it takes to bring it up to date. See `download/changes.ts`.
 *
 * @module
 */
import { fold, type Key } from "../base/key.ts";
import { type Codec, codecFor } from "../codec/codec.ts";
import { bothSpent, type Spending, spentOn } from "../codec/spending.ts";
import { BYTES_PER_FLOAT } from "../params/floats-in.ts";
import type { ClientId } from "./identity.ts";
import type { Transferred } from "./events.ts";
import { type OpenTasks, versionOut } from "./open-tasks.ts";
import type { PartReference } from "../part/part.ts";
import type { Context } from "./strategy.ts";
import type { TaskDownload } from "./task.ts";

/** What clients have: plain data. */
export interface Downloads {
  /** w: the model that they start from. */
  params: Float32Array;
  /** The bytes of all messages that lead from the first version to each. */
  readonly totals: number[];
  /** What those bytes are for. */
  readonly spent: Spending[];
  /** The message that leads to each version; null where there is none, and where no client would be sent it any more. */
  readonly messages: (Uint8Array | null)[];
  /** The latest version that each client has. */
  readonly held: Map<ClientId, number>;
}

/** Nobody has anything of the first model, `params`; null where models always go down whole. */
export function noDownloads(codec: Codec | null, params: Float32Array): Downloads | null {
  return codec === null ? null : { params, totals: [0], spent: [{}], messages: [null], held: new Map() };
}

/** A version, `params`, is published: what clients have follows it. */
export function follow(
  downloads: Downloads,
  codec: Codec,
  { params, version }: { readonly params: Float32Array; readonly version: number },
  { key, kernels, layout }: Pick<Context, "key" | "kernels" | "layout">,
): void {
  const before = downloads.params;
  const own = codecFor(codec, { version, layout });
  const encoded = own.encode(params, before, fold(downloadKey(key), version), kernels);
  // What sends numbers as they are sends the model itself, of which no more than a message is to be kept.
  const message = encoded.buffer === params.buffer ? encoded.slice() : encoded;
  const followed = led(before, message, { codec, key: downloadKey(key), version }, { kernels, layout });
  if (followed !== null) return note(downloads, followed, message, spentOn(own, message, params.length, layout));
  // The two are so far apart that their difference, or what arrives of it, is no float32.
  note(downloads, params, null, { numbers: BYTES_PER_FLOAT * params.length });
}

/** What decoding the message that leads to a version takes. */
interface Leading {
  readonly codec: Codec;
  readonly key: Key;
  readonly version: number;
}

/** What a message makes of the parameters of the version before; null where it is none, or leads to numbers that are not finite. */
function led(
  before: Float32Array,
  message: Uint8Array,
  { codec, key, version }: Leading,
  { kernels, layout }: Pick<Context, "kernels" | "layout">,
): Float32Array | null {
  const own = codecFor(codec, { version, layout });
  if (own.defect(message, before.length, kernels) !== null) return null;
  const sum = kernels.zeros(before.length);
  own.accumulate(message, { sum, weight: 1, anchor: before, key: fold(key, version) }, kernels);
  const followed = before.map((x, i) => x + (sum[i] ?? 0));
  return kernels.inspect(followed).finite ? followed : null;
}

/** What a client that holds `held`, the parameters of a version, makes of the messages since; null where one of them is none. */
export function broughtUp(
  held: Float32Array,
  { codec, key, version, messages }: Leading & { readonly messages: readonly Uint8Array[] },
  around: Pick<Context, "kernels" | "layout">,
): Float32Array | null {
  let params: Float32Array | null = held;
  for (const [at, message] of messages.entries()) {
    if (params === null) return null;
    params = led(params, message, { codec, key, version: version + 1 + at }, around);
  }
  return params;
}

/** A version has a message, or none, and so many bytes that are for that. */
function note(downloads: Downloads, params: Float32Array, message: Uint8Array | null, spending: Spending): void {
  downloads.params = params;
  const bytes = Object.values(spending).reduce((sum, own) => sum + own, 0);
  downloads.totals.push((downloads.totals.at(-1) ?? 0) + bytes);
  downloads.spent.push(bothSpent(downloads.spent.at(-1) ?? {}, spending));
  downloads.messages.push(message);
  forget(downloads);
}

/** Forgets messages so old that who would need them is sent the whole model. */
function forget(downloads: Downloads): void {
  const { messages } = downloads;
  for (let version = messages.length - 1; version > 0 && messages[version] !== null; version--) {
    if (!areFewer(downloads, version - 1)) messages[version] = null;
  }
}

/** The most messages that are sent in place of a model: an assignment names each of them. */
export const MAX_CHANGES = 1000;

/** Whether the messages since a version take fewer bytes than the model. */
function areFewer({ params, totals }: Downloads, since: number): boolean {
  const bytes = (totals.at(-1) ?? 0) - (totals[since] ?? 0);
  return bytes < BYTES_PER_FLOAT * params.length && totals.length - 1 - since <= MAX_CHANGES;
}

/** What messages of versions are encoded with, each with a key of its own below it. */
function downloadKey(run: Key): Key {
  return fold(run, "download");
}

/** Who is sent the latest version, and what changes are encoded with. */
interface Receiving {
  readonly client: ClientId;
  readonly codec: PartReference;
  /** The run's key. */
  readonly key: Key;
}

/** How the latest model goes down to a client. */
export function downloadFor(downloads: Downloads, { client, codec, key }: Receiving): TaskDownload {
  const { params, totals, spent, messages, held } = downloads;
  const whole = BYTES_PER_FLOAT * params.length;
  const own = held.get(client);
  if (own === undefined) return { held: null, bytes: whole };
  if (!areFewer(downloads, own)) return { held: own, bytes: whole };
  const since = messages.slice(own + 1).filter((message) => message !== null);
  return {
    held: own,
    bytes: (totals.at(-1) ?? 0) - (totals[own] ?? 0),
    spent: spentBetween(spent[own] ?? {}, spent.at(-1) ?? {}),
    changes: { codec, key: downloadKey(key), messages: since },
  };
}

/** What was spent on since `before`, of what was in all. */
function spentBetween(before: Spending, all: Spending): Spending {
  const since = Object.entries(all).map(([what, bytes]) => [what, bytes - (before[what] ?? 0)] as const);
  return Object.fromEntries(since.filter(([, bytes]) => bytes > 0));
}

/** A client that begins anew holds nothing of what it was sent. */
export function noteLost(downloads: Downloads | null, client: ClientId): void {
  downloads?.held.delete(client);
}

/** A client that has received the model of a task which is out with it holds that version. */
export function noteReceived(
  downloads: Downloads | null,
  open: OpenTasks,
  { client, task, direction, complete }: Transferred,
): void {
  if (downloads === null || direction !== "down" || !complete) return;
  const version = versionOut(open, client, task);
  if (version !== null) downloads.held.set(client, version);
}
