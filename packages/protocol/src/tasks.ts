/**
 * Tasks as they travel: as in the plan, but that vectors are named and not carried.
 *
 * @module
 */
import { create } from "@bufbuild/protobuf";
import {
  assertWork,
  type GradientChunk,
  type GradientRequest,
  type GradientTask,
  type Key,
  type PartReference,
  type Task,
  taskId,
  type TaskId,
  type TrainingTask,
  type Work,
} from "@potluck/core";
import {
  amountOf,
  blobOf,
  type BlobName,
  keyOf,
  MessageError,
  partOf,
  refuse,
  wholeOf,
  wireBlob,
  wireKey,
  wirePart,
} from "./fields.ts";
import {
  type Assign,
  AssignSchema,
  type Changes,
  ChangesSchema,
  type Gradients,
  GradientsSchema,
  type Training,
  TrainingSchema,
} from "./gen/wire_pb.ts";

/** What leads from a version that the client holds to that of a task: messages, decoded one after another. */
export interface WireChanges {
  readonly held: number;
  readonly codec: PartReference;
  readonly messages: readonly BlobName[];
  /** The parameters that the first message leads on from, and the key below which each version has its own; without them nothing can be made of it. */
  readonly from?: BlobName;
  readonly key?: Key;
}

/** What all tasks have, vectors by their names. */
interface AnyWireTask extends Pick<Task, "id" | "version" | "upload" | "key"> {
  readonly params: BlobName;
}

/** A task of training as it travels. */
export type WireTrainingTask = AnyWireTask &
  Pick<TrainingTask, "solver" | "work" | "feedback" | "steepness"> & {
    readonly mean: BlobName | null;
    readonly changes: WireChanges | null;
  };

/** A task of gradients as it travels. */
export type WireGradientTask = AnyWireTask &
  Pick<GradientTask, "round"> & {
    readonly gradients: readonly (Omit<GradientRequest, "params"> & { readonly params: BlobName })[];
  };

/** A task as it travels. */
export type WireTask = WireTrainingTask | WireGradientTask;

/** A task to be written. */
export function wireTask(task: WireTask): Assign {
  const { id, version, params, upload, key } = task;
  return create(AssignSchema, {
    task: BigInt(id),
    version: BigInt(version),
    params: wireBlob(params),
    upload: wirePart(upload),
    key: wireKey(key),
    work:
      "solver" in task
        ? { case: "training", value: wireTraining(task) }
        : { case: "gradients", value: wireGradients(task) },
  });
}

function wireGradients({ round, gradients }: Pick<WireGradientTask, "round" | "gradients">): Gradients {
  const requests = gradients.map(({ job, group, place, params, chunks }) => ({
    job: BigInt(job),
    group: BigInt(group),
    place: BigInt(place),
    params: wireBlob(params),
    chunks: chunks.map(({ from, to, coefficient }) => ({ from: BigInt(from), to: BigInt(to), coefficient })),
  }));
  return create(GradientsSchema, { round: BigInt(round), requests });
}

function wireTraining({ solver, feedback, work, mean, changes, steepness = 0 }: WireTrainingTask): Training {
  return create(TrainingSchema, {
    solver: wirePart(solver),
    feedback: wirePart(feedback),
    ...wireWork(work),
    steepness,
    ...(mean !== null && { mean: wireBlob(mean) }),
    ...(changes !== null && { changes: wireChanges(changes) }),
  });
}

function wireChanges({ held, codec, messages, from, key }: WireChanges): Changes {
  return create(ChangesSchema, {
    held: BigInt(held),
    codec: wirePart(codec),
    messages: messages.map(wireBlob),
    ...(from !== undefined && { from: wireBlob(from) }),
    ...(key !== undefined && { key: wireKey(key) }),
  });
}

function wireWork(work: Work): Pick<Training, "batchSize" | "epochs" | "minimumSteps" | "maximumSteps"> {
  const batchSize = BigInt(work.batchSize);
  if ("epochs" in work) return { batchSize, epochs: BigInt(work.epochs), minimumSteps: 0n, maximumSteps: 0n };
  const [least, most] = "steps" in work ? [work.steps, work.steps] : [work.minimumSteps, work.maximumSteps];
  return { batchSize, epochs: 0n, minimumSteps: BigInt(least), maximumSteps: BigInt(most) };
}

/** The task in a message. Throws MessageError. */
export function taskOf({ task, version, params, upload, key, work }: Assign): WireTask {
  const common = {
    id: idOf(task),
    version: wholeOf(version, "a version"),
    params: blobOf(params, "the parameters"),
    upload: partOf(upload, "codec"),
    key: keyOf(key),
  };
  if (work.case === "training") return { ...common, ...trainingOf(work.value) };
  if (work.case === "gradients") return { ...common, ...gradientsOf(work.value) };
  return refuse("a task of no kind that is known here");
}

function trainingOf(training: Training): Omit<WireTrainingTask, keyof AnyWireTask> {
  const { solver, feedback, mean, changes, steepness } = training;
  return {
    solver: partOf(solver, "solver"),
    work: workOf(training),
    feedback: partOf(feedback, "feedback"),
    mean: mean === undefined ? null : blobOf(mean, "the mean"),
    changes: changes === undefined ? null : changesOf(changes),
    ...(steepness !== 0 && { steepness: amountOf(steepness, "the steepness") }),
  };
}

function workOf({ batchSize, epochs, minimumSteps, maximumSteps }: Training): Work {
  const work =
    epochs > 0n
      ? { epochs: amountOfWork(epochs), batchSize: amountOfWork(batchSize) }
      : minimumSteps === maximumSteps
        ? { steps: amountOfWork(minimumSteps), batchSize: amountOfWork(batchSize) }
        : {
            minimumSteps: amountOfWork(minimumSteps),
            maximumSteps: amountOfWork(maximumSteps),
            batchSize: amountOfWork(batchSize),
          };
  try {
    assertWork(work);
  } catch (error) {
    throw new MessageError("an amount of work that is none", { cause: error });
  }
  return work;
}

function amountOfWork(value: bigint): number {
  return wholeOf(value, "an amount of work");
}

function changesOf({ held, codec, messages, from, key }: Changes): WireChanges {
  return {
    held: wholeOf(held, "a version"),
    codec: partOf(codec, "codec"),
    messages: messages.map((message) => blobOf(message, "a change")),
    ...(from !== undefined && { from: blobOf(from, "the parameters that are held") }),
    ...(key !== undefined && { key: keyOf(key) }),
  };
}

function gradientsOf({ round, requests }: Gradients): Omit<WireGradientTask, keyof AnyWireTask> {
  if (requests.length === 0) refuse("a task without gradients");
  return {
    round: wholeOf(round, "a round"),
    gradients: requests.map(({ job, group, place, params, chunks }) => ({
      job: wholeOf(job, "a job"),
      group: wholeOf(group, "a group"),
      place: wholeOf(place, "a place"),
      params: blobOf(params, "the parameters of a gradient"),
      chunks: chunks.map(({ from, to, coefficient }) =>
        chunkOf({ from: wholeOf(from, "a row"), to: wholeOf(to, "a row"), coefficient }),
      ),
    })),
  };
}

function chunkOf(chunk: GradientChunk): GradientChunk {
  const { from, to, coefficient } = chunk;
  if (to < from || !Number.isFinite(coefficient)) refuse(`rows from ${from} to ${to}, times ${coefficient}`);
  return chunk;
}

/** The number of a task. Throws MessageError. */
export function idOf(task: bigint): TaskId {
  return taskId(wholeOf(task, "the number of a task"));
}
