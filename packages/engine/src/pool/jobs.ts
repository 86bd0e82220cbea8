/**
 * What a pool can be asked for, and what it gives.
 *
 * @module
 */
import type { FixedWork, Key, Layout } from "@potluck/core";
import type { Evaluation } from "../runtime/run-evaluation.ts";
import type { ConversionJob, ConversionResult } from "./conversions.ts";
import type { Checkpoints } from "./parts.ts";
import type { GradientSum, GradientSums } from "./sum-gradients.ts";

/** What to train on, from where and how. */
export interface TrainingJob {
  /** A local solver of the catalogue. */
  readonly solver: { readonly name: string; readonly options: Readonly<Record<string, unknown>> };
  /** Flat, in the layout of the model; not changed. Not copied on the way to the worker where it lies in shared memory. */
  readonly params: Float32Array;
  /** What is added to them after every step, in the same layout, but for statistics; null, nothing, by default. */
  readonly drift?: Float32Array | null;
  /** Numbers of training rows, at least one. */
  readonly rows: Uint32Array;
  readonly work: FixedWork;
  /** Decides the order of the batches. */
  readonly key: Key;
  /** Takes the job back. One that is running already is finished, and its result dropped; one in parts ends with its part. */
  readonly signal?: AbortSignal;
  /** Where it can be gone on with if it is broken off; nowhere by default. */
  readonly checkpoints?: Checkpoints;
}

/** What training gave. */
export interface TrainingResult {
  readonly params: Float32Array;
  /** The loss of each batch before its step, averaged over the steps. */
  readonly meanLoss: number;
  readonly steps: number;
  /** Wall time that the worker spent on the job. */
  readonly wallSeconds: number;
}

/** What to evaluate on what. */
export interface EvaluationJob {
  /** As in {@link TrainingJob.params}. */
  readonly params: Float32Array;
  readonly split: "train" | "test";
  /** Row numbers in that split; all of them by default. */
  readonly rows?: Uint32Array;
  /** Takes the job back. */
  readonly signal?: AbortSignal;
}

/** Sums of gradients to compute. */
export interface GradientsJob {
  /** At least one. Their parameters are as in {@link TrainingJob.params}, their rows are numbers of training rows. */
  readonly requests: readonly GradientSum[];
  /** Takes the job back. One that is running already is finished, and its result dropped. */
  readonly signal?: AbortSignal;
}

/** Where the time of the workers went, summed over them. */
export interface PoolUsage {
  /** Inside ONNX Runtime. */
  readonly executingSeconds: number;
  /** On jobs. */
  readonly busySeconds: number;
  /** Since the pool was ready. */
  readonly openSeconds: number;
}

/** Workers that train and evaluate one model on one dataset. */
export interface TrainingPool {
  readonly workers: number;
  /** How the parameters of the model lie in a flat vector. */
  readonly layout: Layout;
  /** The part of it that is trained by gradients: all but statistics. */
  readonly trained: Layout;
  /**
   * Trains on one client's rows. Rejects with Fault "part-unknown", "option-invalid", "data-invalid", with
   * "training-failed" where the result is not finite or the worker died, and with the signal's reason.
   */
  readonly train: (job: TrainingJob) => Promise<TrainingResult>;
  /** Evaluates on rows, shared among the workers. Rejects like {@link TrainingPool.train}. */
  readonly evaluate: (job: EvaluationJob) => Promise<Evaluation>;
  /**
   * What an update would have been from other parameters. Rejects with Fault "model-unsupported" for models that cannot be
   * inverted, and like {@link TrainingPool.train}.
   */
  readonly convert: (job: ConversionJob) => Promise<ConversionResult>;
  /** Adds up gradients over training rows. Rejects like {@link TrainingPool.train}. */
  readonly gradients: (job: GradientsJob) => Promise<GradientSums>;
  readonly usage: () => PoolUsage;
  /** Rejects what is not finished and ends the workers; resolves when they are done with what they have begun. */
  readonly close: () => Promise<void>;
}
