/**
 * Live runs: the plan of a scenario in real time, with a worker for each client. What happens is what the workers do and when they
 * do it; nothing is pretended but how slow their devices are.
 *
 * @module
 */
import {
  clientId,
  type ClientId,
  Fault,
  present,
  type Seconds,
  type Spending,
  type Task,
  type Transferred,
} from "@potluck/core";
import { invertsUpdates, noteFailure, resultOf, type RunResult, setStage, spentDown, spentUp } from "@potluck/scenario";
import { deliver, guarded, later, type LiveOptions, type LiveRun, liveRun, measure, secondsSince } from "./live-run.ts";
import type { FromWorker } from "./messages.ts";

/** A worker that ends without an answer between its ends so often is not started again. */
export const MAX_RESTARTS = 5;

const START_SECONDS = 300;

/**
 * How long workers may be silent by default. They say every second that they are alive; thirty are more than a machine that is
 * overloaded holds that up by, and less than anybody waits for a run that stands still.
 */
const SILENCE_SECONDS = 30;

/** In so many checks silence is told; they are counted, so that a coordinator that stood still itself blames nobody for it. */
const SILENT_CHECKS = 5;

/**
 * Runs `scenario` in real time. The devices are always there unless their workers end; links are the devices' own.
 * Throws the faults of its parts, and "plan-contradiction" for one that converts updates on the server.
 */
export async function runLive(options: LiveOptions): Promise<RunResult> {
  refuseConversions(options);
  const stage = await setStage(options, 1);
  const began = options.clock.now();
  const wallSeconds = (): Seconds => options.clock.now() - began;
  try {
    const run = await goOn(options, stage, wallSeconds);
    await Promise.all(run.measuring);
    return await resultOf({ simulation: run, stage, gauge: run.gauge, checkpoint: null, wallSeconds });
  } finally {
    await stage.training.pool.close();
  }
}

function refuseConversions({ scenario }: LiveOptions): void {
  if (!invertsUpdates(scenario)) return;
  const message =
    'the plan has the server invert updates (conversion "gradient-inversion"), which live runs do not do yet';
  throw new Fault("plan-contradiction", message, 'Use conversion "none", or simulate it.');
}

/** The run from its first worker to its end. */
async function goOn(options: LiveOptions, stage: LiveRun["stage"], wallSeconds: () => Seconds): Promise<LiveRun> {
  const ended = Promise.withResolvers<null>();
  const run = liveRun(options, stage, { wallSeconds, ended: () => ended.resolve(null), failed: ended.reject });
  const onAbort = (): void => run.end(null);
  options.signal?.addEventListener("abort", onAbort);
  try {
    run.gauge.notePublished({ version: 0, params: stage.params, contributions: [] }, run);
    measure(run);
    for (const k of stage.devices.keys()) {
      enrol(run, clientId(k));
      hire(run, clientId(k));
    }
    watch(run);
    later(run, options.startSeconds ?? START_SECONDS, () => start(run));
    if (options.signal?.aborted === true) run.end(null);
    await ended.promise;
    return run;
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    for (const cancel of run.pending) cancel();
    for (const worker of run.workers.values()) worker.dismiss();
  }
}

function hire(run: LiveRun, client: ClientId): void {
  const worker = run.options.hire(client, {
    onMessage: (message) => {
      if (run.workers.get(client) === worker) guarded(run, () => hear(run, client, message));
    },
    onGone: (reason) => {
      if (run.workers.get(client) === worker) guarded(run, () => loseWorker(run, client, reason));
    },
  });
  run.workers.set(client, worker);
  run.unseen.add(client);
}

function hear(run: LiveRun, client: ClientId, message: FromWorker): void {
  run.silentChecks.delete(client);
  switch (message.kind) {
    case "ready":
      run.ready.add(client);
      if (run.startedAt !== null) join(run, client);
      else startOnceReady(run);
      return;
    case "alive":
      return;
    case "received": {
      const { task, bytes } = message;
      const { costs } = run.stage;
      noteSpent(run, { client, task, direction: "down" }, (given) => spentDown(given, costs.bytesPerModel));
      return deliver(run, { kind: "transferred", client, task, direction: "down", bytes, complete: true });
    }
    case "answer": {
      const { task, update } = message;
      run.restarts.delete(client);
      run.gauge.noteTrainLoss(task, update.trainLoss);
      const bytes = update.payload.byteLength;
      noteSpent(run, { client, task, direction: "up" }, (given) => spentUp(given, update.payload, run.stage.layout));
      deliver(run, { kind: "transferred", client, task, direction: "up", bytes, complete: true });
      return deliver(run, { kind: "update", client, task, update });
    }
    case "failed":
      noteFailure(run.failures, message);
      return deliver(run, { kind: "failed", client, task: message.task, reason: message.reason });
  }
}

