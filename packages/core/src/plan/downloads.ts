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
  /** The latest version that each client has. */
  readonly held: Map<ClientId, number>;
}

/** Nobody has anything of the first model, `params`; null where models always go down whole. */
export function noDownloads(codec: Codec | null, params: Float32Array): Downloads | null {
  return codec === null ? null : { params, totals: [0], spent: [{}], held: new Map() };
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
    if (kernels.inspect(followed).finite) return note(downloads, followed, spentOn(own, message, params.length));
  }
  // The two are so far apart that their difference, or what arrives of it, is no float32.
  note(downloads, params, { numbers: BYTES_PER_FLOAT * params.length });
}

/** A version has a message, whose bytes are for that. */
function note(downloads: Downloads, params: Float32Array, spending: Spending): void {
  downloads.params = params;
  const bytes = Object.values(spending).reduce((sum, own) => sum + own, 0);
  downloads.totals.push((downloads.totals.at(-1) ?? 0) + bytes);
  downloads.spent.push(bothSpent(downloads.spent.at(-1) ?? {}, spending));
}

function downloadKey(run: Key, version: number): Key {
  return fold(fold(run, "download"), version);
}

/** How the model of `version`, the latest, goes down to a client. */
export function downloadFor(
  { params, totals, spent, held }: Downloads,
  client: ClientId,
  version: number,
): TaskDownload {
  const whole = BYTES_PER_FLOAT * params.length;
  const own = held.get(client);
  if (own === undefined) return { held: null, bytes: whole };
  const bytes = (totals[version] ?? 0) - (totals[own] ?? 0);
  if (bytes >= whole) return { held: own, bytes: whole };
  return { held: own, bytes, spent: spentBetween(spent[own] ?? {}, spent[version] ?? {}) };
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
