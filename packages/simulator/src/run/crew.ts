/**
 * The crew: the devices at work. Tasks are trained for real, from the moment they are assigned, in the worker pool;
 * only their timing is pretended.
 *
 * @module
 */
import {
  type ClientId,
  fold,
  isTraining,
  type Kept,
  type Key,
  present,
  rowsAt,
  type Seconds,
  type Task,
  type TaskId,
} from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import {
  type Answer,
  answerOf,
  type Failure,
  type Keeping,
  keepingOf,
  type Load,
  loadOf,
  type Outcome,
  type Provision,
  type Sending,
  trainTask,
} from "@potluck/engine";
import { type Device, type Stage, type TrainingStage } from "@potluck/scenario";
import { type Course, courseOf } from "./course.ts";

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
    answer: (work) => {
      if (work.answer !== null) return work.answer;
      if (work.training === null) return untrained(stage, work.load);
      return trained(work, work.training, sending);
    },
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

function trainingOf(
  { pool, rows }: TrainingStage,
  { task, assignedAt }: WorkState,
  keeping: Keeping,
): Work["training"] {
  const cancel = new AbortController();
  const { train } = rowsAt(present(rows[task.client], "the rows of client", task.client), assignedAt);
  const provision = isTraining(task) ? keeping.for(task) : null;
  return { cancel, provision, outcome: trainTask({ pool, task, rows: train, provision, signal: cancel.signal }) };
}

async function trained(
  { task, load }: Work,
  { outcome, provision }: NonNullable<Work["training"]>,
  sending: Sending,
): Promise<Answer | Failure> {
  return answerOf({ task, load, provision }, await outcome, sending);
}

/** Where only the clock runs, updates hold no parameters, and take as many bytes as one of the first model would. */
function untrained({ costs }: Stage, { steps, examples, vectors }: Load): Answer {
  const { payload, bytes } = present(costs.untrainedUpdate, "an update that nobody trained");
  return { update: { payload, examples, steps, trainLoss: 0 }, bytes: bytes * vectors, kept: null };
}
