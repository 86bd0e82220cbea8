/**
 * Tasks and updates: what a client is asked to do and what it answers.
 *
 * @module
 */
import { integerStream } from "../base/draws.ts";
import { Fault } from "../base/fault.ts";
import { fold, type Key } from "../base/key.ts";
import type { Seconds } from "../base/units.ts";
import type { Spending } from "../codec/spending.ts";
import { resolveOptions } from "../part/options.ts";
import type { PartReference } from "../part/part.ts";
import type { ClientId, TaskId } from "./identity.ts";

/** How much a client works on its own examples: passes over all of them, or single steps. */
export type FixedWork =
  { readonly epochs: number; readonly batchSize: number } | { readonly steps: number; readonly batchSize: number };

/** The key of a task under the key of its run: the client is told it, and the server makes it again to decode the answer. */
export function taskKey(run: Key, id: TaskId): Key {
  return fold(fold(run, "task"), id);
}

/** The key that the answer to a task is encoded and decoded with. */
export function uploadKey(task: Key): Key {
  return fold(task, "upload");
}

/** Any number of steps between two: a pacing that gives every client its own share says how many, else the client does. */
export interface WorkRange {
  readonly minimumSteps: number;
  readonly maximumSteps: number;
  readonly batchSize: number;
}

/** What a client is asked to do. */
export type Work = FixedWork | WorkRange;

/**
 * Makes sure that `given` is work, wherever it came from. Throws Fault "option-invalid" unless it has epochs, or steps,
 * or minimumSteps and maximumSteps, and batchSize, all whole numbers ≥ 1.
 */
export function assertWork(given: unknown): asserts given is Work {
  const fields: Readonly<Record<string, unknown>> = typeof given === "object" ? { ...given } : {};
  const amounts = AMOUNTS.filter((names) => names.some((name) => fields[name] !== undefined));
  const [amount] = amounts;
  if (amount === undefined || amounts.length > 1) {
    const remedy =
      "Write for example work: { epochs: 1, batchSize: 32 }, or in place of epochs steps, or minimumSteps and maximumSteps.";
    throw new Fault("option-invalid", "work needs epochs or steps, not both, and batchSize", remedy);
  }
  const whole = { kind: "number", integer: true, minimum: 1 } as const;
  const specs = Object.fromEntries(amount.map((name) => [name, { ...whole, about: "how much a client works" }]));
  resolveOptions("work", { ...specs, batchSize: { ...whole, about: "examples in a batch" } }, fields);
  const [least, most] = [Number(fields["minimumSteps"]), Number(fields["maximumSteps"])];
  if (least <= most || amount.length === 1) return;
  const message = `work: minimumSteps is ${least}, more than maximumSteps, ${most}`;
  throw new Fault("option-invalid", message, "Give the smaller number as minimumSteps.");
}

const AMOUNTS = [["epochs"], ["steps"], ["minimumSteps", "maximumSteps"]] as const;

/** The work that a client does where it may choose: uniformly between the bounds, drawn from its task's key. */
export function chosenWork({ work, key }: Pick<TrainingTask, "work" | "key">): FixedWork {
  if (!("minimumSteps" in work)) return work;
  const { minimumSteps, maximumSteps, batchSize } = work;
  const drawn = integerStream(fold(key, "steps"))(maximumSteps - minimumSteps + 1);
  return { steps: minimumSteps + drawn, batchSize };
}

/** What all tasks have. */
interface AnyTask {
  readonly id: TaskId;
  readonly client: ClientId;
  /** The model version that is sent. */
  readonly version: number;
  /** The parameters of that version. Shared, never written to. */
  readonly params: Float32Array;
  /** How the answer is encoded. */
  readonly upload: PartReference;
  /** The client's random key for this task: shuffles, dropout, rounding. */
  readonly key: Key;
}

/** How the model of a task goes down, where not all of it is sent to everybody. */
export interface TaskDownload {
  /** The version that the client holds; null where it holds none. */
  readonly held: number | null;
  /** Encoded bytes: those of the messages since that version, or of the whole model where that is no more. */
  readonly bytes: number;
  /** What the bytes of the messages are for; left out where the model goes whole. */
  readonly spent?: Spending;
  /** The messages; left out where the model goes whole. */
  readonly changes?: ModelChanges;
}

