/**
 * Losses in a row: a plan whose tasks all come to nothing gives up, instead of asking for ever.
 *
 * They are counted for the plan and for each client, so that one client of which nothing ever comes does not end the run
 * of those that are at work meanwhile.
 *
 * @module
 */
import { type ClientId, clientId } from "../plan/identity.ts";
import type { Decision, Moment, Scene } from "./pacing.ts";

/** How many tasks have come to nothing in a row: plain data. */
export interface Losses {
  /** Of all clients, since the last update was admitted. */
  lostInARow: number;
  /** Of each client by itself, {@link MAX_TRIES} at most; no longer than up to the last that ever lost one. */
  lostBy: Uint8Array;
}

/** A plan gives up after this many losses in a row for each client that is known, unless somebody is at work who may answer. */
const MAX_LOST_PER_CLIENT = 100;

/**
 * Nothing is expected of a client after this many losses in a row. If a task in three is lost by chance, that is once in 59,000
 * tasks; and a client that always fails costs no more than this.
 */
const MAX_TRIES = 10;

/** Nothing was lost yet. */
export function noLosses(): Losses {
  return { lostInARow: 0, lostBy: new Uint8Array(0) };
}

/** Whether the last {@link MAX_TRIES} tasks of a client all came to nothing. */
export function onlyLoses({ lostBy }: Losses, client: ClientId): boolean {
  return (lostBy[client] ?? 0) >= MAX_TRIES;
}

/** Counts what was lost. The decision to give up once that is too much, else null. */
export function noteLosses(losses: Losses, moment: Moment, scene: Scene): Decision | null {
  if (moment.kind === "collected") {
    losses.lostInARow = 0;
    if (moment.client < losses.lostBy.length) losses.lostBy[moment.client] = 0;
  }
  if (moment.kind !== "lost") return null;
  noteLoss(losses, moment.client, scene);
  if (losses.lostInARow < MAX_LOST_PER_CLIENT * scene.fleet.population) return null;
  if (!mayAnyoneAnswer(losses, scene)) {
    return { kind: "give-up", reason: `${losses.lostInARow} tasks in a row came to nothing` };
  }
  // Counted anew, so that those at work are looked through once in so many losses.
  losses.lostInARow = 0;
  return null;
}

function noteLoss(losses: Losses, client: ClientId, { fleet }: Scene): void {
  losses.lostInARow += 1;
  if (client >= losses.lostBy.length) {
    const longer = new Uint8Array(fleet.population);
    longer.set(losses.lostBy);
    losses.lostBy = longer;
  }
  losses.lostBy[client] = Math.min(MAX_TRIES, (losses.lostBy[client] ?? 0) + 1);
}

/** Whether somebody is at work of whom something is expected, or an update is there already and is being converted. */
function mayAnyoneAnswer(losses: Losses, { fleet, converting }: Scene): boolean {
  if (converting > 0) return true;
  for (let place = 0; place < fleet.population; place++) {
    const client = clientId(place);
    if (!onlyLoses(losses, client) && fleet.client(client).task !== null) return true;
  }
  return false;
}
