/**
 * The scheduler of FedCompass: groups of clients that are to arrive together.
 *
 * @module
 */
import { invariant, present } from "../base/invariant.ts";
import type { Seconds } from "../base/units.ts";
import type { ClientId, TaskId } from "../plan/identity.ts";
import type { Work } from "../plan/task.ts";
import type { Losses } from "./losses.ts";
import type { Decision, Moment, Scene } from "./pacing.ts";

/** What the scheduler is set to. */
export interface Compass {
  /** λ ≥ 1. */
  readonly latestTimeFactor: number;
  /** μ in (0, 1]. */
  readonly speedMomentum: number;
}

/** A client and its latest task. */
interface Member {
  /** S: seconds for a step, or null before its first update. */
  readonly secondsPerStep: Seconds | null;
  readonly steps: number;
  readonly since: Seconds;
  /** The group that it is to arrive with, or null for none. */
  readonly group: number | null;
}

/** Clients that are to arrive together. */
interface Group {
  /** T and T'; null for the first group, of whose clients no speed is known, until one arrives. */
  readonly expected: { readonly arrivesAt: Seconds; readonly latestAt: Seconds } | null;
  readonly waitedFor: Map<ClientId, true>;
  /** S of the fastest that it was given, Infinity where none is known. */
  fastest: Seconds;
  readonly arrived: ClientId[];
  readonly tasks: TaskId[];
}

/** What the scheduler remembers: plain data. */
export interface CompassState extends Losses {
  started: boolean;
  readonly clients: Map<ClientId, Member>;
  /** Those under way, by number. */
  readonly groups: Map<number, Group>;
  groupsOpened: number;
  /** The general buffer: updates that came too late for their group. */
  late: TaskId[];
  /** Members of the group that was closed last: they get new work with the new model. */
  free: ClientId[];
}

/** Rounding errors of times do not cost a step. */
const TOLERANCE = 1e-9;

/** Gives everyone as much work as there is, in one group. */
export function begin(state: CompassState, { now, work, fleet }: Scene, clients: readonly ClientId[]): Decision[] {
  if (clients.length === 0) return [];
  const group = openGroup(state, null);
  const { maximumSteps } = boundsOf(work);
  return clients.filter(fleet.isAvailable).map((client) => {
    return assign(state, client, { steps: maximumSteps, since: now, group });
  });
}

/** An update has arrived: in time for its group, or too late. */
export function arrive(
  compass: Compass,
  state: CompassState,
  { client, task, arrivedAt }: Moment & { readonly kind: "collected" },
  scene: Scene,
): readonly Decision[] {
  const known = present(state.clients.get(client), "the task of client", client);
  if (arrivedAt < known.since) {
    // It came back while its update was converted, and works on another task: the update says nothing of that one.
    state.late.push(task);
    return [];
  }
  const member = timed(compass, known, arrivedAt);
  state.clients.set(client, member);
  const { group: id, since } = member;
  const group = groupOf(state, id);
  if (group === undefined || id === null || !group.waitedFor.delete(client)) {
    state.late.push(task);
    return regroup(compass, state, [client], scene);
  }
  group.arrived.push(client);
  group.tasks.push(task);
  if (group.waitedFor.size === 0) return closeGroup(state, id, group);
  return group.expected === null ? expectSoon(compass, state, { id, group, since, arrivedAt }, scene) : [];
}

/** The client with what its last task says of its speed. */
function timed({ speedMomentum }: Compass, member: Member, arrivedAt: Seconds): Member {
  const { secondsPerStep, steps, since } = member;
  const measured = Math.max(TOLERANCE, arrivedAt - since) / steps;
  if (secondsPerStep === null) return { ...member, secondsPerStep: measured };
  return { ...member, secondsPerStep: (1 - speedMomentum) * secondsPerStep + speedMomentum * measured };
}

