/**
 * What the server remembers of clients from their messages, see `Memory` in `feedback/feedback.ts`.
 *
 * @module
 */
import type { Memory } from "../feedback/feedback.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import type { FederatedParts } from "./federated-parts.ts";
import type { ClientId } from "./identity.ts";
import {
  forgetSmoothness,
  noteSmoothness,
  noSmoothness,
  renewSteepness,
  type Smoothness,
  type Steps,
  toldOf,
} from "./smoothness.ts";
import { type Arrived, decode, type Decoding } from "./window.ts";

/** What is remembered of a client: the sum of what its messages said, and how many these were. */
interface Remembered {
  readonly vector: Float32Array;
  readonly messages: number;
}

/** What is remembered of all clients: plain data. */
export interface Memories {
  readonly byClient: Map<ClientId, Remembered>;
  /** The sum of all vectors, and their mean over the fleet as it was when the model was published; null where nobody asks for them. */
  readonly sum: Float64Array | null;
  mean: Float32Array | null;
  /** How smooth losses are; null where nobody asks. */
  readonly smoothness: Smoothness | null;
}

/** Nothing is remembered of anybody; null where nothing ever will be. */
export function noMemories(memory: Memory | undefined, length: number, kernels: VectorKernels): Memories | null {
  if (memory === undefined) return null;
  const averages = memory.base === "mean";
  return {
    byClient: new Map(),
    sum: averages ? kernels.zeros(length) : null,
    mean: averages ? new Float32Array(length) : null,
    smoothness: noSmoothness(memory),
  };
}

/** Why a client that remembers `messages` of its messages cannot be understood, in words, or null. */
export function memoryDefect({ byClient }: Memories, client: ClientId, messages: number): string | null {
  const known = byClient.get(client)?.messages ?? 0;
  if (messages === 0 || messages === known) return null;
  return `the client goes on from ${messages} of its messages, and the server remembers ${known}`;
}

/** What counts for each step of an update, where the server remembers what its client said before; else null. */
export function perStepOf(
  arrived: Arrived,
  parts: Pick<FederatedParts, "upload" | "feedback">,
  { memories, ...around }: Decoding & { readonly memories: Memories | null },
): Float32Array | null {
  if (memories === null) return null;
  const { client, anchor, update } = arrived;
  const said = around.kernels.zeros(anchor.length);
  decode(parts, arrived, { sum: said, weight: 1 }, around);
  const perStep = remember(memories, { client, messages: update.remembered ?? 0, said });
  if ((update.remembered ?? 0) === 0) forgetSmoothness(memories.smoothness, client);
  noteSmoothness(memories.smoothness, client, update.smoothness);
  const factor = memories.smoothness?.factor ?? 1;
  return factor === 1 ? perStep : perStep.map((x) => factor * x);
}

/** A message that has come in. */
interface Message {
  readonly client: ClientId;
  /** How many earlier ones its client goes on from; 0 of one that begins. */
  readonly messages: number;
  /** What it says. */
  readonly said: Float64Array;
}

/** Takes a message in. What its update counts for each of its steps, a new vector. */
export function remember(memories: Memories, { client, messages, said }: Message): Float32Array {
  const { byClient, sum, mean, smoothness } = memories;
  const before = byClient.get(client)?.vector;
  const from = messages === 0 ? undefined : before;
  const vector = plus(from, said, toldOf(smoothness, client));
  byClient.set(client, { vector, messages: messages + 1 });
  if (sum === null || mean === null) return vector;
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0) - (before?.[i] ?? 0);
  return plus(mean, said, 1);
}

/** base + factor · said, rounded as clients round it. */
function plus(base: Float32Array | undefined, said: Float64Array, factor: number): Float32Array {
  return Float32Array.from(said, (x, i) => (base?.[i] ?? 0) + factor * x);
}

/** A model is published: the mean over the fleet of what is remembered goes with it, and how smooth losses are in comparison. */
export function renew(memories: Memories, population: number, steps: Steps): void {
  if (memories.smoothness !== null) renewSteepness(memories.smoothness, steps);
  if (memories.sum === null) return;
  memories.mean = Float32Array.from(memories.sum, (total) => total / population);
}
