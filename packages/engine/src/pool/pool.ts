/**
 * A pool of worker threads that train and evaluate one model on one dataset, one thread of ONNX Runtime each.
 *
 * Results do not depend on the number of workers, nor on which of them did what, to the last bit.
 *
 * @module
 */
import { startWorker } from "#start-worker";
import {
  assertKey,
  assertWork,
  checkOptions,
  type Dataset,
  Fault,
  invariant,
  type Layout,
  layoutLength,
  makePart,
  solver as solvers,
  stepsOf,
} from "@potluck/core";
import type { ParameterRules } from "../import/parameter-roles.ts";
import { standardForm } from "../import/standard-form.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import type { Objective } from "../objective/objective.ts";
import { readModel } from "../onnx/read.ts";
import type { RuntimeOptions } from "../runtime/backend.ts";
import { channelBlocks } from "../runtime/channel-blocks.ts";
import { checkTaskOptions } from "../runtime/check-options.ts";
import { type Evaluation, type Scores, summarise } from "../runtime/run-evaluation.ts";
import type { TaskPart, Trained } from "../runtime/run-training.ts";
import type { GradientProgram } from "../training/batch-program.ts";
import type { Blocks } from "../training/blocks/plan.ts";
import { type Derivation, derive } from "../training/derivation.ts";
import { evaluationProgram } from "../training/evaluation-graph.ts";
import { gradientProgram } from "../training/gradient-graph.ts";
import { checkParams } from "../training/parameters.ts";
import type { EvaluationProgram, FeatureFormat, TrainingProgram } from "../training/program.ts";
import { PORTABLE_FORM } from "../training/step-form.ts";
import { trainingProgram } from "../training/training-graph.ts";
import { checkDataset, checkExamples, checkFit, checkRowNumbers, checkWorkers, commonFormat } from "./checks.ts";
import {
  checkConversion,
  type ConversionJob,
  type ConversionResult,
  type InversionPrograms,
  inversionPrograms,
} from "./conversions.ts";
import type { EvaluationJob, GradientsJob, PoolUsage, TrainingJob, TrainingPool, TrainingResult } from "./jobs.ts";
import { createDispatcher, type Dispatcher } from "./dispatcher.ts";
import type { Named, Outcome, ScoreRequest, WorkerReply, WorkerRequest } from "./messages.ts";
import { inParts } from "./parts.ts";
import { joined, shares } from "./row-shares.ts";
import { shareDataset } from "./shared-dataset.ts";
import { shareBytes, shareFloats } from "./shared-memory.ts";
import type { GradientSums } from "./sum-gradients.ts";

/** Options of {@link createPool}. */
export interface PoolOptions {
  /** Threads side by side, a whole number in [1, {@link MAX_WORKERS}]. */
  readonly workers: number;
  /** An ONNX file: features [batch, …] in; out what the objective compares with targets, such as scores [batch, classes]. */
  readonly model: Uint8Array;
  /** Copied into shared memory, unless it lies there already. */
  readonly dataset: Dataset;
  /** How outputs are compared with labels or targets; cross-entropy by default. */
  readonly objective?: Objective;
  /** Which initializers are parameters, where the defaults are not right. */
  readonly parameters?: ParameterRules;
  /** What runs the graphs; the usual by default. */
  readonly runtime?: RuntimeOptions;
}

/** The most different solvers (or options of one) that a pool remembers derived graphs for. */
export const MAX_PROGRAMS = 64;

const POOL_OPTIONS = ["workers", "model", "dataset", "objective", "parameters", "runtime"] as const;

/**
 * A pool whose workers have loaded the model. Rejects with Fault "option-invalid", "model-invalid",
 * "model-unsupported" or, where model and dataset do not fit, "data-invalid".
 */
