/**
 * The thread of a run: it opens the run's journal, hosts the run, and tells what comes of what it is told.
 *
 * Whatever takes long (decoding, aggregating, hashing, the disk) takes its time here, and not from the sockets. What has been said by the
 * time that it is done with something is written down together.
 *
 * @module
 */
import { type ClientId, type Command, Fault, ownState, type TaskId } from "@potluck/core";
import { writeModel } from "@potluck/engine";
import type { BlobName } from "@potluck/protocol";
import { parseScenario, type Scenario, setStage, type Standing, standingOf } from "@potluck/scenario";
import { join } from "node:path";
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type Blobs, openBlobs } from "../../store/blobs.ts";
import { type HostedEvent, openJournal } from "../../store/journal.ts";
import { runFolder } from "../../store/run-folder.ts";
import { hostRun, type RunHost } from "../host.ts";
import type { TrainedStage } from "../measurer.ts";
import { realHostClock } from "../run-clock.ts";
import { mostBytes } from "./most-bytes.ts";
import type { FromRun, PlainFault, Question, RunThreadSetup, ToRun } from "./messages.ts";
import { taskWriter } from "./wire-tasks.ts";

if (parentPort !== null) void work(parentPort);

async function work(port: MessagePort): Promise<void> {
  const closers: Closer[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  const tell = (message: FromRun): void => port.postMessage(message, []);
  const giveUp = async (): Promise<void> => {
    // What cannot be closed any more is left as it is: the journal is what counts.
    await Promise.allSettled(closers.splice(0).map(async (one) => one()));
    port.close();
  };
  const failed = (error: unknown): void => {
    tell({ kind: "failed", fault: plainFault(error) });
    void giveUp();
  };
  const desk: Desk = { tell, failed, close };
  try {
    listen(port, await open(desk, closers), desk);
  } catch (error) {
    failed(error);
  }
}

/** Closes something that was opened. */
type Closer = () => Promise<void> | void;

interface Desk {
  readonly tell: Tell;
  readonly failed: (error: unknown) => void;
  readonly close: () => Promise<void>;
}

async function open({ tell, failed }: Desk, closers: Closer[]): Promise<RunHost> {
  const { folder, record } = ownState<RunThreadSetup>(workerData);
  const { document, name, seed, created, rehearsal } = record;
  const scenario = parseScenario(JSON.parse(document), name);
  const journal = openJournal(runFolder(folder, record.id));
  closers.push(journal.close);
  const stage = await setStage({ scenario, seed }, 1);
  closers.push(async () => stage.training.pool.close());
  const blobs = openBlobs(join(folder, "blobs"));
  const startClients = Math.max(record.startClients, fewestClients(scenario));
  const known: { host: RunHost | null } = { host: null };
  const assigned = assignments(blobs, () => known.host, { tell, failed });
  const host = hostRun(
    { stage, clock: realHostClock, blobs, created, journal, startClients, rehearsal },
    {
      onCommand: (command) => carryOut(command, { assigned, tell }),
      onMember: (device, client) => tell({ kind: "member", device, client }),
      onPresence: (client, isThere) => tell({ kind: "presence", client, isThere }),
      onAnswered: (client, task) => tellAnswer(known.host, tell, client, task),
      // Nothing is taken of it any more.
      onTaskFailed: (client, task) => tell({ kind: "recall", client, task }),
      onPaused: (isPaused) => tell({ kind: "paused", isPaused }),
      onMeasured: (progress) => tell({ kind: "measured", progress }),
      onEnded: () => tell({ kind: "ended", ending: known.host?.state.ended?.ending ?? null }),
      onFailed: failed,
    },
  );
  known.host = host;
  closers.push(host.close);
  tellWhatIs(host, tell, assigned);
  const { versions = 0 } = scenario.plan.settings;
  // How good the model was when it was measured last is seen from the start, and not only when it is measured again.
  const measurement = journal.measurements().at(-1);
  const wallSeconds = realHostClock.wall() - created;
  if (measurement !== undefined) tell({ kind: "measured", progress: { measurement, versions, wallSeconds } });
  tell({ kind: "ready", ...(await jobOf(stage, blobs)), startClients, versions });
  return host;
}

type Tell = (message: FromRun) => void;

/** Tells what a restart has found: who is there, what is out, what has become of answers. */
function tellWhatIs({ state }: RunHost, tell: Tell, assigned: (task: Assigned) => void): void {
  const { fleet } = state.machine;
  for (const [device, client] of state.members) {
    tell({ kind: "member", device, client });
    if (fleet.client(client).online) tell({ kind: "presence", client, isThere: true });
  }
  tell({ kind: "paused", isPaused: state.pausedSince !== null });
  for (const [client, answer] of state.answers) tell({ kind: "answered", client, task: answer.task, answer });
  for (const task of state.open.values()) assigned(task);
  tellStatus(state, tell);
  if (state.ended !== null) tell({ kind: "ended", ending: state.ended.ending });
}

function tellStatus({ number: entries, at, started, machine, tally }: RunHost["state"], tell: Tell): void {
  const { versions, bytes } = machine.ledger;
  const { accepted, late, abandoned } = tally;
  const counts = { answers: { accepted, late, abandoned }, invalid: Object.fromEntries(tally.invalid) };
  const status = { entries, at, started, versions, ...counts, bytesUp: bytes.up, bytesDown: bytes.down };
  tell({ kind: "status", status });
}

function standingsIn({ machine, members }: RunHost["state"]): readonly Standing[] {
  return [...members.values()].map((client) => standingOf(machine, client));
}

type Assigned = (Command & { readonly kind: "assign" })["task"];

/** Sends tasks once their vectors are blobs, those excepted that are not open any more by then. */
function assignments(
  blobs: Blobs,
  hostOf: () => RunHost | null,
  { tell, failed }: { readonly tell: Tell; readonly failed: (error: unknown) => void },
): (task: Assigned) => void {
  const write = taskWriter(blobs);
  const send = async (task: Assigned): Promise<void> => {
    const wire = await write(task);
    if (hostOf()?.state.open.get(task.client)?.id !== task.id) return;
    tell({ kind: "assign", client: task.client, task: wire, mostBytes: mostBytes(task) });
  };
  return (task) => void send(task).catch(failed);
}

function carryOut(
  command: Command,
  { assigned, tell }: { readonly assigned: (task: Assigned) => void; readonly tell: Tell },
): void {
  if (command.kind === "assign") assigned(command.task);
  if (command.kind === "recall") tell({ kind: "recall", client: command.client, task: command.task });
}

function tellAnswer(host: RunHost | null, tell: Tell, client: ClientId, task: TaskId): void {
  const last = host?.state.answers.get(client);
  tell({ kind: "answered", client, task, answer: last?.task === task ? last : null });
}

/** Hears what the thread is told: events that wait are taken together. */
function listen(port: MessagePort, host: RunHost, desk: Desk): void {
  port.on("message", (first: ToRun) => {
    try {
      takeIn(host, [first, ...waiting(port)], desk, port);
    } catch (error) {
      desk.failed(error);
    }
  });
}

function* waiting(port: MessagePort): Generator<ToRun> {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) yield next.message;
}

