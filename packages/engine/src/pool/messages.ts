/**
 * What the pool and its workers say to each other. Plain data: it is copied from thread to thread, except for what lies
 * in shared memory and the results, which are handed over.
 *
 * @module
 */
import type { Dataset, FaultCode, Key, FixedWork } from "@potluck/core";
import type { RuntimeOptions } from "../runtime/backend.ts";
import type { Scores } from "../runtime/run-evaluation.ts";
import type { InversionTask } from "../runtime/run-inversion.ts";
import type { TaskPart, Trained } from "../runtime/run-training.ts";
import type { GradientProgram } from "../training/batch-program.ts";
import type { InversionProgram } from "../training/inversion-program.ts";
import type { EvaluationProgram, TrainingProgram } from "../training/program.ts";
import type { WorkerPort } from "./dispatcher.ts";
import type { GradientSum, GradientSums } from "./sum-gradients.ts";

/** What a worker is sent before any request. */
export interface WorkerSetup {
  /** In shared memory, if there is such. */
  readonly dataset: Dataset;
  readonly runtime: RuntimeOptions;
}

/** Starts a worker. */
export type StartWorker = (setup: WorkerSetup) => WorkerPort<WorkerRequest, WorkerReply>;

/** A program by a name that stands for its content, so that a worker opens it once. */
export interface Named<Program> {
  readonly id: string;
  readonly program: Program;
}

/** Train on rows of the training examples. */
export interface TrainRequest {
  readonly kind: "train";
  readonly program: Named<TrainingProgram>;
  readonly params: Float32Array;
  readonly drift: Float32Array | null;
  readonly rows: Uint32Array;
  readonly work: FixedWork;
  readonly key: Key;
  /** Which part of the task; null where the program goes through it at once. */
  readonly part: TaskPart | null;
}

/** Score rows; no rows warm a worker up. */
export interface ScoreRequest {
  readonly kind: "score";
  readonly program: Named<EvaluationProgram>;
  readonly params: Float32Array;
  readonly split: "train" | "test";
  readonly rows: Uint32Array;
}

/** Make up the examples behind an update, and train on them from `current`. */
export interface ConvertRequest {
  readonly kind: "convert";
  readonly program: Named<InversionProgram>;
  readonly task: InversionTask;
  readonly current: Float32Array;
}

/** Add up gradients over training examples. */
export interface GradientsRequest {
  readonly kind: "gradients";
  readonly program: Named<GradientProgram>;
  readonly requests: readonly GradientSum[];
}

/** What a worker is asked. */
export type WorkerRequest = TrainRequest | ScoreRequest | ConvertRequest | GradientsRequest;

/** What came of a request. */
export type Outcome =
  | { readonly kind: "trained"; readonly trained: Trained }
  | { readonly kind: "scored"; readonly scores: Scores }
  | { readonly kind: "summed"; readonly summed: GradientSums }
  | { readonly kind: "converted"; readonly params: Float32Array; readonly distance: number }
  | { readonly kind: "fault"; readonly code: FaultCode; readonly message: string; readonly remedy: string };

/** What a worker replies. */
export interface WorkerReply {
  readonly outcome: Outcome;
  /** Wall time that the worker spent on the request. */
  readonly busySeconds: number;
}

/** The buffers of a reply, which are moved instead of copied. */
export function handedOver({ outcome }: WorkerReply): ArrayBuffer[] {
  return resultsOf(outcome).flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}

function resultsOf(outcome: Outcome): readonly ArrayBufferView[] {
  switch (outcome.kind) {
    case "trained":
      return [outcome.trained.params];
    case "scored":
      return scoreArrays(outcome.scores);
    case "summed":
      return [outcome.summed.vectors];
    case "converted":
      return [outcome.params];
    case "fault":
      return [];
  }
}

function scoreArrays({ losses, weights, ranks }: Scores): readonly ArrayBufferView[] {
  return [losses, weights, ranks].filter((array) => array !== null);
}