export async function createPool(options: PoolOptions): Promise<TrainingPool> {
  const { workers, model: file, dataset, objective = crossEntropy(), parameters = {}, runtime = {} } = options;
  checkOptions("createPool", POOL_OPTIONS, options);
  checkWorkers(workers);
  checkDataset(dataset);
  const features = commonFormat(dataset);
  checkTaskOptions({ objective, parameters, features });
  const form = standardForm(readModel(file), parameters);
  const blocks = await channelBlocks();
  const evaluation = evaluationProgram(form, objective, features, blocks);
  for (const examples of [dataset.train, dataset.test]) checkFit(examples, evaluation);
  const shared = shareDataset(dataset);
  // Here once, by the numbers that rows have in the dataset; workers see the rows of a job.
  checkExamples(shared.train, `${dataset.name} (train)`, evaluation);
  checkExamples(shared.test, `${dataset.name} (test)`, evaluation);
  const pool = new Pool({
    workers,
    dataset: shared,
    evaluation: { id: "evaluation", program: inSharedMemory(evaluation) },
    derivation: derive(form, objective),
    inversions: inversionPrograms(form, objective),
    features,
    blocks,
    dispatcher: createDispatcher({ workers, spawn: () => startWorker({ dataset: shared, runtime }) }),
  });
  await pool.warmUp();
  return pool;
}

interface PoolSetup {
  readonly workers: number;
  readonly dataset: Dataset;
  readonly evaluation: Named<EvaluationProgram>;
  readonly derivation: Derivation;
  readonly inversions: InversionPrograms;
  readonly features: FeatureFormat;
  readonly blocks: Blocks | null;
  readonly dispatcher: Dispatcher<WorkerRequest, WorkerReply>;
}

class Pool implements TrainingPool {
  readonly workers: number;
  readonly layout: Layout;
  readonly trained: Layout;
  readonly #setup: PoolSetup;
  readonly #programs = new Map<string, Named<TrainingProgram>>();
  /** Made at its first use. */
  #gradient: Named<GradientProgram> | null = null;
  #executingSeconds = 0;
  #busySeconds = 0;
  #openSince = performance.now();

  constructor(setup: PoolSetup) {
    this.#setup = setup;
    this.workers = setup.workers;
    this.layout = setup.evaluation.program.layout;
    this.trained = this.layout.filter(({ name }) => setup.derivation.gradients.has(name));
  }

