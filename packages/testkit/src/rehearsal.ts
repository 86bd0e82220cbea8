/**
 * A rehearsal: a plan run in virtual time on quadratic clients, by the smallest driver that is faithful. Nothing
 * sleeps and nothing is random but for the keys; mishaps are scripted.
 *
 * @module
 */
import {
  type ClientId,
  clientId,
  type Command,
  compareEvents,
  type ConvertCommand,
  type Direction,
  type FleetEvent,
  integerStream,
  invariant,
  type Kept,
  type Key,
  type Machine,
  plainKernels,
  type Plan,
  present,
  restoreMachine,
  rootKey,
  startMachine,
  type Task,
  type Update,
  type VectorKernels,
} from "@potluck/core";
import { answer, exactConversion, type QuadraticClient } from "./quadratic.ts";

/**
 * What becomes of a task: it is answered (with what is not finite, twice, first by another client), fails, or its
 * client leaves and comes back later, or comes back without having said goodbye.
 */
export type Fate = (typeof fates)[number];

/** All fates. */
export const fates = [
  "answer",
  "fail",
  "leave",
  "answer with NaN",
  "answer twice",
  "answer after another",
  "rejoin",
] as const;

/** A rehearsal's script. */
export interface RehearsalOptions {
  readonly plan: Plan;
  readonly clients: readonly QuadraticClient[];
  /** The first model. */
  readonly params: Float32Array;
  readonly seed?: number;
  readonly kernels?: VectorKernels;
  /** What becomes of each task; every task is answered by default. */
  readonly fate?: (task: Task) => Fate;
  /** Sees the machine after every event. */
  readonly watch?: (machine: Machine, now: number, seen: Seen) => void;
  /** Whether the client of a task has lost what it kept, before it works on it; never by default. */
  readonly forgets?: (task: Task) => boolean;
  /** Puts the machine into bytes and back after every event. */
  readonly restoring?: boolean;
  /** Writes over the payload of every update once it is handled. */
  readonly overwriting?: boolean;
  /** In which order things are scheduled within an instant: a result MUST NOT depend on it. */
  readonly scheduling?: Key;
}

/** What an event led to. */
export interface Seen {
  readonly issued: readonly Command[];
  /** What clients keep now. */
  readonly kept: ReadonlyMap<ClientId, Kept>;
}

/** What happened in a rehearsal. */
export interface Rehearsal {
  readonly commands: readonly Command[];
  /** Every published model, in order. */
  readonly published: readonly Float32Array[];
  readonly machine: Machine;
  /** The reason of the "finish" command, or null when the plan came to rest without one. */
  readonly finished: string | null;
  readonly seconds: number;
}

/** No rehearsal handles more events than this: a plan that needs more does not end. */
const MAX_REHEARSAL_EVENTS = 200_000;

/** How long the server takes for a conversion; each fifth task cannot be converted. */
const CONVERSION_SECONDS = 0.25;
const CONVERSION_FAILS_EVERY = 5;

/** How long a client that leaves stays away. */
const ABSENCE_SECONDS = 5;

interface Scheduled {
  readonly at: number;
  readonly event: FleetEvent;
  /** What a client that answers keeps, once it is taken in. */
  readonly kept?: Kept | null;
}

/** What clients keep between their tasks. */
type Keeping = Map<ClientId, Kept>;

/** Runs the plan until it finishes or nothing is left to happen. */
export function rehearse(options: RehearsalOptions): Rehearsal {
  const { plan, clients, params } = options;
  const setup = { plan, params, key: rootKey(options.seed ?? 0), kernels: options.kernels ?? plainKernels };
  let machine = startMachine(setup);
  let queue = initialEvents(clients);
  const commands: Command[] = [];
  const keeping: Keeping = new Map();
  let now = 0;
  for (let handled = 0; queue.length > 0; handled++) {
    invariant(handled < MAX_REHEARSAL_EVENTS, `a plan that ends within ${MAX_REHEARSAL_EVENTS} events`);
    const next = earliest(shuffled(queue, options.scheduling));
    queue = queue.filter((entry) => entry !== next);
    now = next.at;
    const event = options.overwriting === true ? withOwnPayload(next.event) : next.event;
    const issued = machine.handle(now, event);
    if (options.overwriting === true && event.kind === "update") event.update.payload.fill(0x5a);
    commands.push(...issued);
    keep(keeping, next, issued);
    queue = issued.reduce((events, command) => schedule({ ...options, keeping }, events, command, now), queue);
    options.watch?.(machine, now, { issued, kept: keeping });
    if (options.restoring === true) machine = restoreMachine(setup, machine.snapshot());
  }
  const finish = commands.find((command) => command.kind === "finish");
  return { commands, published: publishedIn(commands), machine, finished: finish?.reason ?? null, seconds: now };
}

