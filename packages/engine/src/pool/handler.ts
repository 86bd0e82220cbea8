/**
 * What a worker does with a request. Sessions stay open from one request to the next.
 *
 * @module
 */
import { type Dataset, Fault, unreachable } from "@potluck/core";
import { type Evaluator, openEvaluator } from "../runtime/run-evaluation.ts";
import { type Gradient, openGradient } from "../runtime/run-gradient.ts";
import { type Inverter, openInverter } from "../runtime/run-inversion.ts";
import { openTrainer, type Trainer } from "../runtime/run-training.ts";
import { planBatches } from "../training/batches.ts";
import { gatherRows } from "./gather.ts";
import type {
  ConvertRequest,
  GradientsRequest,
  Outcome,
  ScoreRequest,
  TrainRequest,
  WorkerReply,
  WorkerRequest,
  WorkerSetup,
} from "./messages.ts";
import { isShared } from "./shared-memory.ts";
import { sumGradients } from "./sum-gradients.ts";

/** How many sessions of each kind a worker keeps open: solvers that are in use at the same time. */
export const MAX_OPEN_SESSIONS = 4;

/** What a worker does with requests about the examples of a dataset. */
export interface Handler {
  /** Rejects for bugs only; faults are outcomes. */
  readonly handle: (request: WorkerRequest) => Promise<WorkerReply>;
  /** Closes all sessions; nothing is being handled. */
  readonly close: () => Promise<void>;
}

/** A handler without sessions: they are opened when they are needed. */
export function createHandler({ dataset, runtime }: WorkerSetup): Handler {
  const trainers = new SessionCache<Trainer>();
  const evaluators = new SessionCache<Evaluator>();
  const inverters = new SessionCache<Inverter>();
  const gradients = new SessionCache<Gradient>();
  const outcomeOf = async (request: WorkerRequest): Promise<Outcome> => {
    switch (request.kind) {
      case "train": {
        const { id, program } = request.program;
        return train(await trainers.get(id, () => openTrainer(ownBytes(program), runtime)), dataset, request);
      }
      case "score": {
        const { id, program } = request.program;
        return score(await evaluators.get(id, () => openEvaluator(ownBytes(program), runtime)), dataset, request);
      }
      case "convert": {
        const { id, program } = request.program;
        return convert(await inverters.get(id, () => openInverter(ownBytes(program), runtime)), request);
      }
      case "gradients": {
        const { id, program } = request.program;
        return gradientsOf(await gradients.get(id, () => openGradient(ownBytes(program), runtime)), dataset, request);
      }
      default:
        return unreachable(request);
    }
  };
  return {
    handle: async (request) => {
      const start = performance.now();
      const outcome = await outcomeOf(request).catch(asOutcome);
      return { outcome, busySeconds: (performance.now() - start) / 1000 };
    },
    close: async () => {
      await trainers.close();
      await evaluators.close();
      await inverters.close();
      await gradients.close();
    },
  };
}

async function train(trainer: Trainer, dataset: Dataset, request: TrainRequest): Promise<Outcome> {
  const batches = planBatches(request.key, request.rows.length, request.work);
  const rows = gatherRows(dataset.train, request.rows);
  const params = ownValues(request.params);
  const drift = request.drift === null ? null : ownValues(request.drift);
  return { kind: "trained", trained: await trainer.train({ ...rows, params, drift, batches, part: request.part }) };
}

async function score(evaluator: Evaluator, dataset: Dataset, request: ScoreRequest): Promise<Outcome> {
  const rows = gatherRows(dataset[request.split], request.rows);
  return { kind: "scored", scores: await evaluator.score({ ...rows, params: ownValues(request.params) }) };
}

async function convert(inverter: Inverter, { task, current }: ConvertRequest): Promise<Outcome> {
  const [start, trained] = [ownValues(task.start), ownValues(task.trained)];
  const { features, labelLogits, distance } = await inverter.invert({ ...task, start, trained });
  const { stepSize } = task;
  const params = await inverter.replay({ start: ownValues(current), features, labelLogits, stepSize });
  return { kind: "converted", params, distance };
}

async function gradientsOf(gradient: Gradient, dataset: Dataset, request: GradientsRequest): Promise<Outcome> {
  const requests = request.requests.map(({ params, chunks }) => ({ params: ownValues(params), chunks }));
  return { kind: "summed", summed: await sumGradients(gradient, dataset.train, requests) };
}

function asOutcome(error: unknown): Outcome {
  if (!(error instanceof Fault)) throw error;
  return { kind: "fault", code: error.code, message: error.message, remedy: error.remedy };
}

/** `values` in memory of this thread alone. */
function ownValues(values: Float32Array): Float32Array {
  return isShared(values) ? values.slice() : values;
}

/** `program` with its bytes in memory of this thread alone. */
function ownBytes<Program extends { readonly model: Uint8Array }>(program: Program): Program {
  return { ...program, model: program.model.slice() };
}

/** Open sessions by the names of their programs; the one that was used longest ago is closed first. */
class SessionCache<Session extends { readonly close: () => Promise<void> }> {
  readonly #open = new Map<string, Session>();

  async get(id: string, open: () => Promise<Session>): Promise<Session> {
    const session = this.#open.get(id) ?? (await open());
    this.#open.delete(id);
    this.#open.set(id, session);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN_SESSIONS && oldest !== undefined) {
      await this.#open.get(oldest)?.close();
      this.#open.delete(oldest);
    }
    return session;
  }

  async close(): Promise<void> {
    for (const session of this.#open.values()) await session.close();
    this.#open.clear();
  }
}
