/**
 * What clients have of the model, and what it takes to bring it up to date. See `download/changes.ts`.
 *
 * @module
 */
import { fold, type Key } from "../base/key.ts";
import { type Codec, codecFor } from "../codec/codec.ts";
import { BYTES_PER_FLOAT } from "../params/floats-in.ts";
import type { ClientId } from "./identity.ts";
import type { Transferred } from "./events.ts";
import { type OpenTasks, versionOut } from "./open-tasks.ts";
import type { Context } from "./strategy.ts";
import type { TaskDownload } from "./task.ts";

/** What clients have: plain data. */
export interface Downloads {
  /** w: the model that they start from. */
  params: Float32Array;
  /** The bytes of all messages that lead from the first version to each. */
  readonly totals: number[];
  /** The latest version that each client has. */
  readonly held: Map<ClientId, number>;
}

/** Nobody has anything of the first model, `params`; null where models always go down whole. */
export function noDownloads(codec: Codec | null, params: Float32Array): Downloads | null {
  return codec === null ? null : { params, totals: [0], held: new Map() };
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
  const under = downloadKey(key, version);
  const message = own.encode(params, before, under, kernels);
  if (own.defect(message, params.length, kernels) === null) {
    const sum = kernels.zeros(params.length);
    own.accumulate(message, { sum, weight: 1, anchor: before, key: under }, kernels);
    const followed = before.map((x, i) => x + (sum[i] ?? 0));
    if (kernels.inspect(followed).finite) return note(downloads, { params: followed, bytes: message.byteLength });
  }
  // The two are so far apart that their difference, or what arrives of it, is no float32.
  note(downloads, { params, bytes: BYTES_PER_FLOAT * params.length });
}

function note(
  downloads: Downloads,
  { params, bytes }: { readonly params: Float32Array; readonly bytes: number },
): void {
  downloads.params = params;
  downloads.totals.push((downloads.totals.at(-1) ?? 0) + bytes);
}

function downloadKey(run: Key, version: number): Key {
  return fold(fold(run, "download"), version);
}

/** How the model of `version`, the latest, goes down to a client. */
export function downloadFor({ params, totals, held }: Downloads, client: ClientId, version: number): TaskDownload {
  const whole = BYTES_PER_FLOAT * params.length;
  const own = held.get(client);
  if (own === undefined) return { held: null, bytes: whole };
  return { held: own, bytes: Math.min(whole, (totals[version] ?? 0) - (totals[own] ?? 0)) };
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
