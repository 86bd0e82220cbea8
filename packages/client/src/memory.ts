/**
 * What a device keeps of a run: what its last accepted answer left it with, the answer that is not acknowledged yet, and how far a long task
 * has come. All is written down, so that a device that is killed goes on where it was: it trains on from there, sends what it had trained,
 * and has lost nothing but the last seconds.
 *
 * @module
 */
import { Fault, type Kept, type Seconds, taskId, type TaskId } from "@potluck/core";
import type { Checkpoint } from "@potluck/engine";
import type { Submission } from "@potluck/protocol";
import { fieldsOf } from "./fields-of.ts";
import { packed, unpacked } from "./packed.ts";
import type { DeviceStore } from "./store.ts";

/** An answer that waits to be acknowledged. */
export interface Answered {
  readonly task: TaskId;
  readonly payload: Uint8Array<ArrayBuffer>;
  /** What is said of it; its payload's name follows from its bytes. */
  readonly said: Omit<Submission, "payload">;
  /** What the device keeps if it is accepted; null for what it keeps already. */
  readonly kept: Kept | null;
}

/** How far a task has come, and how long that took. */
export interface Advanced {
  readonly checkpoint: Checkpoint;
  readonly seconds: Seconds;
}

/** What a device keeps of a run. */
export interface Memory {
  /** The run that it was in last, of which it has all that it keeps; "" for none. */
  readonly run: () => string;
  readonly kept: () => Kept | null;
  readonly answered: () => Answered | null;
  /** It is in this run: what it keeps of another one is forgotten. */
  readonly begin: (run: string) => Promise<void>;
  /** How far a task has come; null where nothing is known of it. */
  readonly advanced: (task: TaskId) => Promise<Advanced | null>;
  /** A task has come so far. */
  readonly advance: (task: TaskId, advanced: Advanced) => Promise<void>;
  /** An answer is there, and waits until it is settled. */
  readonly answer: (answered: Answered) => Promise<void>;
  /** What was said to the answer to a task. */
  readonly settle: (task: TaskId, isAccepted: boolean) => Promise<void>;
}

const KEPT = "kept";
const ANSWERED = "answered";
const ADVANCED = "advanced";
/** Raised whenever what is written changes; what was written before is forgotten. */
const FORMAT = 1;

/** Reads what a store holds. What cannot be read counts as lost. */
export async function memoryIn(store: DeviceStore): Promise<Memory> {
  let { run, kept } = keptIn(await store.read(KEPT));
  let answered = answeredIn(await store.read(ANSWERED), run);
  // Whether there may be something; it is large, and read when its task is given again.
  let hasAdvanced = true;
  const write = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    try {
      await store.write(name, bytes);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Fault("output-unwritable", `the device cannot write down what it keeps: ${reason}`, "Make room.");
    }
  };
  return {
    run: () => run,
    kept: () => kept,
    answered: () => answered,
    begin: async (joined) => {
      if (run === joined) return;
      [run, kept, answered] = [joined, null, null];
      await store.remove(ANSWERED);
      await store.remove(ADVANCED);
      await write(KEPT, keptRecord(run, kept));
    },
    advanced: async (task) => (hasAdvanced ? advancedIn(await store.read(ADVANCED), run, task) : null),
    advance: async (task, next) => {
      await write(ADVANCED, advancedRecord(run, task, next));
      hasAdvanced = true;
    },
    answer: async (next) => {
      await write(ANSWERED, answeredRecord(run, next));
      answered = next;
      if (!hasAdvanced) return;
      await store.remove(ADVANCED);
      hasAdvanced = false;
    },
    settle: async (task, isAccepted) => {
      if (answered?.task !== task) return;
      if (isAccepted && answered.kept !== null) {
        await write(KEPT, keptRecord(run, answered.kept));
        ({ kept } = answered);
      }
      answered = null;
      await store.remove(ANSWERED);
    },
  };
}

