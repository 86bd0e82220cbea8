/**
 * What a device keeps of a run: what its last accepted answer left it with, and the answer that is not acknowledged yet. Both are written
 * down, so that a device that is killed goes on where it was: it sends what it had trained, and has lost nothing.
 *
 * @module
 */
import { Fault, type Kept, taskId, type TaskId } from "@potluck/core";
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

/** What a device keeps of a run. */
export interface Memory {
  /** The run that it was in last, of which it has all that it keeps; "" for none. */
  readonly run: () => string;
  readonly kept: () => Kept | null;
  readonly answered: () => Answered | null;
  /** It is in this run: what it keeps of another one is forgotten. */
  readonly begin: (run: string) => Promise<void>;
  /** An answer is there, and waits until it is settled. */
  readonly answer: (answered: Answered) => Promise<void>;
  /** What was said to the answer to a task. */
  readonly settle: (task: TaskId, isAccepted: boolean) => Promise<void>;
}

const KEPT = "kept";
const ANSWERED = "answered";
/** Raised whenever what is written changes; what was written before is forgotten. */
const FORMAT = 1;

/** Reads what a store holds. What cannot be read counts as lost. */
export async function memoryIn(store: DeviceStore): Promise<Memory> {
  let { run, kept } = keptIn(await store.read(KEPT));
  let answered = answeredIn(await store.read(ANSWERED), run);
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
      await write(KEPT, keptRecord(run, kept));
    },
    answer: async (next) => {
      await write(ANSWERED, answeredRecord(run, next));
      answered = next;
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

function headOf(kept: Kept | null): unknown {
  return kept === null ? null : { version: kept.version, messages: kept.messages };
}

function blocksOf(kept: Kept | null): readonly Uint8Array[] {
  const vectors = kept?.vectors ?? [];
  return vectors.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
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
  return { version, messages, vectors: blocks.map((block) => new Float32Array(Uint8Array.from(block).buffer)) };
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
