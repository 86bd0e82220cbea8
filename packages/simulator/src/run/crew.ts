/**
 * The crew: the devices at work. Tasks are trained for real, from the moment they are assigned, in the worker pool;
 * only their timing is pretended.
 *
 * @module
 */
import {
  chosenWork,
  codecFor,
  type ClientId,
  Fault,
  fold,
  invariant,
  isTraining,
  type Kept,
  type Key,
  type Layout,
  present,
  rowsAt,
  type Seconds,
  type Sent,
  type Task,
  type TaskId,
  type Update,
  uploadKey,
  type VectorKernels,
  withSecret,
} from "@potluck/core";
import type { TrainingResult } from "@potluck/engine";
import { loadKernels } from "@potluck/kernels";
import type { Device } from "../fleet/device.ts";
import { type Course, courseOf } from "./course.ts";
import { type Keeping, keepingOf, type Provision } from "./keeping.ts";
import { type Load, loadOf } from "./load.ts";
import { codecOf } from "./made-once.ts";
import type { Stage, TrainingStage } from "./stage.ts";

/** What training gives: parameters, or gradients one after another. */
type Result = Pick<TrainingResult, "params" | "meanLoss" | "steps">;

/** What came of training: the result, or why there is none. */
type Outcome =
  | { readonly kind: "trained"; readonly result: Result }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "broken"; readonly error: unknown };

/** Why there is no update, and what to do about it. */
export interface Failure {
  readonly reason: string;
  readonly remedy: string;
}

/** An update that is ready to be sent, the bytes that sending it takes, and what its client keeps once it has arrived. */
export interface Answer {
  readonly update: Omit<Update, "spent">;
  readonly bytes: number;
  readonly kept: Kept | null;
}

/** Where a task is: on its way to the device, being computed or lost with it in silence, or on its way back. */
export type Phase = "asked" | "downloading" | "computing" | "silent" | "answered" | "uploading";

/** A task that a device works on. What is not plain data is made again when a run goes on. */
export interface Work {
  readonly task: Task;
  readonly device: Device;
  readonly course: Course;
  /** How much there is to do. */
  readonly load: Load;
  /** The training that goes on, what its client has for it, and what calls it off; null where nothing is trained. */
  readonly training: {
    readonly outcome: Promise<Outcome>;
    readonly provision: Provision | null;
    readonly cancel: AbortController;
  } | null;
  phase: Phase;
  readonly assignedAt: Seconds;
  /** How many tasks the device was given before. */
  readonly turn: number;
  /** When the model had arrived, and when the update was ready; 0 before. */
  downloadedAt: Seconds;
  computedAt: Seconds;
  answer: Answer | null;
  /** Why it is going to fail, once that is certain. */
  failure: Failure | null;
}

/** The part of {@link Work} that a checkpoint keeps: plain data. */
export type WorkState = Omit<Work, "device" | "course" | "load" | "training">;

/** What a device's failure rate does. */
export const DEVICE_FAILED: Failure = {
  reason: "the device failed",
  remedy: "Lower the failureRate of the fleet, ask more clients than a round needs, or accept a smaller quorum.",
};

/** What a device's dropout rate does. */
export const DEVICE_DROPPED_OUT: Failure = {
  reason: "the device dropped out without a word",
  remedy: "Set a deadline, ask more clients than a round needs, or accept a smaller quorum.",
};

/** What going away does. */
export const DEVICE_LEFT: Failure = {
  reason: "the device left before it was done",
  remedy: "Give tasks less work, ask more clients than a round needs, or accept a smaller quorum.",
};

