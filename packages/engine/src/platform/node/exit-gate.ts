/**
 * Keeps the process from ending while a thread is at work. A thread that Node ends inside ONNX Runtime aborts the whole
 * process, with a signal in place of the exit code; so `process.exit`, and the end after an error that nobody caught,
 * wait until every thread has come out, and no thread goes in any more.
 *
 * A gate is shared memory: whether its thread is inside, and whether the process is ending. Both sides first say what
 * they are about to do and then look at the other, so they cannot miss each other.
 *
 * @module
 */
import { MAX_EXIT_WAIT_SECONDS } from "../../pool/checks.ts";

/** The state of one thread, in shared memory. */
export type ExitGate = Int32Array<SharedArrayBuffer>;

const INSIDE = 0;
const ENDING = 1;

const guarded = new Set<ExitGate>();

/** A gate for a new thread, which the end of the process heeds until {@link dropGate}. */
export function newGate(): ExitGate {
  const gate = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  if (guarded.size === 0) process.on("exit", awaitAll);
  guarded.add(gate);
  return gate;
}

/** Forgets the gate of a thread that has ended. */
export function dropGate(gate: ExitGate): void {
  guarded.delete(gate);
  if (guarded.size === 0) process.off("exit", awaitAll);
}

/** In the thread: does `work` inside the gate, or nothing where the process is ending. */
export async function passGate(gate: ExitGate, work: () => Promise<void>): Promise<void> {
  Atomics.store(gate, INSIDE, 1);
  try {
    if (Atomics.load(gate, ENDING) === 0) await work();
  } finally {
    Atomics.store(gate, INSIDE, 0);
    Atomics.notify(gate, INSIDE);
  }
}

function awaitAll(): void {
  for (const gate of guarded) Atomics.store(gate, ENDING, 1);
  for (const gate of guarded) Atomics.wait(gate, INSIDE, 1, 1000 * MAX_EXIT_WAIT_SECONDS);
}