/** What leads from a version of the model to a later one: a message for each version between, and for that one. */
export interface ModelChanges {
  readonly codec: PartReference;
  /** Each message is encoded with the key of its version below this one. */
  readonly key: Key;
  readonly messages: readonly Uint8Array[];
}

/** Training on a client's own examples, from the parameters that are sent. The solver is named: code is never sent. */
export interface TrainingTask extends AnyTask {
  readonly solver: PartReference;
  readonly work: Work;
  /** What the client remembers from one of its answers to the next. */
  readonly feedback: PartReference;
  /** How its model goes down, where less than all of it is sent; null where the parameters are sent as they are. */
  readonly download: TaskDownload | null;
  /** The mean of what the server remembers of clients, sent with the model; null where it sends none. */
  readonly mean: Float32Array | null;
  /** How steep the loss of the client is, in multiples of the mean over clients; left out where the server does not know. */
  readonly steepness?: number;
}

/** Gradients of the loss on some of a client's examples: the answer is one vector for each, one after another. */
export interface GradientTask extends AnyTask {
  /** The round of the plan that it belongs to, from 1. */
  readonly round: number;
  readonly gradients: readonly GradientRequest[];
}

/** A sum over examples of the gradients of their losses, each times a coefficient. */
export interface GradientRequest {
  /** What the plan calls it: see `Item` in `coding/scheme.ts`. */
  readonly job: number;
  readonly group: number;
  readonly place: number;
  /** Where the gradients are taken: the parameters that are sent, or those of an earlier task. */
  readonly params: Float32Array;
  readonly chunks: readonly GradientChunk[];
}

/** Examples from … to − 1, in the client's order. */
export interface GradientChunk {
  readonly from: number;
  readonly to: number;
  readonly coefficient: number;
}

/** Work for one client. */
export type Task = TrainingTask | GradientTask;

/** Whether a task is one of training. */
export function isTraining(task: Task): task is TrainingTask {
  return "solver" in task;
}

/** How many examples a task of gradients passes through the model. */
export function examplesIn(gradients: readonly GradientRequest[]): number {
  return gradients.reduce((sum, { chunks }) => chunks.reduce((own, { from, to }) => own + to - from, sum), 0);
}

/**
 * The bytes that a task sends down: one of training the model or its changes, and what is remembered of clients where that goes with
 * it; one of gradients the model of each job that it is about. A model as it is takes `model` bytes.
 */
export function bytesDown(task: Task, model: number): number {
  if (isTraining(task)) return (task.download?.bytes ?? model) + (task.mean === null ? 0 : model);
  return model * new Set(task.gradients.map(({ job }) => job)).size;
}

/** How many vectors as long as the parameters the answer to a task is made of, ≥ 1: one for each gradient, else one. */
export function vectorsIn(task: Task): number {
  return isTraining(task) ? 1 : task.gradients.length;
}

/** A client's answer to a task. */
export interface Update {
  /**
   * The trained parameters as the task's upload codec encoded them. A strategy that keeps them beyond the event MUST copy them: what comes
   * next may be written over them.
   */
  readonly payload: Uint8Array;
  /** How many of its earlier messages the client goes on from, where the server remembers them too; 0, none, by default. */
  readonly remembered?: number;
  /** How smooth its loss is (its claim), see `Sent` in `feedback/feedback.ts`; left out where the client does not know. */
  readonly smoothness?: number;
  /** Examples the client trained on (its claim), ≥ 1. */
  readonly examples: number;
  /** Solver steps taken, ≥ 1. */
  readonly steps: number;
  /** Mean training loss over the steps. */
  readonly trainLoss: number;
  readonly spent: Spent;
}

/** Where the time of a task went, on the run's clock. */
export interface Spent {
  readonly downloadSeconds: Seconds;
  readonly computeSeconds: Seconds;
  readonly uploadSeconds: Seconds;
}

/** The number of solver steps that `work` means for a client with `examples` examples. */
export function stepsOf(work: FixedWork, examples: number): number {
  return "steps" in work ? work.steps : work.epochs * Math.ceil(examples / work.batchSize);
}

/** The number of examples that `work` passes through the model for a client with `examples` examples. */
export function examplesProcessed(work: FixedWork, examples: number): number {
  return "steps" in work ? work.steps * Math.min(work.batchSize, examples) : work.epochs * examples;
}
