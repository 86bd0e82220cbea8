/**
 * The steps of a simulation: what each happening does to devices and links, and how the plan's commands are carried out.
 *
 * @module
 */
import {
  bytesDown as bytesOfTask,
  type ClientId,
  type Command,
  type Direction,
  type FleetEvent,
  isTraining,
  noteCommand,
  noteEvent,
  numberOf,
  present,
  type Seconds,
  type Task,
  type TaskId,
} from "@potluck/core";
import { DEVICE_DROPPED_OUT, DEVICE_FAILED, DEVICE_LEFT, type Work } from "./crew.ts";
import type { Turn } from "./presence.ts";
import { type Answer, type Failure } from "@potluck/engine";
import { noteFailure, noteInvalid, spentDown, spentUp } from "@potluck/scenario";
import { type Happening, type Simulation } from "./simulation.ts";

/** Lets it happen. A promise where the result of training has to be waited for. */
export function happen(simulation: Simulation, happening: Happening): void | Promise<void> {
  switch (happening.kind) {
    case "event":
      return eventHappens(simulation, happening.event);
    case "turn":
      return turnAround(simulation, happening.client);
    case "flowing":
      return flow(simulation, happening.task, happening.direction);
    case "through":
      return happening.direction === "down"
        ? downloaded(simulation, happening.task)
        : uploaded(simulation, happening.task);
    case "computed":
      return computed(simulation, happening.task);
    case "dropped-out":
      return dropOut(simulation, happening.task);
    case "back":
      return comeBack(simulation, happening.client);
    case "converted":
      return converted(simulation, happening);
  }
}

/** Hands an event to the plan and carries out what it asks for; `version` is that of the task which the event ends. */
export function deliver(simulation: Simulation, event: FleetEvent, version: number | null = null): void {
  const { machine, now, notes, hearing } = simulation;
  noteEvent(notes, event, now);
  const commands = machine.handle(now, event);
  hearing?.({ at: now, event, version, commands });
  for (const command of commands) {
    noteCommand(notes, command, now);
    carryOut(simulation, command);
  }
}

/** Lets clients come and go from `turn` on. */
export function schedule({ queue }: Simulation, turned: Turn | null): void {
  if (turned !== null) queue.push(turned.at, { kind: "turn", client: turned.client, online: turned.online });
}

/** Ends all work that is going on: what is on its way is lost. */
export function stopAll(simulation: Simulation): void {
  for (const work of simulation.crew.works()) cut(simulation, work);
  simulation.converter.stop();
}

/** What a client says of itself. */
export function profileOf({ stage, now }: Simulation, client: ClientId): { examples: number; tier: string } {
  const { tier } = present(stage.devices[client], "device", client);
  return { examples: stage.examplesOf(client, now), tier };
}

function eventHappens(simulation: Simulation, event: FleetEvent): void {
  if (event.kind === "failed") {
    const work = simulation.crew.at(event.task);
    if (work === undefined) return; // recalled meanwhile
    noteFailure(simulation.failures, present(work.failure, "why a task failed"));
    simulation.crew.end(event.task);
  }
  deliver(simulation, event);
}

function turnAround(simulation: Simulation, client: ClientId): void {
  const { presence, now, machine, crew, silence } = simulation;
  schedule(simulation, presence.turn(client, now));
  if (silence.has(client)) return comeBack(simulation, client);
  if (presence.isOnline(client)) {
    return deliver(simulation, { kind: "joined", client, profile: profileOf(simulation, client) });
  }
  const { task } = machine.fleet.client(client);
  const work = task === null ? undefined : crew.at(task);
  if (work !== undefined) {
    noteFailure(simulation.failures, DEVICE_LEFT);
    cut(simulation, work);
  }
  deliver(simulation, { kind: "left", client });
}

/** A device falls silent: the plan hears nothing of it. */
function dropOut({ crew, now, queue, silence }: Simulation, id: TaskId): void {
  const work = crew.at(id);
  if (work === undefined) return; // recalled meanwhile
  work.phase = "silent";
  const { client } = work.task;
  const until = now + work.device.restartSeconds;
  silence.set(client, until);
  queue.push(until, { kind: "back", client, task: id });
}

