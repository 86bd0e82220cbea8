/**
 * What a client does with a task: fetches what it sends down, trains on its own examples, sends the answer until it is acknowledged.
 *
 * An answer is written down before it is sent. From then on it is never trained anew: a connection that breaks, or a device that is
 * killed, goes on with sending it. How far a long task has come is written down, too: it goes on from there when it is given again.
 *
 * @module
 */
import {
  type ClientId,
  Fault,
  isTraining,
  type Key,
  type Seconds,
  type Task,
  type TaskId,
  vectorsIn,
} from "@potluck/core";
import {
  answerOf,
  type Checkpoints,
  keepingOf,
  loadOf,
  type Pace,
  type TrainingPool,
  trainTask,
} from "@potluck/engine";
import { loadKernels } from "@potluck/kernels";
import type { ToServer, WireTask } from "@potluck/protocol";
import type { Clock } from "./clock.ts";
import { SpentError } from "./contribution.ts";
import { fetchedTask } from "./fetched-task.ts";
import type { Answered, Memory } from "./memory.ts";
import { sha256Of, TransferError, type Meter, type Transfers } from "./transfers.ts";

/** What a worker works with. */
export interface WorkerOptions {
  readonly client: ClientId;
  readonly pool: TrainingPool;
  /** The rows of the client in the dataset of the pool. */
  readonly rows: Uint32Array;
  readonly transfers: Transfers;
  readonly meter: Pick<Meter, "ask">;
  readonly memory: Memory;
  readonly clock: Clock;
  readonly pace: Pace;
  /** Every so many seconds it is written down how far a long task has come. */
  readonly checkpointSeconds: Seconds;
  /** Says something to the coordinator; nothing where it is not there. */
  readonly say: (message: ToServer) => void;
  /** Hears of what it is at. */
  readonly onStage: (stage: Stage, task: TaskId) => void;
  /** Training took so long, and went through so many examples, one that it saw twice counted twice. */
  readonly onTrained: (seconds: Seconds, examples: number) => void;
  /** A task could not be carried out, and why, as the coordinator is told. */
  readonly onFailed: (task: TaskId, reason: string) => void;
  /** Nothing passes for now: the connection has to be made anew. */
  readonly onBroken: () => void;
  /** Answers cannot be written down, so that none can be sent: nothing that is trained would come to anything. */
  readonly onUnwritable: (error: Fault) => void;
}

/** What is done with a task; idle after the last one that is there. */
export type Stage = "fetching" | "training" | "sending" | "idle";

/** A worker. */
export interface Worker {
  readonly assign: (task: WireTask) => void;
  readonly recall: (task: TaskId) => void;
  /** The coordinator has dealt with an answer; `isAccepted` where it counts. Rejects where that cannot be written down. */
  readonly acknowledged: (task: TaskId, isAccepted: boolean) => Promise<void>;
  /** Tasks that are not done, or whose answers are not acknowledged. */
  readonly open: () => readonly TaskId[];
  /** The connection is there again: answers that are not acknowledged are sent again; of the other tasks those that are not wanted end. */
  readonly resume: (wanted: readonly TaskId[]) => void;
  /** Gives up whatever is not answered yet; whether there was anything. */
  readonly rest: () => boolean;
}

interface Job {
  readonly task: TaskId;
  readonly cancel: AbortController;
  isAnswered: boolean;
  isSending: boolean;
  /** Resolves once its answer is dealt with, or it is not wanted any more. */
  readonly over: PromiseWithResolvers<null>;
}

interface Shop extends WorkerOptions {
  readonly jobs: Map<TaskId, Job>;
  readonly kernels: ReturnType<typeof loadKernels>;
}