/** The first of the first group is there: now it is known for how long the others are waited for. */
function expectSoon(
  { latestTimeFactor }: Compass,
  state: CompassState,
  first: { readonly id: number; readonly group: Group; readonly since: Seconds; readonly arrivedAt: Seconds },
  { now }: Scene,
): readonly Decision[] {
  const { id, group, since, arrivedAt } = first;
  const latestAt = since + latestTimeFactor * (arrivedAt - since);
  const fastest = Math.min(...group.arrived.map((client) => speedOf(state, client)));
  state.groups.set(id, { ...group, expected: { arrivesAt: arrivedAt, latestAt }, fastest });
  return [{ kind: "timer", name: timerOf(id), after: Math.max(0, latestAt - now) }];
}

/** Seconds for a step; Infinity where none is known. */
function speedOf({ clients }: CompassState, client: ClientId): Seconds {
  return clients.get(client)?.secondsPerStep ?? Infinity;
}

/** A task came to nothing: its client is not waited for, and has new work if it is there. */
export function leave(compass: Compass, state: CompassState, client: ClientId, scene: Scene): readonly Decision[] {
  const id = state.clients.get(client)?.group ?? null;
  const group = groupOf(state, id);
  if (group !== undefined && id !== null && group.waitedFor.delete(client) && group.waitedFor.size === 0) {
    if (group.arrived.length > 0) return closeGroup(state, id, group, [client]);
    state.groups.delete(id);
  }
  return regroup(compass, state, [client], scene);
}

/** A timer has run off: the group whose latest time it is, if it is still under way, is aggregated as it is. */
export function expire(state: CompassState, timer: string): readonly Decision[] {
  for (const [id, group] of state.groups) {
    if (timerOf(id) !== timer) continue;
    if (group.arrived.length > 0) return closeGroup(state, id, group);
    state.groups.delete(id);
  }
  return [];
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

/** Gives those of `clients` that are free new work, fastest first; the slowest are those of whom nothing is known. */
export function regroup(
  compass: Compass,
  state: CompassState,
  clients: readonly ClientId[],
  scene: Scene,
): readonly Decision[] {
  return clients
    .filter((client) => scene.fleet.isAvailable(client))
    .map((client) => ({ client, speed: speedOf(state, client) }))
    .sort((a, b) => (a.speed === b.speed ? a.client - b.client : a.speed - b.speed))
    .flatMap(({ client }) => place(compass, state, client, scene));
}

/** Puts a client into a group. */
function place(compass: Compass, state: CompassState, client: ClientId, scene: Scene): readonly Decision[] {
  const { now, work } = scene;
  const { maximumSteps } = boundsOf(work);
  const secondsPerStep = state.clients.get(client)?.secondsPerStep ?? null;
  if (secondsPerStep === null) return [assign(state, client, { steps: maximumSteps, since: now, group: null })];
  const joined = groupFor(state, secondsPerStep, scene);
  if (joined !== null) return [assign(state, client, { ...joined, since: now })];
  const steps = stepsOfNewGroup(state, secondsPerStep, scene);
  const duration = steps * secondsPerStep;
  const latestAfter = compass.latestTimeFactor * duration;
  const group = openGroup(state, { arrivesAt: now + duration, latestAt: now + latestAfter });
  return [
    assign(state, client, { steps, since: now, group }),
    { kind: "timer", name: timerOf(group), after: latestAfter },
  ];
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

function assign(
  state: CompassState,
  client: ClientId,
  task: { readonly steps: number; readonly since: Seconds; readonly group: number | null },
): Decision {
  const secondsPerStep = state.clients.get(client)?.secondsPerStep ?? null;
  state.clients.set(client, { secondsPerStep, ...task });
  const group = groupOf(state, task.group);
  if (group !== undefined) {
    group.waitedFor.set(client, true);
    group.fastest = Math.min(group.fastest, secondsPerStep ?? Infinity);
  }
  return { kind: "assign", client, steps: task.steps };
}

function openGroup(state: CompassState, expected: Group["expected"]): number {
  state.groupsOpened += 1;
  state.groups.set(state.groupsOpened, { expected, waitedFor: new Map(), fastest: Infinity, arrived: [], tasks: [] });
  return state.groupsOpened;
}

function groupOf({ groups }: CompassState, id: number | null): Group | undefined {
  return id === null ? undefined : groups.get(id);
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