/** The devices at work. */
export interface Crew {
  /** Sets a device to work. */
  readonly begin: (task: Task, at: Pick<Work, "assignedAt" | "turn">) => Work;
  /** The work on a task, or undefined once it was recalled, failed or was finished. */
  readonly at: (task: TaskId) => Work | undefined;
  /** The result of a task: its update, or why there is none. Throws what should not happen. */
  readonly answer: (work: Work) => Answer | Failure | Promise<Answer | Failure>;
  /** Stops the work on a task, if there is any. */
  readonly end: (task: TaskId) => void;
  /** The answer to a task has arrived: its client keeps what it was to keep, unless the answer is refused. */
  readonly arrived: (work: Work) => void;
  /** The answer to a task was not taken in. */
  readonly refused: (task: TaskId) => void;
  /** What clients keep between their tasks: plain data. */
  readonly kept: ReadonlyMap<ClientId, Kept>;
  readonly isIdle: () => boolean;
  /** All that is going on. */
  readonly works: () => Iterable<Work>;
}

/** The part of a crew that a checkpoint keeps. */
export interface CrewState {
  readonly works: readonly WorkState[];
  readonly kept: ReadonlyMap<ClientId, Kept>;
}

/** How a crew works. */
export interface CrewOptions {
  /** What goes on from a checkpoint. */
  readonly state?: CrewState | undefined;
  /** The secret that the answer to a task is encoded with; by default the same in every run of a seed, as all else is. */
  readonly secretFor?: (task: Task) => Key;
}

/** The crew of a stage. */
export function crewOf(stage: Stage, { state = NOTHING, secretFor = secretsOf(stage) }: CrewOptions = {}): Crew {
  const works = new Map<TaskId, Work>();
  const keeping = keepingOf(state.kept, stage.training?.pool.trained ?? []);
  const sending = { secretFor, layout: stage.layout, kernels: loadKernels() };
  for (const work of state.works) works.set(work.task.id, workOn(stage, work, keeping));
  return {
    begin: (task, at) => {
      const { assignedAt, turn } = at;
      const begun = { downloadedAt: 0, computedAt: 0, answer: null, failure: null };
      const work = workOn(stage, { task, phase: "asked", assignedAt, turn, ...begun }, keeping);
      works.set(task.id, work);
      return work;
    },
    at: (task) => works.get(task),
    answer: (work) => answerOf(stage, work, sending),
    end: (task) => {
      works.get(task)?.training?.cancel.abort();
      works.delete(task);
    },
    arrived: ({ task, answer }) => {
      works.delete(task.id);
      if (isTraining(task)) keeping.keep(task, answer?.kept ?? null);
    },
    refused: keeping.undo,
    kept: keeping.all,
    isIdle: () => works.size === 0,
    works: () => works.values(),
  };
}

const NOTHING: CrewState = { works: [], kept: new Map() };

/** Secrets of pretended clients, which have none of their own. */
function secretsOf({ key }: Stage): (task: Task) => Key {
  const secret = fold(key, "secret");
  return ({ id }) => fold(secret, id);
}

/** What of a work a checkpoint keeps. */
export function stateOf(work: Work): WorkState {
  const { task, phase, assignedAt, turn, downloadedAt, computedAt, answer, failure } = work;
  return { task, phase, assignedAt, turn, downloadedAt, computedAt, answer, failure };
}

function workOn(stage: Stage, state: WorkState, keeping: Keeping): Work {
  const { task, phase, assignedAt, turn, downloadedAt, computedAt, answer, failure } = state;
  const device = present(stage.devices[task.client], "the device of client", task.client);
  const load = loadOf(task, stage.examplesOf(task.client, assignedAt));
  const course = courseOf(device, { flops: stage.costs.trainingFlopsPerExample * load.processed, turn }, task.key);
  // A task that is going to fail is not trained: nobody would see the result.
  const isTrained = answer === null && failure === null && course.mishap === null && stage.training !== null;
  // Not `...state`: what is added to a copy lies apart from it, and there are many works.
  return {
    task,
    device,
    course,
    load,
    training: isTrained ? trainingOf(stage.training, state, keeping) : null,
    phase,
    assignedAt,
    turn,
    downloadedAt,
    computedAt,
    answer,
    failure,
  };
}

function trainingOf(training: TrainingStage, state: WorkState, keeping: Keeping): Work["training"] {
  const cancel = new AbortController();
  const provision = isTraining(state.task) ? keeping.for(state.task) : null;
  const drift = provision?.drift ?? null;
  return { cancel, provision, outcome: outcomeOf(training, state, { drift, signal: cancel.signal }) };
}

