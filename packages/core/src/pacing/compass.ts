/**
 * The scheduler of FedCompass: groups of clients that are to arrive together.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";
import { cellOf, type NumberTable, setCell } from "../base/number-table.ts";
import type { Seconds } from "../base/units.ts";
import type { ClientId, TaskId } from "../plan/identity.ts";
import type { Work } from "../plan/task.ts";
import {
  CELL,
  groupArrivedIn,
  measure,
  type MemberTask,
  NO_GROUP,
  noteTask,
  speedOf,
  TOLERANCE,
} from "./compass-members.ts";
import type { Decision, Moment, Scene } from "./pacing.ts";
import type { Rest } from "./rest.ts";

/** What the scheduler is set to. */
export interface Compass {
  /** λ ≥ 1. */
  readonly latestTimeFactor: number;
  /** μ in (0, 1]. */
  readonly speedMomentum: number;
}

/** Clients that are to arrive together. */
interface Group {
  /** T and T'; null for the first group, of whose clients no speed is known, until one arrives. */
  expected: { readonly arrivesAt: Seconds; readonly latestAt: Seconds } | null;
  /** How many clients are to arrive, all of whom have its number in their rows; null once it is too late to. */
  waitedFor: number | null;
  /** How many updates of those that arrived the server is converting. */
  converting: number;
  /** S of the fastest that it was given, Infinity where none is known. */
  fastest: Seconds;
  readonly arrived: ClientId[];
  readonly tasks: TaskId[];
}

/** What the scheduler remembers: plain data. */
export interface CompassState extends Rest {
  started: boolean;
  readonly clients: NumberTable;
  /** Those under way, by number, from 1. */
  readonly groups: Map<number, Group>;
  groupsOpened: number;
  /** Updates that the server is converting, each with the group that it was in time for. */
  readonly converting: Map<TaskId, number>;
  /** The general buffer: updates that came too late for their group. */
  late: TaskId[];
  /** Members of the group that was closed last: they get new work with the new model. */
  free: ClientId[];
}

/** Gives everyone as much work as there is, in one group. */
export function begin(state: CompassState, { now, work, fleet }: Scene, clients: readonly ClientId[]): Decision[] {
  if (clients.length === 0) return [];
  const group = openGroup(state, null);
  const { maximumSteps } = boundsOf(work);
  return clients.filter(fleet.isAvailable).map((client) => {
    return assign(state, client, { steps: maximumSteps, since: now, group });
  });
}

/** An update has arrived and is in the window: in time for its group, or too late; or the server has converted it since. */
export function arrive(
  compass: Compass,
  state: CompassState,
  { client, task }: Moment & { readonly kind: "collected" },
  scene: Scene,
): readonly Decision[] {
  const awaited = state.converting.get(task);
  if (awaited !== undefined) return endConversion(state, task, awaited);
  const inTime = meet(compass, state, client, scene);
  if (inTime === null) {
    state.late.push(task);
    return regroup(compass, state, [client], scene);
  }
  const { id, group } = inTime;
  group.tasks.push(task);
  return isComplete(group) ? closeGroup(state, id, group) : expectOthers(compass, state, inTime, scene);
}

/** An update has arrived and is to be converted first: its group waits for that, its client does not if it came too late. */
export function beginConversion(
  compass: Compass,
  state: CompassState,
  { client, task }: Moment & { readonly kind: "converting" },
  scene: Scene,
): readonly Decision[] {
  const inTime = meet(compass, state, client, scene);
  state.converting.set(task, inTime?.id ?? NO_GROUP);
  if (inTime === null) return regroup(compass, state, [client], scene);
  inTime.group.converting += 1;
  return expectOthers(compass, state, inTime, scene);
}

function endConversion(state: CompassState, task: TaskId, id: number): readonly Decision[] {
  state.converting.delete(task);
  const group = state.groups.get(id);
  if (group === undefined) {
    state.late.push(task);
    return [];
  }
  group.converting -= 1;
  group.tasks.push(task);
  return isComplete(group) ? closeGroup(state, id, group) : [];
}

/** The group of a client that arrived in time. */
interface InTime {
  readonly id: number;
  readonly group: Group;
  readonly since: Seconds;
}

