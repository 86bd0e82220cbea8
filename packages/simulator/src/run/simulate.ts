/**
 * The simulator: a plan in virtual time. Events are taken from a heap ordered by virtual time; a task's result is
 * awaited when the instant of its arrival is reached. What is reported does not depend on the number of workers.
 *
 * @module
 */
import {
  type ClientId,
  clientId,
  type Command,
  compareEvents,
  type FleetEvent,
  invariant,
  present,
  type Seconds,
  startMachine,
  type Task,
  type TaskId,
  type Update,
} from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { eventQueue } from "../clock/event-queue.ts";
import { crewOf, DEVICE_FAILED, type Failure } from "./crew.ts";
import { gaugeOf } from "./gauge.ts";
import type { Progress, RunResult } from "./result.ts";
import { resultOf } from "./result-of.ts";
import type { Happening, Simulation } from "./simulation.ts";
import { setStage, type Stage, type StageRequest } from "./stage.ts";

/** How to simulate. */
export interface SimulationOptions extends StageRequest {
  /** Ends the run early, with a usable result, when it is aborted. */
  readonly signal?: AbortSignal;
  /** Hears of every measurement. */
  readonly onProgress?: (progress: Progress) => void;
  /** Wall-clock seconds from any origin; the simulator itself reads no clock. */
  readonly wallClock?: () => Seconds;
}

/** Runs `scenario`. Throws the faults of its parts; training that fails is a failure of its client, not of the run. */
export async function simulate(options: SimulationOptions): Promise<RunResult> {
  const startedAt = options.wallClock?.() ?? 0;
  const wallSeconds = (): Seconds => (options.wallClock?.() ?? 0) - startedAt;
  const stage = await setStage(options);
  try {
    const simulation = begin(stage, (measurement) => {
      const versions = present(stage.scenario.plan.settings["versions"], "the number of versions");
      options.onProgress?.({ measurement, versions, wallSeconds: wallSeconds() });
    });
    await simulation.gauge.measure(0, stage.params, simulation);
    await run(simulation, options.signal);
    return await resultOf(simulation, wallSeconds);
  } finally {
    await stage.pool.close();
  }
}

function begin(stage: Stage, onMeasured: Parameters<typeof gaugeOf>[1]): Simulation {
  const { plan } = stage.scenario;
  const machine = startMachine({ plan, params: stage.params, key: stage.key, kernels: loadKernels() });
  const queue = eventQueue<Happening>(compareHappenings);
  stage.rows.forEach(({ train }, k) => {
    const profile = { examples: train.length, tier: present(stage.devices[k], `device ${k}`).tier };
    queue.push(0, { kind: "event", event: { kind: "joined", client: clientId(k), profile } });
  });
  queue.push(0, { kind: "event", event: { kind: "started" } });
  const gauge = gaugeOf(stage, onMeasured);
  return { stage, machine, queue, crew: crewOf(stage), gauge, failures: new Map(), now: 0, ending: null };
}

/** Devices that are done computing come before events of the same instant: their answers take time to arrive. */
function compareHappenings(a: Happening, b: Happening): number {
  if (a.kind === "event" && b.kind === "event") return compareEvents(a.event, b.event);
  if (a.kind === "computed" && b.kind === "computed") return a.task - b.task;
  return a.kind === "computed" ? -1 : 1;
}

async function run(simulation: Simulation, signal: AbortSignal | undefined): Promise<void> {
  const { queue, stage, machine } = simulation;
  const horizon = stage.scenario.maximumSeconds ?? Infinity;
  while (simulation.ending === null) {
    if (signal?.aborted === true && machine.fleet.population === stage.rows.length) return;
    const next = queue.pop();
    if (next === undefined) {
      simulation.ending = { status: "stalled", reason: "nothing is left to happen: too few clients are available" };
    } else if (next.at > horizon) {
      simulation.now = horizon;
      simulation.ending = { status: "finished", reason: `${horizon} virtual seconds are over` };
    } else {
      simulation.now = next.at;
      await happen(simulation, next.what);
    }
  }
}

async function happen(simulation: Simulation, happening: Happening): Promise<void> {
  if (happening.kind === "computed") return send(simulation, happening.client, happening.task);
  const { event } = happening;
  if (event.kind === "update" || event.kind === "failed") {
    const work = simulation.crew.at(event.task);
    if (work === undefined) return; // recalled on its way
    if (event.kind === "update") simulation.gauge.noteTrainLoss(event.task, event.update.trainLoss);
    else noteFailure(simulation, await simulation.crew.answer(work));
    simulation.crew.end(event.task);
  }
  for (const command of simulation.machine.handle(simulation.now, event)) {
    if (simulation.ending === null) await carryOut(simulation, command);
  }
}

function noteFailure({ failures }: Simulation, answer: Update | Failure): void {
  invariant("reason" in answer, "a task that failed has no update");
  const { reason, remedy } = answer;
  failures.set(reason, { times: (failures.get(reason)?.times ?? 0) + 1, remedy });
}

async function carryOut(simulation: Simulation, command: Command): Promise<void> {
  switch (command.kind) {
    case "assign":
      return assign(simulation, command.task);
    case "recall":
      return simulation.crew.end(command.task);
    case "timer":
      simulation.queue.push(simulation.now + command.after, {
        kind: "event",
        event: { kind: "timer", name: command.name },
      });
      return;
    case "publish":
      return publish(simulation, command);
    case "finish":
      simulation.ending ??= { status: command.gaveUp ? "stalled" : "finished", reason: command.reason };
      return;
    case "refuse":
      return;
  }
}

function assign({ crew, queue, now }: Simulation, task: Task): void {
  const { course } = crew.begin(task);
  const { client, id } = task;
  if (course.failsAfter === null) {
    queue.push(now + course.downloadSeconds + course.computeSeconds, { kind: "computed", client, task: id });
  } else {
    const event: FleetEvent = { kind: "failed", client, task: id, reason: DEVICE_FAILED.reason };
    queue.push(now + course.failsAfter, { kind: "event", event });
  }
}

/** A device is done computing: its answer sets out, and arrives when its bytes are through. */
async function send({ crew, queue, now }: Simulation, client: ClientId, task: TaskId): Promise<void> {
  const work = crew.at(task);
  if (work === undefined) return; // recalled meanwhile
  const answer = await crew.answer(work);
  if ("reason" in answer) {
    queue.push(now, { kind: "event", event: { kind: "failed", client, task, reason: answer.reason } });
  } else {
    const event: FleetEvent = { kind: "update", client, task, update: answer };
    queue.push(now + answer.spent.uploadSeconds, { kind: "event", event });
  }
}

async function publish(simulation: Simulation, command: Command & { readonly kind: "publish" }): Promise<void> {
  const { gauge, stage } = simulation;
  gauge.notePublished(command);
  if (command.version % (stage.scenario.evaluateEvery ?? 1) !== 0) return;
  const measurement = await gauge.measure(command.version, command.params, simulation);
  if (measurement === null) {
    simulation.ending = { status: "stalled", reason: "the model diverged: its held-out loss is not a finite number" };
    return;
  }
  const { testAccuracy } = measurement;
  const { targetAccuracy, stopAtTarget } = stage.scenario;
  if (stopAtTarget === true && targetAccuracy !== undefined && testAccuracy >= targetAccuracy) {
    simulation.ending ??= { status: "finished", reason: `the target accuracy of ${targetAccuracy} was reached` };
  }
}