/** What is added after every step, and what calls the training off. */
interface Surrounding {
  readonly drift: Float32Array | null;
  readonly signal: AbortSignal;
}

/** Never rejects: a rejection that nobody waits for yet would end the process. */
async function outcomeOf(
  { pool, rows }: TrainingStage,
  { task, assignedAt }: WorkState,
  around: Surrounding,
): Promise<Outcome> {
  const { train } = rowsAt(present(rows[task.client], "the rows of client", task.client), assignedAt);
  try {
    return { kind: "trained", result: await resultOf(pool, task, train, around) };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "training-failed") return { kind: "broken", error };
    return { kind: "failed", failure: { reason: error.message, remedy: error.remedy } };
  }
}

async function resultOf(
  pool: TrainingStage["pool"],
  task: Task,
  rows: Uint32Array,
  { drift, signal }: Surrounding,
): Promise<Result> {
  if (isTraining(task)) {
    const { params, solver, key } = task;
    return pool.train({ params, drift, solver, work: chosenWork(task), key, rows, signal });
  }
  const requests = task.gradients.map(({ params, chunks }) => ({
    params,
    chunks: chunks.map(({ from, to, coefficient }) => ({ rows: rows.subarray(from, to), coefficient })),
  }));
  const { vectors, loss, examples } = await pool.gradients({ requests, signal });
  return { params: vectors, meanLoss: examples === 0 ? 0 : loss / examples, steps: 1 };
}

/** What clients send with: secrets, and kernels, which are compiled once. */
interface Sending {
  readonly secretFor: (task: Task) => Key;
  readonly layout: Layout;
  readonly kernels: VectorKernels;
}

function answerOf(stage: Stage, work: Work, sending: Sending): Answer | Failure | Promise<Answer | Failure> {
  const { training, answer, load } = work;
  if (answer !== null) return answer;
  return training === null ? untrained(stage, load) : trained(work, training, sending);
}

async function trained(
  { task, load }: Work,
  { outcome: pending, provision }: NonNullable<Work["training"]>,
  sending: Sending,
): Promise<Answer | Failure> {
  const { steps: expected, examples } = load;
  const outcome = await pending;
  if (outcome.kind === "broken") throw outcome.error;
  if (outcome.kind === "failed") return outcome.failure;
  const { params, meanLoss, steps } = outcome.result;
  invariant(steps === expected, `${expected} steps, got ${steps}`);
  const { payload, kept, ...said } = sent(task, { params, steps, provision }, sending);
  const update = { payload, ...said, examples, steps, trainLoss: meanLoss };
  return { update, bytes: payload.byteLength, kept };
}

function sent(
  task: Task,
  { params, steps, provision }: Pick<Result, "params" | "steps"> & { readonly provision: Provision | null },
  { secretFor, kernels, layout }: Sending,
): Sent & { readonly remembered: number } {
  const { params: anchor, version } = task;
  const own = withSecret(codecOf(task.upload), secretFor(task));
  const codec = codecFor(own, { version, layout });
  const key = uploadKey(task.key);
  if (!isTraining(task) || provision === null) {
    return { payload: codec.encode(params, anchor, key, kernels), remembered: 0, kept: null };
  }
  const { feedback, kept, drift } = provision;
  const { mean, steepness = 1 } = task;
  const outgoing = { trained: params, anchor, version, steps, kept, mean, steepness, drift, codec, key, kernels };
  return { ...feedback.send(outgoing), remembered: kept?.messages ?? 0 };
}

/** Where only the clock runs, updates hold no parameters, and take as many bytes as one of the first model would. */
function untrained({ costs }: Stage, { steps, examples, vectors }: Load): Answer {
  const { payload, bytes } = present(costs.untrainedUpdate, "an update that nobody trained");
  return { update: { payload, examples, steps, trainLoss: 0 }, bytes: bytes * vectors, kept: null };
}