/**
 * Ends the silence of a device if it is over and the device is there, the later of the two: only now its task is known to
 * be lost, for it goes and comes without a word meanwhile; or it hears of what it was asked to do.
 */
function comeBack(simulation: Simulation, client: ClientId): void {
  const { crew, machine, now, presence, silence } = simulation;
  if ((silence.get(client) ?? Infinity) > now || !presence.isOnline(client)) return;
  silence.delete(client);
  const { task } = machine.fleet.client(client);
  const work = task === null ? undefined : crew.at(task);
  if (work === undefined) return; // recalled meanwhile
  if (work.phase !== "silent") return hear(simulation, work);
  noteFailure(simulation.failures, DEVICE_DROPPED_OUT);
  crew.end(work.task.id);
  deliver(simulation, { kind: "joined", client, profile: profileOf(simulation, client) });
}

/** Gives a task to a device; one that is silent hears of it when it is back. */
function assign(simulation: Simulation, task: Task): void {
  const { crew, machine, now, silence } = simulation;
  const turn = numberOf(machine.ledger, task.client, "timesAsked") - 1;
  const work = crew.begin(task, { assignedAt: now, turn });
  if (!silence.has(task.client)) hear(simulation, work);
}

/** A device hears of its task: the model sets out. */
function hear({ stage, queue, now }: Simulation, work: Work): void {
  const { downLatencySeconds, upLatencySeconds } = work.course;
  const { client, id } = work.task;
  const { memoryBytes } = work.device;
  if (memoryBytes !== null && stage.costs.memoryBytes(work.load) > memoryBytes) {
    work.failure = tooLarge(stage.costs.memoryBytes(work.load), memoryBytes);
    return fail(queue, work, now + downLatencySeconds + upLatencySeconds);
  }
  queue.push(now + downLatencySeconds, { kind: "flowing", client, task: id, direction: "down" });
}

