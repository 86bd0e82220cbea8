/**
 * The crew: the devices at work. Tasks are trained for real, from the moment they are assigned, in the worker pool;
 * only their timing is pretended.
 *
 * @module
 */
import {
  catalogue,
  chosenWork,
  type ClientId,
  Fault,
  invariant,
  isTraining,
  type Kept,
  makePart,
  present,
  rowsAt,
  type Seconds,
  type Sent,
  type Task,
  type TaskId,
  type Update,
  uploadKey,
  type VectorKernels,
} from "@potluck/core";
import type { TrainingResult } from "@potluck/engine";
import { loadKernels } from "@potluck/kernels";
import type { Device } from "../fleet/device.ts";
import { type Course, courseOf } from "./course.ts";
import { type Load, loadOf } from "./load.ts";
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
  /** The training that goes on, and what calls it off; null where nothing is trained. */
  readonly training: { readonly outcome: Promise<Outcome>; readonly cancel: AbortController } | null;
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
  /** The answer to a task has arrived: its client keeps what it was to keep. */
  readonly arrived: (work: Work) => void;
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

/** The crew of a stage; `state` is what goes on from a checkpoint. */
export function crewOf(stage: Stage, state: CrewState = { works: [], kept: new Map() }): Crew {
  const works = new Map<TaskId, Work>();
  const kept = new Map(state.kept);
  const sending = { kept, kernels: loadKernels() };
  for (const work of state.works) works.set(work.task.id, workOn(stage, work));
  return {
    begin: (task, at) => {
      const work = workOn(stage, {
        task,
        phase: "asked",
        assignedAt: at.assignedAt,
        turn: at.turn,
        downloadedAt: 0,
        computedAt: 0,
        answer: null,
        failure: null,
      });
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
      if (answer !== null && answer.kept !== null) kept.set(task.client, answer.kept);
    },
    kept,
    isIdle: () => works.size === 0,
    works: () => works.values(),
  };
}

/** What of a work a checkpoint keeps. */
export function stateOf(work: Work): WorkState {
  const { task, phase, assignedAt, turn, downloadedAt, computedAt, answer, failure } = work;
  return { task, phase, assignedAt, turn, downloadedAt, computedAt, answer, failure };
}

function workOn(stage: Stage, state: WorkState): Work {
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
    training: isTrained ? trainingOf(stage.training, state) : null,
    phase,
    assignedAt,
    turn,
    downloadedAt,
    computedAt,
    answer,
    failure,
  };
}

function trainingOf(training: TrainingStage, state: WorkState): Work["training"] {
  const cancel = new AbortController();
  return { cancel, outcome: outcomeOf(training, state, cancel.signal) };
}

/** Never rejects: a rejection that nobody waits for yet would end the process. */
async function outcomeOf(
  { pool, rows }: TrainingStage,
  { task, assignedAt }: WorkState,
  signal: AbortSignal,
): Promise<Outcome> {
  const { train } = rowsAt(present(rows[task.client], "the rows of client", task.client), assignedAt);
  try {
    return { kind: "trained", result: await resultOf(pool, task, train, signal) };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "training-failed") return { kind: "broken", error };
    return { kind: "failed", failure: { reason: error.message, remedy: error.remedy } };
  }
}

async function resultOf(
  pool: TrainingStage["pool"],
  task: Task,
  rows: Uint32Array,
  signal: AbortSignal,
): Promise<Result> {
  if (isTraining(task)) {
    const { params, solver, key } = task;
    return pool.train({ params, solver, work: chosenWork(task), key, rows, signal });
  }
  const requests = task.gradients.map(({ params, chunks }) => ({
    params,
    chunks: chunks.map(({ from, to, coefficient }) => ({ rows: rows.subarray(from, to), coefficient })),
  }));
  const { vectors, loss, examples } = await pool.gradients({ requests, signal });
  return { params: vectors, meanLoss: examples === 0 ? 0 : loss / examples, steps: 1 };
}

/** What clients send with: what each has kept of what its messages lost, and kernels, which are compiled once. */
interface Sending {
  readonly kept: Crew["kept"];
  readonly kernels: VectorKernels;
}

function answerOf(stage: Stage, work: Work, sending: Sending): Answer | Failure | Promise<Answer | Failure> {
  const { training, answer, load } = work;
  if (answer !== null) return answer;
  return training === null ? untrained(stage, load) : trained(work, training.outcome, sending);
}

async function trained({ task, load }: Work, pending: Promise<Outcome>, sending: Sending): Promise<Answer | Failure> {
  const { steps: expected, examples } = load;
  const outcome = await pending;
  if (outcome.kind === "broken") throw outcome.error;
  if (outcome.kind === "failed") return outcome.failure;
  const { params, meanLoss, steps } = outcome.result;
  invariant(steps === expected, `${expected} steps, got ${steps}`);
  const { payload, kept: keeps } = sent(task, params, sending);
  return { update: { payload, examples, steps, trainLoss: meanLoss }, bytes: payload.byteLength, kept: keeps };
}

function sent(task: Task, params: Float32Array, { kept: all, kernels }: Sending): Sent {
  const { params: anchor, version } = task;
  const codec = makePart("codec", catalogue.codec, task.upload);
  const key = uploadKey(task.key);
  if (!isTraining(task)) return { payload: codec.encode(params, anchor, key), kept: null };
  const feedback = makePart("feedback", catalogue.feedback, task.feedback);
  const kept = all.get(task.client) ?? null;
  return feedback.send({ trained: params, anchor, version, kept, codec, key, kernels });
}

/** Where only the clock runs, updates hold no parameters, and take as many bytes as one of the first model would. */
function untrained({ costs }: Stage, { steps, examples, vectors }: Load): Answer {
  const { payload, bytes } = present(costs.untrainedUpdate, "an update that nobody trained");
  return { update: { payload, examples, steps, trainLoss: 0 }, bytes: bytes * vectors, kept: null };
}