/** An event whose payload is nobody else's. */
function withOwnPayload(event: FleetEvent): FleetEvent {
  if (event.kind !== "update") return event;
  return { ...event, update: { ...event.update, payload: Uint8Array.from(event.update.payload) } };
}

/** A client whose answer was taken in keeps what goes with it. */
function keep(keeping: Keeping, { event, kept }: Scheduled, issued: readonly Command[]): void {
  if (event.kind !== "update" || kept === undefined || kept === null) return;
  const isRefused = issued.some(
    (command) => command.kind === "refuse" && command.task === event.task && command.refusal !== "abandoned",
  );
  if (!isRefused) keeping.set(event.client, kept);
}

function publishedIn(commands: readonly Command[]): readonly Float32Array[] {
  return commands.filter((command) => command.kind === "publish").map(({ params }) => params);
}

function initialEvents(clients: readonly QuadraticClient[]): readonly Scheduled[] {
  const joins = clients.map((client, k) => ({ at: 0, event: joining(clientId(k), client) }));
  return [...joins, { at: 0, event: { kind: "started" } }];
}

function joining(client: ClientId, { examples }: QuadraticClient): FleetEvent {
  return { kind: "joined", client, profile: { examples, tier: "quadratic" } };
}

/** A script, and what clients keep while it is played. */
type Playing = RehearsalOptions & { readonly keeping: Keeping };

/** The queue after a command was carried out. */
function schedule(options: Playing, queue: readonly Scheduled[], command: Command, now: number): readonly Scheduled[] {
  switch (command.kind) {
    case "assign":
      return [...queue, ...outcome(options, command.task, now)];
    case "convert":
      return [...queue, { at: now + CONVERSION_SECONDS, event: conversion(command) }];
    case "recall":
      return queue.filter(({ event }) => !("task" in event && event.task === command.task));
    case "timer":
      return [...queue, { at: now + command.after, event: { kind: "timer", name: command.name } }];
    case "finish":
      return [];
    case "publish":
    case "refuse":
      return queue;
  }
}

function conversion(command: ConvertCommand): FleetEvent {
  const { client, task } = command;
  const isFound = (task + 1) % CONVERSION_FAILS_EVERY !== 0;
  return { kind: "converted", client, task, params: isFound ? exactConversion(command) : null };
}

function outcome({ clients, fate, keeping, forgets }: Playing, task: Task, now: number): readonly Scheduled[] {
  const { client, id } = task;
  const actor = present(clients[client], `client ${client}`);
  const at = now + actor.taskSeconds;
  const { update: own, kept } = answer(actor, task, forgets?.(task) === true ? null : keeping.get(client));
  const from = (who: ClientId, update: Update): FleetEvent => ({ kind: "update", client: who, task: id, update });
  switch (fate?.(task) ?? "answer") {
    case "answer":
      return [...transfers(task, now, at), { at, event: from(client, own), kept }];
    case "answer twice":
      return [
        { at, event: from(client, own), kept },
        { at: at + 1, event: from(client, own), kept },
      ];
    case "answer after another": {
      const other = clientId((client + 1) % clients.length);
      return [
        { at: at - 0.5, event: from(other, own) },
        { at, event: from(client, own), kept },
      ];
    }
    case "rejoin":
      return [{ at, event: joining(client, actor) }];
    case "answer with NaN":
      return [{ at, event: from(client, poisoned(own)) }];
    case "fail":
      return [
        ...transfers(task, now, at).slice(0, 1),
        { at, event: { kind: "failed", client, task: id, reason: "scripted" } },
      ];
    case "leave":
      return [
        ...transfers(task, now, at, true),
        { at, event: { kind: "left", client } },
        { at: at + ABSENCE_SECONDS, event: joining(client, actor) },
      ];
  }
}

/** The model is there at once; of an update that is `cut` off, half is lost. */
function transfers({ client, id, params }: Task, now: number, at: number, cut = false): readonly Scheduled[] {
  const { byteLength } = params;
  const sent = (when: number, direction: Direction, bytes: number, complete: boolean): Scheduled => ({
    at: when,
    event: { kind: "transferred", client, task: id, direction, bytes, complete },
  });
  return [sent(now, "down", byteLength, true), sent(at, "up", cut ? byteLength / 2 : byteLength, !cut)];
}

function poisoned<U extends { readonly payload: Uint8Array }>(update: U): U {
  return { ...update, payload: new Uint8Array(update.payload.length).fill(0xff) };
}

function earliest(queue: readonly Scheduled[]): Scheduled {
  return queue.reduce((first, entry) =>
    (entry.at - first.at || compareEvents(entry.event, first.event)) < 0 ? entry : first,
  );
}

function shuffled(queue: readonly Scheduled[], key: Key | undefined): readonly Scheduled[] {
  if (key === undefined) return queue;
  const order = integerStream(key);
  return [...queue]
    .map((entry) => ({ entry, place: order(2 ** 32) }))
    .sort((a, b) => a.place - b.place)
    .map(({ entry }) => entry);
}
