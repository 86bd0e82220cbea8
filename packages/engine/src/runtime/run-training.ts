/**
 * Runs training programs: K steps of a local solver on one client's examples in one call of ONNX Runtime.
 *
 * Deterministic: the same inputs give the same bits on the same machine. Nothing is derived here, so that a worker
 * which only runs programs loads little.
 *
 * @module
 */
import { Fault, invariant, type Layout, layoutLength, plainKernels, tensorOf } from "@potluck/core";
import type { Batches } from "../training/batches.ts";
import { checkFiniteParams, checkParams } from "../training/parameters.ts";
import { driftInput, parameterOutput, TRAINING, type TrainingProgram } from "../training/program.ts";
import { checkRows, type ExampleRows, parameterFeeds, parameterTensors, targetTensor } from "./feeds.ts";
import type { RuntimeOptions } from "./backend.ts";
import { openSession, type Session } from "./session.ts";
import { featureTensor, float32, int64, type Tensors } from "./tensor.ts";

/** What to train on, from where. */
export interface LocalTask extends ExampleRows {
  /** Flat, in the layout of the model; not changed. */
  readonly params: Float32Array;
  /** What is added to them after every step, in the same layout, but for statistics; only where the program takes it. */
  readonly drift?: Float32Array | null;
  /** Which rows make up which batch; see `planBatches`. */
  readonly batches: Batches;
}

/** What training gave. */
export interface Trained {
  readonly params: Float32Array;
  /** The loss of each batch before its step, averaged over the steps. */
  readonly meanLoss: number;
  readonly steps: number;
  /** Wall time inside ONNX Runtime. */
  readonly executingSeconds: number;
}

/** A model and a solver, ready to train. */
export interface Trainer {
  readonly layout: Layout;
  /**
   * The parameters after all batches of `task`. Blocks the calling thread meanwhile. Rejects with Fault "data-invalid"
   * where the task does not fit the model and "training-failed" where the parameters that it starts from or the result
   * are not finite, and after `close`.
   */
  readonly train: (task: LocalTask) => Promise<Trained>;
  /** Frees the memory; the trainer is of no use afterwards. */
  readonly close: () => Promise<void>;
}

/** A trainer for a program that was derived already. Rejects with Fault "model-unsupported" or "option-invalid". */
export async function openTrainer(program: TrainingProgram, runtime: RuntimeOptions = {}): Promise<Trainer> {
  const session = await openSession(program.model, runtime);
  return { layout: program.layout, train: (task) => train(program, session, task), close: session.close };
}

async function train(program: TrainingProgram, session: Session, task: LocalTask): Promise<Trained> {
  const rows = checkTask(program, task);
  const { layout } = program;
  const steps = task.batches.starts.length;
  const params = new Float32Array(layoutLength(layout));
  const losses = new Float32Array(steps);
  const { seconds } = await session.run(taskFeeds(program, task, rows), {
    ...parameterTensors(layout, params, parameterOutput),
    [TRAINING.losses]: float32(losses, [steps]),
  });
  const meanLoss = losses.reduce((sum, loss) => sum + loss, 0) / steps;
  checkFinite(layout, task.params, params, losses);
  return { params, meanLoss, steps, executingSeconds: seconds };
}

function taskFeeds(program: TrainingProgram, task: LocalTask, rows: number): Tensors {
  const { params, features, targets = [], batches } = task;
  const { order, starts, ends, seeds } = batches;
  return {
    ...parameterFeeds(program.layout, params),
    ...driftFeeds(program, task),
    [TRAINING.features]: featureTensor(features, [rows, ...program.exampleShape]),
    ...(program.targets === null ? {} : { [TRAINING.targets]: targetTensor(targets, rows, program.targets) }),
    [TRAINING.order]: int64(order, [order.length]),
    [TRAINING.starts]: int64(starts, [starts.length]),
    [TRAINING.ends]: int64(ends, [ends.length]),
    ...(program.random ? { [TRAINING.seeds]: int64(seeds, [seeds.length]) } : {}),
    [TRAINING.steps]: int64(BigInt64Array.of(BigInt(starts.length)), []),
  };
}

function driftFeeds({ layout, drifting }: TrainingProgram, { drift = null }: LocalTask): Tensors {
  if (drift === null) return {};
  return parameterTensors(
    layout.filter(({ name }) => drifting.includes(name)),
    drift,
    driftInput,
  );
}

/** The number of rows of a task that fits the program. */
function checkTask(program: TrainingProgram, task: LocalTask): number {
  checkParams(program.layout, task.params);
  const { drift = null } = task;
  invariant((drift !== null) === program.drifting.length > 0, "a drift for a program that takes one, and for no other");
  if (drift !== null) checkParams(program.layout, drift);
  const rows = checkRows(task, program);
  checkBatches(task.batches, rows);
  return rows;
}

function checkBatches(given: unknown, rows: number): void {
  if (!isBatches(given)) throw wrongBatches(given === undefined ? "there are none" : "they are no batches");
  const { order, starts, ends, seeds } = given;
  const outside = order.find((row) => row < 0n || row >= BigInt(rows));
  if (outside !== undefined) throw wrongBatches(`they name row ${outside} of ${rows}`);
  if (starts.length === 0) throw wrongBatches("there are none");
  const sound =
    starts.length === ends.length &&
    starts.length === seeds.length &&
    starts.every((start, k) => isRange(start, ends[k] ?? 0n, order.length));
  if (!sound) throw wrongBatches("they are not all ranges of their order");
}

function isBatches(given: unknown): given is Batches {
  const fields: Readonly<Record<string, unknown>> = typeof given === "object" ? { ...given } : {};
  return ["order", "starts", "ends", "seeds"].every((name) => fields[name] instanceof BigInt64Array);
}

function wrongBatches(why: string): Fault {
  return new Fault(
    "data-invalid",
    `the batches of a task cannot be used: ${why}`,
    "Make them with planBatches(key, rows, work).",
  );
}

/** Whether [start, end) is a range of at least one element among `length`. */
function isRange(start: bigint, end: bigint, length: number): boolean {
  return 0n <= start && start < end && end <= BigInt(length);
}

/** Throws Fault "training-failed" where a loss or a parameter is not finite; it says in which step that began. */
function checkFinite(layout: Layout, before: Float32Array, after: Float32Array, losses: Float32Array): void {
  const first = losses.findIndex((loss) => !Number.isFinite(loss));
  if (first < 0 && plainKernels.inspect(after).finite) return;
  checkFiniteParams(layout, before);
  const lost = layout.find((slot) => !plainKernels.inspect(tensorOf(after, slot)).finite);
  const what = lost === undefined ? "the loss" : `"${lost.name}" and perhaps others`;
  const step = first < 0 ? losses.length : first + 1;
  throw new Fault(
    "training-failed",
    `training left the finite numbers, as seen in step ${step} of ${losses.length}: ${what} ended up not finite`,
    "Lower the learning rate, clip the gradient, or scale the features.",
  );
}