/** A worker that goes on with the answer that its memory holds, if there is one. */
export function workerOf(options: WorkerOptions): Worker {
  const shop: Shop = { ...options, jobs: new Map(), kernels: loadKernels() };
  const { jobs, memory } = shop;
  const waiting = memory.answered();
  if (waiting !== null) newJob(shop, waiting.task).isAnswered = true;
  return {
    assign: (wire) => {
      const job = jobs.get(wire.id);
      if (job === undefined) void begin(shop, wire);
      else if (job.isAnswered) void send(shop, job, true);
    },
    recall: (task) => drop(shop, task),
    acknowledged: async (task, isAccepted) => {
      await memory.settle(task, isAccepted);
      drop(shop, task);
    },
    open: () => [...jobs.keys()],
    resume: (wanted) => {
      for (const job of jobs.values()) {
        const isWanted = wanted.includes(job.task);
        if (job.isAnswered) void send(shop, job, isWanted);
        else if (!isWanted) drop(shop, job.task);
      }
    },
    rest: () => {
      const unanswered = [...jobs.values()].filter(({ isAnswered }) => !isAnswered);
      for (const { task } of unanswered) drop(shop, task);
      return unanswered.length > 0;
    },
  };
}

function newJob({ jobs }: Shop, task: TaskId): Job {
  const job: Job = {
    task,
    cancel: new AbortController(),
    isAnswered: false,
    isSending: false,
    over: Promise.withResolvers<null>(),
  };
  jobs.set(task, job);
  return job;
}

function drop({ jobs, onStage }: Shop, task: TaskId): void {
  const job = jobs.get(task);
  if (job === undefined) return;
  jobs.delete(task);
  job.cancel.abort();
  job.over.resolve(null);
  if (jobs.size === 0) onStage("idle", task);
}

/** Carries a task out. What goes wrong is said, unless it may work when it is given again. */
async function begin(shop: Shop, wire: WireTask): Promise<void> {
  const before = [...shop.jobs.values()];
  const job = newJob(shop, wire.id);
  try {
    const answered = await trained(shop, job, { wire, before });
    if (answered === null) return;
    await shop.memory.answer(answered);
    job.isAnswered = true;
  } catch (error) {
    if (shop.jobs.get(wire.id) !== job) return;
    drop(shop, wire.id);
    // The device is about to leave.
    if (error instanceof SpentError) return;
    if (error instanceof TransferError && error.isPassing) return shop.onBroken();
    const reason = messageOf(error);
    shop.say({ kind: "failed", task: wire.id, reason });
    shop.onFailed(wire.id, reason);
    if (error instanceof Fault && error.code === "output-unwritable") shop.onUnwritable(error);
    return;
  }
  await send(shop, job, true);
}

/** The answer to a task; null where it was called off meanwhile. */
async function trained(
  shop: Shop,
  job: Job,
  { wire, before }: { readonly wire: WireTask; readonly before: readonly Job[] },
): Promise<Answered | null> {
  const { signal } = job.cancel;
  const { client, pool, rows, clock, memory, kernels, pace } = shop;
  const began = clock.now();
  shop.onStage("fetching", wire.id);
  const { task, bytes } = await fetchedTask(
    { client, transfers: shop.transfers, signal, layout: pool.layout, kernels },
    wire,
  );
  const paced = pace.begin(task, began);
  await paced.received();
  if (signal.aborted) return null;
  shop.say({ kind: "received", task: task.id, bytes });
  const downloadSeconds = clock.now() - began;
  // What the device keeps depends on what became of its last answer.
  await Promise.race([Promise.all(before.map(({ over }) => over.promise)), aborted(signal)]);
  if (signal.aborted) return null;
  // Training whose answer could not be sent would come to nothing.
  shop.meter.ask(leastBytesOf(task));
  const received = clock.now();
  shop.onStage("training", wire.id);
  const kept = memory.kept();
  const keeping = keepingOf(new Map(kept === null ? [] : [[client, kept]]), pool.trained);
  const provision = isTraining(task) ? keeping.for(task) : null;
  const { checkpoints, computed, share } = await checkpointsOf(shop, task.id, received);
  const training = trainTask({ pool, task, rows, provision, signal, checkpoints });
  const [outcome] = await Promise.all([training, paced.computed()]);
  const computeSeconds = computed();
  const load = loadOf(task, rows.length);
  shop.onTrained(clock.now() - received, Math.round(load.processed * share(load.steps, !signal.aborted)));
  if (signal.aborted) return null;
  const sending = { layout: pool.layout, kernels, secretFor };
  const answer = answerOf({ task, load, provision }, outcome, sending);
  if ("reason" in answer) throw new Error(answer.reason);
  // What is sent later than that by a device that is rehearsed is held back here: sending itself is as fast as it goes.
  await paced.sent(answer.bytes);
  return answeredWith(task, answer, { downloadSeconds, computeSeconds, uploadSeconds: 0 });
}

