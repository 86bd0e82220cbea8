/**
 * Runs training programs: K steps of a local solver on one client's examples in one call of ONNX Runtime.
 *
 * Deterministic: the same inputs give the same bits on the same machine. Nothing is derived here, so that a worker
 * which only runs programs loads little.
 *
 * @module
 */
import { Fault, invariant, type Layout, layoutLength, plainKernels, present, tensorOf } from "@potluck/core";
import type { Batches } from "../training/batches.ts";
import { checkFiniteParams, checkParams } from "../training/parameters.ts";
import {
  driftInput,
  parameterOutput,
  slotInput,
  slotOutput,
  type SolverState,
  startInput,
  TRAINING,
  type TrainingProgram,
} from "../training/program.ts";
import { checkRows, type ExampleRows, parameterFeeds, parameterTensors, targetTensor } from "./feeds.ts";
import type { RuntimeOptions } from "./backend.ts";
import { openSession, type Session } from "./session.ts";
import { featureTensor, float32, int64, type Tensor, type Tensors } from "./tensor.ts";

/** What to train on, from where. */
export interface LocalTask extends ExampleRows {
  /** Flat, in the layout of the model; not changed. */
  readonly params: Float32Array;
  /** What is added to them after every step, in the same layout, but for statistics; only where the program takes it. */
  readonly drift?: Float32Array | null;
  /** Which rows make up which batch; see `planBatches`. */
  readonly batches: Batches;
  /** Which part of it; only where the program takes parts. */
  readonly part?: TaskPart | null;
}

/** A part of a task: steps one after another, and what those before have come to. */
export interface TaskPart {
  /** How many steps of the task come before it. */
  readonly first: number;
  /** How many it has, at least one. */
  readonly steps: number;
  /** Where it begins; those of the task are what it started from. */
  readonly params: Float32Array;
  /** What the solver has kept, each slot a vector in the layout of the model. */
  readonly slots: readonly Float32Array[];
}

/** What training gave. */
export interface Trained {
  readonly params: Float32Array;
  /** What the solver keeps, see {@link TaskPart.slots}; none where a task is gone through at once. */
  readonly slots: readonly Float32Array[];
  /** The loss of each batch before its step. */
  readonly losses: Float32Array;
  /** Those, averaged over the steps. */
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
  const { layout, state } = program;
  const { part = null, batches } = task;
  const all = batches.starts.length;
  const { first, steps } = part ?? { first: 0, steps: all };
  const params = new Float32Array(layoutLength(layout));
  const losses = new Float32Array(steps);
  const slots = state?.slots.map(() => new Float32Array(layoutLength(layout))) ?? [];
  const { seconds } = await session.run(taskFeeds(program, task, rows), {
    ...parameterTensors(layout, params, parameterOutput),
    ...slotTensors(state, slots, slotOutput),
    [TRAINING.losses]: float32(losses, [steps]),
  });
  checkFinite(layout, { before: part?.params ?? task.params, after: params }, { first, losses, all });
  return { params, slots, losses, meanLoss: averaged(losses), steps, executingSeconds: seconds };
}

/** The losses of steps, averaged. */
export function averaged(losses: Float32Array): number {
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
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
    [TRAINING.steps]: scalar(starts.length),
    ...partFeeds(program, task),
  };
}

function scalar(value: number): Tensor {
  return int64(BigInt64Array.of(BigInt(value)), []);
}

function partFeeds({ layout, state }: TrainingProgram, { part = null }: LocalTask): Tensors {
  if (part === null) return {};
  const { first, steps, params, slots } = part;
  return {
    [TRAINING.first]: scalar(first),
    [TRAINING.partSteps]: scalar(steps),
    ...parameterTensors(layout, params, startInput),
    ...slotTensors(state, slots, slotInput),
  };
}

/** The tensors of all slots, named by `nameOf`: views into their vectors. */
function slotTensors(
  state: SolverState | null,
  vectors: readonly Float32Array[],
  nameOf: (slot: string, parameter: string) => string,
): Readonly<Record<string, Tensor>> {
  const { slots = [], trained = [] } = state ?? {};
  const named = slots.flatMap((slot, at) => {
    const vector = present(vectors[at], `the vector of "${slot}"`);
    return Object.entries(parameterTensors(trained, vector, (name) => nameOf(slot, name)));
  });
  return Object.fromEntries(named);
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
  checkPart(program, task);
  return rows;
}

function checkPart({ layout, state }: TrainingProgram, { part = null, batches }: LocalTask): void {
  invariant((part !== null) === (state !== null), "a part for a program in parts, and for no other");
  if (part === null) return;
  const { first, steps, params, slots } = part;
  const isWithin = first >= 0 && steps >= 1 && first + steps <= batches.starts.length;
  invariant(isWithin, `steps ${first} to ${first + steps} are within ${batches.starts.length}`);
  for (const vector of [params, ...slots]) checkParams(layout, vector);
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
function checkFinite(
  layout: Layout,
  { before, after }: { readonly before: Float32Array; readonly after: Float32Array },
  { first, losses, all }: { readonly first: number; readonly losses: Float32Array; readonly all: number },
): void {
  const lossless = losses.findIndex((loss) => !Number.isFinite(loss));
  if (lossless < 0 && plainKernels.inspect(after).finite) return;
  checkFiniteParams(layout, before);
  const lost = layout.find((slot) => !plainKernels.inspect(tensorOf(after, slot)).finite);
  const what = lost === undefined ? "the loss" : `"${lost.name}" and perhaps others`;
  const step = first + (lossless < 0 ? losses.length : lossless + 1);
  throw new Fault(
    "training-failed",
    `training left the finite numbers, as seen in step ${step} of ${all}: ${what} ended up not finite`,
    "Lower the learning rate, clip the gradient, or scale the features.",
  );
}