function keptRecord(run: string, kept: Kept | null): Uint8Array<ArrayBuffer> {
  return packed({ head: { format: FORMAT, run, kept: headOf(kept) }, blocks: blocksOf(kept) });
}

function answeredRecord(run: string, { task, payload, said, kept }: Answered): Uint8Array<ArrayBuffer> {
  return packed({
    head: { format: FORMAT, run, task, said, kept: headOf(kept) },
    blocks: [payload, ...blocksOf(kept)],
  });
}

function advancedRecord(run: string, task: TaskId, { checkpoint, seconds }: Advanced): Uint8Array<ArrayBuffer> {
  const { losses, params, slots } = checkpoint;
  return packed({ head: { format: FORMAT, run, task, seconds }, blocks: [losses, params, ...slots].map(bytesOf) });
}

function advancedIn(bytes: Uint8Array | null, current: string, wanted: TaskId): Advanced | null {
  const record = bytes === null ? null : unpacked(bytes);
  const { format, run, task, seconds } = fieldsOf(record?.head);
  const [losses, params, ...slots] = (record?.blocks ?? []).map(floatsOf);
  if (format !== FORMAT || run !== current || task !== wanted) return null;
  if (typeof seconds !== "number" || losses === undefined || params === undefined) return null;
  return { checkpoint: { losses, params, slots }, seconds };
}

function headOf(kept: Kept | null): unknown {
  return kept === null ? null : { version: kept.version, messages: kept.messages };
}

function blocksOf(kept: Kept | null): readonly Uint8Array[] {
  return (kept?.vectors ?? []).map(bytesOf);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function floatsOf(block: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(block).buffer);
}

function keptIn(bytes: Uint8Array | null): { readonly run: string; readonly kept: Kept | null } {
  const record = bytes === null ? null : unpacked(bytes);
  const { format, run, kept } = fieldsOf(record?.head);
  if (record === null || format !== FORMAT || typeof run !== "string") return { run: "", kept: null };
  return { run, kept: keptOf(kept, record.blocks) };
}

function keptOf(head: unknown, blocks: readonly Uint8Array[]): Kept | null {
  const { version, messages } = fieldsOf(head);
  if (typeof version !== "number" || typeof messages !== "number") return null;
  return { version, messages, vectors: blocks.map(floatsOf) };
}

function answeredIn(bytes: Uint8Array | null, current: string): Answered | null {
  const record = bytes === null ? null : unpacked(bytes);
  const { format, run, task, said, kept } = fieldsOf(record?.head);
  const [payload, ...rest] = record?.blocks ?? [];
  if (format !== FORMAT || run !== current || typeof task !== "number" || payload === undefined) return null;
  const submission = saidOf(said);
  if (submission === null) return null;
  return { task: taskId(task), payload: Uint8Array.from(payload), said: submission, kept: keptOf(kept, rest) };
}

function saidOf(value: unknown): Answered["said"] | null {
  const { remembered, examples, steps, trainLoss, smoothness } = numbersIn(value);
  const { downloadSeconds, computeSeconds, uploadSeconds } = numbersIn(fieldsOf(value)["spent"]);
  if (remembered === undefined || examples === undefined || steps === undefined || trainLoss === undefined) return null;
  if (downloadSeconds === undefined || computeSeconds === undefined || uploadSeconds === undefined) return null;
  const spent = { downloadSeconds, computeSeconds, uploadSeconds };
  return { remembered, examples, steps, trainLoss, ...(smoothness !== undefined && { smoothness }), spent };
}

/** Those fields that are finite numbers. */
function numbersIn(value: unknown): Readonly<Record<string, number | undefined>> {
  const entries = Object.entries(fieldsOf(value));
  return Object.fromEntries(
    entries.flatMap(([name, own]) => (typeof own === "number" && Number.isFinite(own) ? [[name, own]] : [])),
  );
}