/** How many bytes an answer has at least, as far as that is known before it is there: of parameters as they are all of them. */
function leastBytesOf(task: Task): number {
  return task.upload.name === "identity" ? vectorsIn(task) * task.params.byteLength : 0;
}

/** How a task comes along. */
interface Progress {
  readonly checkpoints: Checkpoints;
  /** How long all of it has taken, in earlier processes too. */
  readonly computed: () => Seconds;
  /** Which share of its steps was done here: of a task that is not done as many as were written down. */
  readonly share: (steps: number, isDone: boolean) => number;
}

/** Where a task goes on, where it is written down how far it has come, and what was done since it began anew at `since`. */
async function checkpointsOf(
  { memory, clock, checkpointSeconds: everySeconds }: Shop,
  task: TaskId,
  since: Seconds,
): Promise<Progress> {
  const before = await memory.advanced(task);
  const first = before?.checkpoint.losses.length ?? 0;
  let reached = first;
  const computed = (): Seconds => (before?.seconds ?? 0) + clock.now() - since;
  const checkpoints: Checkpoints = {
    from: before?.checkpoint ?? null,
    everySeconds,
    onCheckpoint: async (checkpoint) => {
      reached = checkpoint.losses.length;
      await memory.advance(task, { checkpoint, seconds: computed() });
    },
  };
  return { checkpoints, computed, share: (steps, isDone) => ((isDone ? steps : reached) - first) / steps };
}

function answeredWith(
  task: Task,
  { update, kept }: Exclude<ReturnType<typeof answerOf>, { readonly reason: string }>,
  spent: Answered["said"]["spent"],
): Answered {
  const { payload, remembered = 0, ...said } = update;
  return { task: task.id, payload: Uint8Array.from(payload), said: { ...said, remembered, spent }, kept };
}

/** Sends an answer, unless it is being sent; one that is not wanted any more is only named, so that it is heard what became of it. */
async function send(shop: Shop, job: Job, isWanted: boolean): Promise<void> {
  const answer = shop.memory.answered();
  if (job.isSending || answer?.task !== job.task) return;
  job.isSending = true;
  try {
    const { task, payload, said } = answer;
    const began = shop.clock.now();
    shop.onStage("sending", task);
    if (isWanted) await shop.transfers.upload(task, payload, job.cancel.signal).catch(unlessRefused);
    const spent = { ...said.spent, uploadSeconds: shop.clock.now() - began };
    const name = { sha256: await sha256Of(payload), bytes: payload.length };
    if (shop.jobs.get(task) !== job) return;
    shop.say({ kind: "submitted", task, submission: { ...said, spent, payload: name } });
  } catch (error) {
    // The answer is kept for a time when its owner allows more.
    if (error instanceof SpentError) return;
    if (!(error instanceof TransferError)) throw error;
    if (shop.jobs.get(job.task) === job) shop.onBroken();
  } finally {
    job.isSending = false;
  }
}

/** An answer that the coordinator does not take any more is named all the same: it then says what became of it. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof TransferError) || error.isPassing) throw error;
}

/** A secret that nobody else knows. */
function secretFor(): Key {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return { high, low };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