/** Measures a client that has arrived, and counts it in its group; null where none waits for it. */
function meet(compass: Compass, state: CompassState, client: ClientId, { now }: Scene): InTime | null {
  measure(state.clients, client, { now, speedMomentum: compass.speedMomentum });
  const awaiting = stopWaitingFor(state, client);
  if (awaiting === null) return null;
  awaiting.group.arrived.push(client);
  setCell(state.clients, client, CELL.group, -awaiting.id);
  return { ...awaiting, since: cellOf(state.clients, client, CELL.since) };
}

/** Takes a client out of the group that waits for it; null where none does. */
function stopWaitingFor(state: CompassState, client: ClientId): Pick<InTime, "id" | "group"> | null {
  if (client >= state.clients.rows) return null;
  const id = cellOf(state.clients, client, CELL.group);
  setCell(state.clients, client, CELL.group, NO_GROUP);
  const group = state.groups.get(id);
  if (group === undefined || group.waitedFor === null) return null;
  group.waitedFor -= 1;
  return { id, group };
}

/** Whether nobody is waited for, and no update of a group is being converted. */
function isComplete({ waitedFor, converting }: Group): boolean {
  return (waitedFor ?? 0) === 0 && converting === 0;
}

/** Once the first of the first group is there it is known for how long the others are waited for. */
function expectOthers(
  { latestTimeFactor }: Compass,
  state: CompassState,
  { id, group, since }: InTime,
  { now }: Scene,
): readonly Decision[] {
  if (group.expected !== null) return [];
  const latestAt = since + latestTimeFactor * (now - since);
  group.expected = { arrivesAt: now, latestAt };
  group.fastest = Math.min(...group.arrived.map((client) => speedOf(state.clients, client)));
  return [latestTimeOf(id, latestAt - now, latestAt - since)];
}

/** A task came to nothing: its client is not waited for, and has new work if it is there and does not rest. */
export function leave(compass: Compass, state: CompassState, client: ClientId, scene: Scene): readonly Decision[] {
  const awaiting = stopWaitingFor(state, client);
  if (awaiting !== null && isComplete(awaiting.group)) {
    const { id, group } = awaiting;
    if (group.arrived.length > 0) return closeGroup(state, id, group, [client]);
    state.groups.delete(id);
  }
  return regroup(compass, state, [client], scene);
}

/**
 * A timer has run off: the group whose latest time it is, if it is still under way, is aggregated as it is, or, where all that
 * arrived is still being converted, as soon as that is done. Where nothing is there the general buffer is published by itself:
 * so it never holds two updates of a client, each of which came too late for a group of its own.
 */
export function expire(state: CompassState, timer: string): readonly Decision[] {
  for (const [id, group] of state.groups) {
    if (timerOf(id) !== timer) continue;
    if (group.tasks.length > 0) return closeGroup(state, id, group);
    if (group.converting > 0) group.waitedFor = null;
    else state.groups.delete(id);
    return publishLate(state);
  }
  return [];
}

function publishLate(state: CompassState): readonly Decision[] {
  if (state.late.length === 0) return [];
  const tasks = state.late;
  state.late = [];
  state.free = [];
  return [{ kind: "close", tasks }];
}

/** A client has come: it gets work, unless it is back and its update waits in a group. Then it waits with that group. */
export function join(compass: Compass, state: CompassState, client: ClientId, scene: Scene): readonly Decision[] {
  return state.groups.has(groupArrivedIn(state.clients, client)) ? [] : regroup(compass, state, [client], scene);
}

/** Aggregates a group with the general buffer. */
function closeGroup(
  state: CompassState,
  id: number,
  { arrived, tasks }: Group,
  others: readonly ClientId[] = [],
): readonly Decision[] {
  const all = [...tasks, ...state.late];
  state.groups.delete(id);
  state.late = [];
  state.free = [...arrived, ...others];
  return [{ kind: "close", tasks: all }];
}

/** Gives those of `clients` that are free and do not rest new work, fastest first; the slowest are those of whom nothing is known. */
export function regroup(
  compass: Compass,
  state: CompassState,
  clients: readonly ClientId[],
  scene: Scene,
): readonly Decision[] {
  return clients
    .filter((client) => scene.fleet.isAvailable(client) && !state.resting.has(client))
    .map((client) => ({ client, speed: speedOf(state.clients, client) }))
    .sort((a, b) => (a.speed === b.speed ? a.client - b.client : a.speed - b.speed))
    .flatMap(({ client }) => place(compass, state, client, scene));
}

