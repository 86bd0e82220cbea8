/**
 * The window: updates that arrived, weighed and folded up, until the pacing closes it.
 *
 * @module
 */
import { InvariantViolation, present } from "../base/invariant.ts";
import type { Key } from "../base/key.ts";
import { codecFor } from "../codec/codec.ts";
import { identity } from "../codec/index.ts";
import type { Layout } from "../params/layout.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import type { Part } from "../part/part.ts";
import type { Staleness } from "../staleness/staleness.ts";
import type { Contribution } from "./events.ts";
import type { FederatedParts } from "./federated-parts.ts";
import type { FleetView } from "./fleet.ts";
import type { ClientId, TaskId } from "./identity.ts";
import { taskKey, type Update, uploadKey } from "./task.ts";

/** An update that arrived, with what it takes to decode it. */
export interface Arrived {
  readonly client: ClientId;
  readonly task: TaskId;
  /** The version that it started from, and its parameters. */
  readonly version: number;
  readonly anchor: Float32Array;
  readonly update: Pick<Update, "payload" | "remembered" | "smoothness" | "examples" | "steps">;
  /** What counts for each of its steps in place of what its message says; null where that counts. */
  readonly perStep: Float32Array | null;
  /** Whether the server has converted it: then its payload is parameters as they are, however clients send theirs. */
  readonly isConverted: boolean;
  /** What of a converted update is still what its client said: a share in [0, 1), and the version that that started from. */
  readonly remainder: { readonly share: number; readonly version: number } | null;
}

/** What a window remembers: plain data. */
export interface Window {
  /** What was folded up since the window was opened. */
  collected: Contribution[];
  /** What waits for the pacing to say when it counts. */
  readonly held: Map<TaskId, Arrived>;
  readonly aggregation: unknown;
  readonly participation: unknown;
}

/** The model that an update is folded into, and where it stands. */
export interface Surroundings {
  readonly version: number;
  readonly params: Float32Array;
  readonly fleet: FleetView;
  readonly kernels: VectorKernels;
  readonly layout: Layout;
  /** The run's key. */
  readonly key: Key;
}

/** The first window, for models of `length` parameters. */
export function openWindow(parts: FederatedParts, length: number, kernels: VectorKernels): Window {
  return {
    collected: [],
    held: new Map(),
    aggregation: parts.aggregation.init(length, kernels),
    participation: parts.participation.init(),
  };
}

/** How many updates wait in a window. */
export function updatesIn({ collected, held }: Window): number {
  return collected.length + held.size;
}

/** Takes in an update: it is folded up at once, unless the pacing holds what arrives. */
export function takeIn(parts: FederatedParts, window: Window, arrived: Arrived, around: Surroundings): void {
  if (parts.pacing.holds === true) window.held.set(arrived.task, keptBeyond(arrived));
  else foldUp(parts, window, arrived, around);
}

/** An update that is still the same when something else lies where its payload was. */
export function keptBeyond(arrived: Arrived): Arrived {
  const { update } = arrived;
  // `slice` of Node's buffers would not copy.
  return { ...arrived, update: { ...update, payload: Uint8Array.from(update.payload) } };
}

/** Folds up what was held of these tasks, in their order. */
export function release(parts: FederatedParts, window: Window, tasks: readonly TaskId[], around: Surroundings): void {
  for (const task of tasks) {
    const arrived = present(window.held.get(task), "the held update of task", task);
    window.held.delete(task);
    foldUp(parts, window, arrived, around);
  }
}

const plainCodec = identity();

/** weigh -> accumulate */
function foldUp(parts: FederatedParts, window: Window, arrived: Arrived, around: Surroundings): void {
  const { client, task, update, anchor } = arrived;
  const { steps } = update;
  const { version, params, fleet, kernels } = around;
  const staleness = version - arrived.version;
  const factor = parts.aggregation.add(window.aggregation, {
    decoded: (sum, weight) => {
      decode(parts, arrived, { sum, weight }, around);
      if (parts.aggregation.deltaFrom === "current" && anchor !== params) {
        kernels.accumulateAll(sum, [
          { x: anchor, weight },
          { x: params, weight: -weight },
        ]);
      }
    },
    weight: weightOf(parts, window, arrived, { version, fleet }),
    steps,
    client,
    task,
  });
  window.collected.push({ client, task, factor, steps, staleness });
}

/** What decoding takes. */
export type Decoding = Pick<Surroundings, "kernels" | "layout" | "key">;

/** sum ← sum + weight · what an update says. */
export function decode(
  { upload, feedback }: Pick<FederatedParts, "upload" | "feedback">,
  { task, version, anchor, update, perStep, isConverted }: Arrived,
  { sum, weight }: { readonly sum: Float64Array; readonly weight: number },
  { kernels, layout, key: run }: Decoding,
): void {
  if (perStep !== null) return kernels.accumulate(sum, perStep, weight * update.steps);
  const codec = isConverted ? plainCodec : codecFor(upload, { version, layout });
  const key = uploadKey(taskKey(run, task));
  const isDifference = feedback.isDifference === true && !isConverted;
  codec.accumulate(update.payload, { sum, weight, anchor: isDifference ? null : anchor, key }, kernels);
}

/** Importance · discount of its age · correction for how often its client is heard. */
function weightOf(
  parts: FederatedParts,
  window: Window,
  arrived: Arrived,
  { version, fleet }: Pick<Surroundings, "version" | "fleet">,
): number {
  const { weighting, participation } = parts;
  const { client, update } = arrived;
  const { examples, steps } = update;
  const staleness = version - arrived.version;
  const importance = weighting.weigh({ examples, steps, staleness, client: fleet.client(client) });
  const correction = participation.correction(window.participation, { client, version });
  return (
    factorFrom(weighting, importance) *
    factorFrom(parts.staleness, discountOf(parts.staleness, arrived, version)) *
    factorFrom(participation, correction)
  );
}

/** The discount of an update: of one that was converted in part each part counts by its own age. */
function discountOf({ discount }: Staleness, { version: since, remainder }: Arrived, version: number): number {
  const own = discount(version - since);
  if (remainder === null) return own;
  return (1 - remainder.share) * own + remainder.share * discount(version - remainder.version);
}

function factorFrom({ part }: Part, factor: number): number {
  if (Number.isFinite(factor) && factor >= 0) return factor;
  throw new InvariantViolation(`a finite weight ≥ 0 from ${part.name}`);
}

/** Empties the window of what was folded up, since it was published; what is held stays. */
export function emptyWindow({ aggregation, participation }: FederatedParts, window: Window): void {
  window.collected = [];
  aggregation.clear(window.aggregation);
  participation.publish?.(window.participation);
}

/** Throws the window away with what is held: as if its updates had never come. */
export function discardWindow({ aggregation, participation }: FederatedParts, window: Window): void {
  window.collected = [];
  window.held.clear();
  participation.discard?.(window.participation);
  (aggregation.discard ?? aggregation.clear)(window.aggregation);
}
