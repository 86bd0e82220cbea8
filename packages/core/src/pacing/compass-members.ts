/**
 * What FedCompass remembers of clients: how fast each is, and its latest task.
 *
 * @module
 */
import { addRow, cellOf, emptyTable, type NumberTable, setCell } from "../base/number-table.ts";
import type { Seconds } from "../base/units.ts";
import type { ClientId } from "../plan/identity.ts";

/**
 * Where the numbers of a client and its latest task stand in its row: S, the seconds that a step takes it, and 0 before its
 * first update; the steps, and since when; the group that waits for it, or, with a minus sign, in which it has arrived, and
 * 0 for none.
 */
export const CELL = { secondsPerStep: 0, steps: 1, since: 2, group: 3 } as const;
/** What stands in a row for no group. */
export const NO_GROUP = 0;

/** Rounding errors of times cost no step, and do not make late who arrives at the latest time. */
export const TOLERANCE = 1e-9;

/** The task of a client. */
export interface MemberTask {
  readonly steps: number;
  readonly since: Seconds;
  readonly group: number;
}

/** Nobody has been given work yet. */
export function noMembers(): NumberTable {
  return emptyTable("the latest task of client", Object.keys(CELL).length);
}

/** Writes down what a client is given. */
export function noteTask(members: NumberTable, client: ClientId, { steps, since, group }: MemberTask): void {
  while (members.rows <= client) addRow(members);
  setCell(members, client, CELL.steps, steps);
  setCell(members, client, CELL.since, since);
  setCell(members, client, CELL.group, group);
}

/** Writes down what the last task of a client, which has ended now, says of its speed; `speedMomentum` is μ. */
export function measure(
  members: NumberTable,
  client: ClientId,
  { now, speedMomentum }: { readonly now: Seconds; readonly speedMomentum: number },
): void {
  const spent = Math.max(TOLERANCE, now - cellOf(members, client, CELL.since));
  const measured = spent / cellOf(members, client, CELL.steps);
  const before = cellOf(members, client, CELL.secondsPerStep);
  const secondsPerStep = before === 0 ? measured : (1 - speedMomentum) * before + speedMomentum * measured;
  setCell(members, client, CELL.secondsPerStep, secondsPerStep);
}

/** The group in which a client has arrived; {@link NO_GROUP} where it has in none. Groups that are closed stand there still. */
export function groupArrivedIn(members: NumberTable, client: ClientId): number {
  return client < members.rows ? Math.max(NO_GROUP, -cellOf(members, client, CELL.group)) : NO_GROUP;
}

/** Seconds that a step takes a client; Infinity where none is known. */
export function speedOf(members: NumberTable, client: ClientId): Seconds {
  const known = client < members.rows ? cellOf(members, client, CELL.secondsPerStep) : 0;
  return known === 0 ? Infinity : known;
}