/** Puts a client into a group. */
function place(compass: Compass, state: CompassState, client: ClientId, scene: Scene): readonly Decision[] {
  const { now, work } = scene;
  const { maximumSteps } = boundsOf(work);
  const secondsPerStep = speedOf(state.clients, client);
  if (secondsPerStep === Infinity) return [assign(state, client, { steps: maximumSteps, since: now, group: NO_GROUP })];
  const joined = groupFor(state, secondsPerStep, scene);
  if (joined !== null) return [assign(state, client, { ...joined, since: now })];
  const steps = stepsOfNewGroup(state, secondsPerStep, scene);
  const duration = steps * secondsPerStep;
  const latestAfter = compass.latestTimeFactor * duration;
  const group = openGroup(state, { arrivesAt: now + duration, latestAt: now + latestAfter });
  return [assign(state, client, { steps, since: now, group }), latestTimeOf(group, latestAfter, latestAfter)];
}

/** The group for which the client has the most steps, and how many. */
function groupFor(
  { groups }: CompassState,
  secondsPerStep: Seconds,
  { now, work }: Scene,
): { readonly group: number; readonly steps: number } | null {
  const { minimumSteps, maximumSteps } = boundsOf(work);
  let best: { readonly group: number; readonly steps: number } | null = null;
  for (const [group, { expected }] of groups) {
    if (expected === null) continue;
    const steps = wholeSteps(expected.arrivesAt - now, secondsPerStep);
    if (minimumSteps <= steps && steps <= maximumSteps && steps > (best?.steps ?? 0)) best = { group, steps };
  }
  return best;
}

/** How many steps let the client arrive when the members of some group will be back from their next task. */
function stepsOfNewGroup({ groups }: CompassState, secondsPerStep: Seconds, { now, work }: Scene): number {
  const { minimumSteps, maximumSteps } = boundsOf(work);
  let most: number | null = null;
  for (const { expected, fastest } of groups.values()) {
    if (expected === null || now >= expected.latestAt) continue;
    const steps = wholeSteps(expected.latestAt + fastest * maximumSteps - now, secondsPerStep);
    if (steps <= maximumSteps && steps > (most ?? -1)) most = steps;
  }
  return most === null ? maximumSteps : Math.max(minimumSteps, most);
}

function wholeSteps(seconds: Seconds, secondsPerStep: Seconds): number {
  return Math.floor((seconds / secondsPerStep) * (1 + TOLERANCE));
}

function assign(state: CompassState, client: ClientId, task: MemberTask): Decision {
  const { clients, groups } = state;
  noteTask(clients, client, task);
  const group = groups.get(task.group);
  if (group !== undefined) {
    group.waitedFor = (group.waitedFor ?? 0) + 1;
    group.fastest = Math.min(group.fastest, speedOf(state.clients, client));
  }
  return { kind: "assign", client, steps: task.steps };
}

function openGroup(state: CompassState, expected: Group["expected"]): number {
  state.groupsOpened += 1;
  state.groups.set(state.groupsOpened, {
    expected,
    waitedFor: 0,
    converting: 0,
    fastest: Infinity,
    arrived: [],
    tasks: [],
  });
  return state.groupsOpened;
}

/**
 * The timer of a group's latest time, which is so far off. What arrives at that time is in time: the timer runs off later by as
 * much as rounding may do to the `duration` of its tasks.
 */
function latestTimeOf(group: number, after: Seconds, duration: Seconds): Decision {
  return { kind: "timer", name: timerOf(group), after: after + duration * TOLERANCE };
}

function timerOf(group: number): string {
  return `latest time of group ${group}`;
}

/** Q_min and Q_max. */
function boundsOf(work: Work): { readonly minimumSteps: number; readonly maximumSteps: number } {
  if ("minimumSteps" in work) return work;
  invariant("steps" in work, "work that is counted in steps");
  return { minimumSteps: work.steps, maximumSteps: work.steps };
}