function tooLarge(needed: number, available: number): Failure {
  return {
    reason: `the task needs ${mebibytes(needed)} of memory, and the device has ${mebibytes(available)}`,
    remedy: "Use a smaller model or smaller batches, or devices with more memory.",
  };
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toPrecision(3)} MiB`;
}

function fail(queue: Simulation["queue"], work: Work, at: Seconds): void {
  const { client, id } = work.task;
  const { reason } = present(work.failure, "why a task fails");
  queue.push(at, { kind: "event", event: { kind: "failed", client, task: id, reason } });
}

/** The latency of a transfer is over. */
function flow({ crew, links, stage, now }: Simulation, id: TaskId, direction: Direction): void {
  const work = crew.at(id);
  if (work === undefined) return; // recalled meanwhile
  const { uploadBytesPerSecond, downloadBytesPerSecond } = work.device;
  if (direction === "down") {
    work.phase = "downloading";
    links.down.begin(now, { id, bytes: bytesDown(stage, work), limit: downloadBytesPerSecond });
  } else {
    work.phase = "uploading";
    links.up.begin(now, { id, bytes: answerOf(work).bytes, limit: uploadBytesPerSecond });
  }
}

/** What a task sends down. */
function bytesDown({ costs }: Simulation["stage"], { task }: Work): number {
  const { bytesPerModel, untrainedChange } = costs;
  if (untrainedChange === null || !isTraining(task) || task.download === null) return bytesOfTask(task, bytesPerModel);
  const { held } = task.download;
  const bytes = held === null ? bytesPerModel : Math.min(bytesPerModel, (task.version - held) * untrainedChange);
  return bytesOfTask({ ...task, download: { held, bytes } }, bytesPerModel);
}

function answerOf({ answer }: Work): Answer {
  return present(answer, "the answer that is sent");
}

/** A device has the model and begins to compute. */
function downloaded(simulation: Simulation, id: TaskId): void {
  const { links, now, queue, stage } = simulation;
  const work = workAt(simulation, id);
  const { client } = work.task;
  links.down.end(now, id);
  work.phase = "computing";
  work.downloadedAt = now;
  const bytes = bytesDown(stage, work);
  simulation.gauge?.noteSpent("down", spentDown(work.task, stage.costs.bytesPerModel));
  deliver(simulation, { kind: "transferred", client, task: id, direction: "down", bytes, complete: true });
  const { mishap, computeSeconds } = work.course;
  switch (mishap?.kind) {
    case undefined:
      return queue.push(now + computeSeconds, { kind: "computed", client, task: id });
    case "failure":
      work.failure = DEVICE_FAILED;
      return fail(queue, work, now + mishap.afterSeconds);
    case "dropout":
      return queue.push(now + mishap.afterSeconds, { kind: "dropped-out", client, task: id });
  }
}

/** A device is done computing: its answer sets out. */
function computed(simulation: Simulation, id: TaskId): void | Promise<void> {
  const work = simulation.crew.at(id);
  if (work === undefined) return; // recalled meanwhile
  const answer = simulation.crew.answer(work);
  if ("update" in answer || "reason" in answer) return setOut(simulation, work, answer);
  return setOutLater(simulation, work, answer);
}

async function setOutLater(simulation: Simulation, work: Work, answer: Promise<Answer | Failure>): Promise<void> {
  setOut(simulation, work, await answer);
}

function setOut(simulation: Simulation, work: Work, answer: Answer | Failure): void {
  const { now, queue } = simulation;
  const { client, id } = work.task;
  if ("reason" in answer) {
    work.failure = answer;
    return fail(queue, work, now);
  }
  work.answer = answer;
  work.phase = "answered";
  work.computedAt = now;
  queue.push(now + work.course.upLatencySeconds, { kind: "flowing", client, task: id, direction: "up" });
}

/** An update has arrived. */
function uploaded(simulation: Simulation, id: TaskId): void {
  const { links, now, crew, gauge, stage } = simulation;
  const work = workAt(simulation, id);
  const { client } = work.task;
  const { update, bytes } = answerOf(work);
  const { trainLoss } = update;
  links.up.end(now, id);
  crew.arrived(work);
  gauge?.noteTrainLoss(id, trainLoss);
  gauge?.noteSpent("up", spentUp(work.task, update.payload, stage.layout));
  const { assignedAt, downloadedAt, computedAt } = work;
  const spent = {
    downloadSeconds: downloadedAt - assignedAt,
    computeSeconds: computedAt - downloadedAt,
    uploadSeconds: now - computedAt,
  };
  deliver(simulation, { kind: "transferred", client, task: id, direction: "up", bytes, complete: true });
  deliver(simulation, { kind: "update", client, task: id, update: { ...update, spent } }, work.task.version);
}

function workAt({ crew }: Simulation, id: TaskId): Work {
  return present(crew.at(id), "the work on task", id);
}

/** Ends the work on a task; what is on its way is lost. */
function cut(simulation: Simulation, { task, phase }: Work): void {
  const { links, now, crew } = simulation;
  const { client, id } = task;
  crew.end(id);
  if (phase !== "downloading" && phase !== "uploading") return;
  const direction = phase === "downloading" ? "down" : "up";
  const bytes = Math.floor(links[direction].end(now, id));
  if (bytes > 0) deliver(simulation, { kind: "transferred", client, task: id, direction, bytes, complete: false });
}

/** The server is done with a conversion. */
async function converted(simulation: Simulation, { client, task }: Happening & { kind: "converted" }): Promise<void> {
  deliver(simulation, { kind: "converted", client, task, params: await simulation.converter.end(task) });
}

function carryOut(simulation: Simulation, command: Command): void {
  switch (command.kind) {
    case "assign":
      return assign(simulation, command.task);
    case "recall": {
      const work = simulation.crew.at(command.task);
      if (work !== undefined) cut(simulation, work);
      return;
    }
    case "timer": {
      const event = { kind: "timer", name: command.name } as const;
      simulation.queue.push(simulation.now + command.after, { kind: "event", event });
      return;
    }
    case "convert": {
      const { client, task } = command;
      const at = simulation.converter.begin(command, simulation.now);
      simulation.queue.push(at, { kind: "converted", client, task });
      return;
    }
    case "publish":
      simulation.gauge?.notePublished(command, simulation);
      return;
    case "finish":
      simulation.ending ??= { status: command.gaveUp ? "stalled" : "finished", reason: command.reason };
      return;
    case "refuse":
      if (command.refusal !== "abandoned") simulation.crew.refused(command.task);
      if (command.refusal === "invalid") noteInvalid(simulation.failures, command.detail);
      simulation.gauge?.noteRefused(command.task);
      return;
  }
}