/** Notes what bytes of a task were for; of those of tasks before the last one nothing is known any more. */
function noteSpent(
  run: LiveRun,
  { client, task, direction }: Pick<Transferred, "client" | "task" | "direction">,
  spendingOf: (given: Task) => Spending,
): void {
  const given = run.given.get(client);
  if (given?.id === task) run.gauge.noteSpent(direction, spendingOf(given));
}

/** Begins if nobody is waited for any more: all are ready but those that were given up. */
function startOnceReady(run: LiveRun): void {
  const givenUp = [...run.restarts.values()].filter((restarts) => restarts > MAX_RESTARTS).length;
  if (run.ready.size + givenUp === run.stage.devices.length) start(run);
}

/** Begins with whoever is ready; the others are known, and may come later. */
function start(run: LiveRun): void {
  if (run.startedAt !== null || run.isOver) return;
  if (run.ready.size === 0) return run.end({ status: "stalled", reason: "no worker was ready in time" });
  run.startedAt = run.options.clock.now();
  for (const k of run.stage.devices.keys()) {
    const client = clientId(k);
    if (run.ready.has(client)) join(run, client);
    for (const at of run.stage.resizesOf(client)) later(run, at, () => enrol(run, client));
  }
  const { maximumSeconds } = run.stage.scenario;
  if (maximumSeconds !== undefined) {
    const reason = `${maximumSeconds} seconds are over`;
    later(run, maximumSeconds, () => run.end({ status: "finished", reason }));
  }
  deliver(run, { kind: "started" });
}

/** A client is known, and says how much it holds. */
function enrol(run: LiveRun, client: ClientId): void {
  deliver(run, { kind: "enrolled", client, profile: profileOf(run, client) });
}

/** A process that joins for the first time has nothing of what one before it was sent. */
function join(run: LiveRun, client: ClientId): void {
  deliver(run, { kind: "joined", client, profile: profileOf(run, client), anew: run.unseen.delete(client) });
}

function profileOf(run: LiveRun, client: ClientId): { examples: number; tier: string } {
  const { tier } = present(run.stage.devices[client], "device", client);
  return { examples: run.stage.examplesOf(client, secondsSince(run)), tier };
}

/** Looks again and again for workers that have stopped without ending, and ends them. */
function watch(run: LiveRun): void {
  const seconds = run.options.silenceSeconds ?? SILENCE_SECONDS;
  later(run, seconds / SILENT_CHECKS, () => {
    for (const client of run.ready) {
      const silent = (run.silentChecks.get(client) ?? 0) + 1;
      run.silentChecks.set(client, silent);
      if (silent <= SILENT_CHECKS) continue;
      run.workers.get(client)?.dismiss();
      loseWorker(run, client, `nothing was heard of it for ${seconds} seconds`);
    }
    watch(run);
  });
}

/** A worker has ended: what it was at is lost, and it is started again. */
function loseWorker(run: LiveRun, client: ClientId, reason: string): void {
  if (run.isOver) return;
  run.workers.delete(client);
  run.ready.delete(client);
  run.silentChecks.delete(client);
  noteFailure(run.failures, { reason: `a worker ended: ${reason}`, remedy: "Look at what it has written." });
  if (run.startedAt !== null) deliver(run, { kind: "left", client });
  const restarts = (run.restarts.get(client) ?? 0) + 1;
  run.restarts.set(client, restarts);
  if (restarts <= MAX_RESTARTS) return hire(run, client);
  noteFailure(run.failures, {
    reason: `worker ${client} was given up: it ended ${restarts} times without an answer`,
    remedy: "Look at what it has written; others have done what it had to do.",
  });
  if (run.workers.size === 0) return run.end({ status: "stalled", reason: "no worker is left" });
  startOnceReady(run);
}
