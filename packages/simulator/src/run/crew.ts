/**
 * The crew: the devices at work. Tasks are trained for real, from the moment they are assigned, in the worker pool;
 * only their timing is pretended.
 *
 * @module
 */
import {
  catalogue,
  examplesProcessed,
  Fault,
  invariant,
  makePart,
  present,
  stepsOf,
  type Task,
  type TaskId,
  type Update,
} from "@potluck/core";
import type { TrainingResult } from "@potluck/engine";
import { courseOf, type Device, type TaskCourse, uploadSecondsOf } from "../fleet/device.ts";
import type { Stage } from "./stage.ts";

/** What came of training: the result, or why there is none. */
type Outcome =
  | { readonly kind: "trained"; readonly result: TrainingResult }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "broken"; readonly error: unknown };

/** A task that a device works on. */
export interface TaskAtWork {
  readonly task: Task;
  readonly course: TaskCourse;
  readonly device: Device;
  readonly outcome: Promise<Outcome>;
  readonly cancel: AbortController;
}

/** Why there is no update, and what to do about it. */
export interface Failure {
  readonly reason: string;
  readonly remedy: string;
}

/** What a device's failure rate does. */
export const DEVICE_FAILED: Failure = {
  reason: "the device failed",
  remedy: "Lower the failureRate of the fleet, ask more clients than a round needs, or accept a smaller quorum.",
};

/** The devices at work. */
export interface Crew {
  /** Sets a device to work. */
  readonly begin: (task: Task) => TaskAtWork;
  /** The work on a task, or undefined once it was recalled, failed or was finished. */
  readonly at: (task: TaskId) => TaskAtWork | undefined;
  /** Waits for the result of a task: its update, or why there is none. Throws what should not happen. */
  readonly answer: (work: TaskAtWork) => Promise<Update | Failure>;
  /** Stops the work on a task, if there is any. */
  readonly end: (task: TaskId) => void;
}

/** The crew of a stage. */
export function crewOf(stage: Stage): Crew {
  const works = new Map<TaskId, TaskAtWork>();
  return {
    begin: (task) => {
      const work = begin(stage, task);
      works.set(task.id, work);
      return work;
    },
    at: (task) => works.get(task),
    answer: (work) => answerOf(stage, work),
    end: (task) => {
      works.get(task)?.cancel.abort();
      works.delete(task);
    },
  };
}

function begin(stage: Stage, task: Task): TaskAtWork {
  const rows = present(stage.rows[task.client], `the rows of client ${task.client}`).train;
  const device = present(stage.devices[task.client], `the device of client ${task.client}`);
  const flops = stage.trainingFlopsPerExample * examplesProcessed(task.work, rows.length);
  const course = courseOf(device, { flops, bytesDown: task.params.byteLength }, task.key);
  const cancel = new AbortController();
  const { params, solver, work, key } = task;
  // A task that is going to fail is not trained: nobody would see the result.
  const training =
    course.failsAfter === null ? stage.pool.train({ params, solver, work, key, rows, signal: cancel.signal }) : null;
  return { task, course, device, cancel, outcome: outcomeOf(training) };
}

/** Never rejects: a rejection that nobody waits for yet would end the process. */
async function outcomeOf(training: Promise<TrainingResult> | null): Promise<Outcome> {
  if (training === null) return { kind: "failed", failure: DEVICE_FAILED };
  try {
    return { kind: "trained", result: await training };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "training-failed") return { kind: "broken", error };
    return { kind: "failed", failure: { reason: error.message, remedy: error.remedy } };
  }
}

async function answerOf(stage: Stage, work: TaskAtWork): Promise<Update | Failure> {
  const outcome = await work.outcome;
  if (outcome.kind === "broken") throw outcome.error;
  if (outcome.kind === "failed") return outcome.failure;
  const { task, course, device } = work;
  const examples = present(stage.rows[task.client], `the rows of client ${task.client}`).train.length;
  const { params, meanLoss, steps } = outcome.result;
  invariant(steps === stepsOf(task.work, examples), `${stepsOf(task.work, examples)} steps, got ${steps}`);
  const payload = makePart("codec", catalogue.codec, task.upload).encode(params, task.params);
  const uploadSeconds = uploadSecondsOf(device, payload.byteLength);
  const { downloadSeconds, computeSeconds } = course;
  const spent = { downloadSeconds, computeSeconds, uploadSeconds };
  return { payload, examples, steps, trainLoss: meanLoss, spent };
}
