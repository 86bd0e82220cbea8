/**
 * Sessions: graphs that are ready to run, and where their errors become faults.
 *
 * @module
 */
import { openNativeSession } from "#onnxruntime";
import { checkOptions, Fault, valueText } from "@potluck/core";
import type { NativeSession, RuntimeOptions } from "./backend.ts";
import type { Targets, Tensors } from "./tensor.ts";

/** A graph that is ready to run. */
export interface Session {
  /**
   * Runs the graph on `feeds` and writes the outputs that have a tensor in `targets`, of the right shape, into it.
   * Rejects with Fault "training-failed", also after the session was closed, and with "data-invalid" where the data make
   * the graph look up what is not there.
   */
  readonly run: (feeds: Tensors, targets: Targets) => Promise<Run>;
  /** Frees the memory, once what runs is done. Later calls do nothing. */
  readonly close: () => Promise<void>;
}

/** How a run went. */
export interface Run {
  /** Wall time inside ONNX Runtime. */
  readonly seconds: number;
}

/**
 * A session for the ONNX file `model`. Rejects with Fault "model-unsupported" where ONNX Runtime does not take it, and
 * with "option-invalid" where there is no such backend or option.
 */
export async function openSession(model: Uint8Array, options: RuntimeOptions = {}): Promise<Session> {
  checkRuntime(options);
  const session = await open(model, options);
  let closed: Promise<void> | null = null;
  const running = new Set<Promise<Run>>();
  return {
    run: async (feeds, targets) => {
      if (closed !== null) throw afterClose();
      const one = run(session, feeds, targets);
      running.add(one);
      return one.finally(() => running.delete(one));
    },
    close: () => (closed ??= Promise.allSettled(running).then(session.close)),
  };
}

function checkRuntime(options: RuntimeOptions): void {
  checkOptions("runtime", ["backend", "files"], options);
  const { files } = options;
  if (files === undefined || typeof files === "string") return;
  const message = `runtime: files must be the address of a folder, got ${valueText(files)}`;
  throw new Fault("option-invalid", message, "Give a text, or leave it out.");
}

function afterClose(): Fault {
  return new Fault(
    "training-failed",
    "it was closed already, and nothing runs after that",
    "Close it when all results are there, or create another one.",
  );
}

async function open(model: Uint8Array, options: RuntimeOptions): Promise<NativeSession> {
  try {
    return await openNativeSession(model, options);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      "model-unsupported",
      `ONNX Runtime does not run the model: ${messageOf(error)}`,
      "Check the model with onnxruntime in Python; if it runs there, this is a fault of the derived graph.",
    );
  }
}

async function run(session: NativeSession, feeds: Tensors, targets: Targets): Promise<Run> {
  const start = performance.now();
  try {
    await session.run(feeds, targets);
    return { seconds: (performance.now() - start) / 1000 };
  } catch (error) {
    const outside = OUT_OF_BOUNDS.exec(messageOf(error))?.[0];
    if (outside !== undefined) throw outOfBounds(outside);
    throw new Fault(
      "training-failed",
      `ONNX Runtime stopped: ${messageOf(error)}`,
      "Check that the data have the shape that the model takes and that memory suffices.",
    );
  }
}

/** What ONNX Runtime says where Gather, GatherElements or GatherND are told to take what is not there. */
const OUT_OF_BOUNDS = /indices element out of data bounds.*|Out of range value in index tensor|invalid index found.*/;

function outOfBounds(said: string): Fault {
  return new Fault(
    "data-invalid",
    `the data make the model look up what is not there, such as a row beyond a table of embeddings: ${said}`,
    "Map every token to a whole number that the model knows, padding and unknown ones included.",
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