  /** Has every worker load the model; ends them where one cannot. */
  async warmUp(): Promise<void> {
    const request = this.#scoreRequest("test", new Float32Array(layoutLength(this.layout)), new Uint32Array(0));
    try {
      await Promise.all(Array.from({ length: this.workers }, () => this.#score(request)));
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#executingSeconds = 0;
    this.#busySeconds = 0;
    this.#openSince = performance.now();
  }

  readonly train = async (job: TrainingJob): Promise<TrainingResult> => {
    const { params, drift = null, rows, work, key, signal, checkpoints } = job;
    checkParams(this.layout, params);
    if (drift !== null) checkParams(this.layout, drift);
    checkRowNumbers(rows, this.#setup.dataset.train);
    assertWork(work);
    assertKey("a job", key);
    const program = this.#programFor(job.solver, { drifts: drift !== null, inParts: checkpoints !== undefined });
    const request = { kind: "train", program, params, drift, rows, work, key } as const;
    let wallSeconds = 0;
    const run = async (part: TaskPart | null): Promise<Trained> => {
      const reply = await this.#setup.dispatcher.dispatch({ ...request, part }, signal);
      wallSeconds += reply.busySeconds;
      return this.#trained(reply);
    };
    const { layout } = this;
    const task = { params, layout, steps: stepsOf(work, rows.length), slots: program.program.state?.slots.length ?? 0 };
    const trained = checkpoints === undefined ? await run(null) : await inParts(task, checkpoints, run);
    return { params: trained.params, meanLoss: trained.meanLoss, steps: trained.steps, wallSeconds };
  };

  readonly evaluate = async ({ params, split, rows, signal }: EvaluationJob): Promise<Evaluation> => {
    const examples = this.#setup.dataset[split];
    const all = rows ?? Uint32Array.from({ length: examples.count }, (_, row) => row);
    checkParams(this.layout, params);
    checkRowNumbers(all, examples);
    const shared = shareFloats(params);
    const parts = shares(all, this.workers).map((part) => this.#score(this.#scoreRequest(split, shared, part), signal));
    const scores = await Promise.all(parts);
    const { program } = this.#setup.evaluation;
    const areLabels = program.targets !== null && program.labels !== null;
    const labels = areLabels ? Uint8Array.from(all, (row) => examples.labels[row] ?? 0) : null;
    return summarise(joined(scores, program, all.length), program, labels);
  };

  readonly convert = async (job: ConversionJob): Promise<ConversionResult> => {
    const { examples, steps, current, signal, ...task } = job;
    checkConversion(job);
    for (const params of [task.start, task.trained, current]) checkParams(this.layout, params);
    const program = this.#setup.inversions.of({ examples, steps });
    const { outcome, busySeconds } = await this.#setup.dispatcher.dispatch(
      { kind: "convert", program, task, current },
      signal,
    );
    this.#busySeconds += busySeconds;
    if (outcome.kind !== "converted") throw faultOf(outcome);
    return { params: outcome.params, distance: outcome.distance, wallSeconds: busySeconds };
  };

  readonly gradients = async ({ requests, signal }: GradientsJob): Promise<GradientSums> => {
    for (const { params, chunks } of requests) {
      checkParams(this.layout, params);
      for (const { rows } of chunks) if (rows.length > 0) checkRowNumbers(rows, this.#setup.dataset.train);
    }
    const { derivation, features } = this.#setup;
    this.#gradient ??= { id: "gradient", program: inSharedMemory(gradientProgram(derivation, features)) };
    const request = { kind: "gradients", program: this.#gradient, requests } as const;
    const { outcome, busySeconds } = await this.#setup.dispatcher.dispatch(request, signal);
    this.#busySeconds += busySeconds;
    if (outcome.kind !== "summed") throw faultOf(outcome);
    this.#executingSeconds += outcome.summed.executingSeconds;
    return outcome.summed;
  };

  readonly usage = (): PoolUsage => ({
    executingSeconds: this.#executingSeconds,
    busySeconds: this.#busySeconds,
    openSeconds: ((performance.now() - this.#openSince) / 1000) * this.workers,
  });

  readonly close = (): Promise<void> => this.#setup.dispatcher.close();

  #scoreRequest(split: "train" | "test", params: Float32Array, rows: Uint32Array): ScoreRequest {
    return { kind: "score", program: this.#setup.evaluation, params, split, rows };
  }

  async #score(request: ScoreRequest, signal?: AbortSignal): Promise<Scores> {
    const reply = await this.#setup.dispatcher.dispatch(request, signal);
    this.#busySeconds += reply.busySeconds;
    const { outcome } = reply;
    if (outcome.kind !== "scored") throw faultOf(outcome);
    this.#executingSeconds += outcome.scores.executingSeconds;
    return outcome.scores;
  }

  #trained({ outcome, busySeconds }: WorkerReply): Trained {
    this.#busySeconds += busySeconds;
    if (outcome.kind !== "trained") throw faultOf(outcome);
    this.#executingSeconds += outcome.trained.executingSeconds;
    return outcome.trained;
  }

  /** The derived graph for a solver, made at its first use. */
  #programFor(
    reference: TrainingJob["solver"],
    way: { readonly drifts: boolean; readonly inParts: boolean },
  ): Named<TrainingProgram> {
    const solver = makePart("solver", solvers, reference);
    const id = JSON.stringify([solver.part.name, solver.part.options, way.drifts, way.inParts]);
    const known = this.#programs.get(id);
    if (known !== undefined) return known;
    const { derivation, features, blocks } = this.#setup;
    const program = trainingProgram(derivation, solver, features, { ...PORTABLE_FORM, blocks, ...way });
    const made = { id, program: inSharedMemory(program) };
    this.#programs.set(id, made);
    const [oldest] = this.#programs.keys();
    if (this.#programs.size > MAX_PROGRAMS && oldest !== undefined) this.#programs.delete(oldest);
    return made;
  }
}

/** A program whose bytes are not copied from thread to thread. */
function inSharedMemory<Program extends { readonly model: Uint8Array }>(program: Program): Program {
  return { ...program, model: shareBytes(program.model) };
}

function faultOf(outcome: Outcome): Fault {
  invariant(outcome.kind === "fault", `an answer to what was asked, got "${outcome.kind}"`);
  return new Fault(outcome.code, outcome.message, outcome.remedy);
}