function takeIn(host: RunHost, messages: readonly ToRun[], desk: Desk, port: MessagePort): void {
  let events: HostedEvent[] = [];
  const flush = (): void => {
    host.happened(events);
    events = [];
  };
  for (const message of messages) {
    if (message.kind === "happened") {
      events.push(message.event);
      continue;
    }
    flush();
    if (message.kind === "end") host.end(message.ending);
    else if (message.kind === "ask") void respond(host, message.question, { desk, port, number: message.number });
    else host[message.kind]();
  }
  flush();
  tellStatus(host.state, desk.tell);
}

interface Asked {
  readonly desk: Desk;
  readonly port: MessagePort;
  readonly number: number;
}

async function respond(host: RunHost, question: Question, { desk, port, number }: Asked): Promise<void> {
  try {
    desk.tell({ kind: "answer", number, value: await answerTo(host, question, desk) });
  } catch (error) {
    desk.failed(error);
  }
  if (question.kind === "close") port.close();
}

async function answerTo(host: RunHost, question: Question, { close }: Desk): Promise<unknown> {
  switch (question.kind) {
    case "enrol":
      return host.enrol(question.devices);
    case "join":
      return host.joined(question.device, question.profile, question.anew);
    case "result":
      return host.result();
    case "profiles":
      return standingsIn(host.state);
    case "refusals":
      return host.state.tally.refused.toReversed();
    case "events":
      return host.history.since(question.after);
    case "history":
      return host.history.page(question.after);
    case "close":
      return close();
  }
}

/** As many clients as the plan needs. */
function fewestClients({ plan }: Scenario): number {
  for (let clients = 1; clients <= MOST_NEEDED; clients++) if (plan.contradiction(clients) === null) return clients;
  return MOST_NEEDED;
}

const MOST_NEEDED = 10_000;

/** What clients are told of what is trained, and the model that it names. */
async function jobOf(
  { scenario, training }: TrainedStage,
  blobs: Blobs,
): Promise<{ readonly job: BlobName; readonly model: BlobName }> {
  const model = await blobs.put(writeModel(training.model));
  const job = { name: scenario.name, title: scenario.title, model, objective: training.loss.objective.part };
  return { job: await blobs.put(new TextEncoder().encode(JSON.stringify(job))), model };
}

function plainFault(error: unknown): PlainFault {
  if (error instanceof Fault) return { code: error.code, message: error.message, remedy: error.remedy };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: null, message, remedy: "" };
}
