/**
 * Rest: a client whose last tasks all came to nothing is not asked again at once, for it would fail again at once.
 *
 * It rests until the next version is published, until it joins anew, or until nobody is at work: something has changed then,
 * or there is nobody else to wait for.
 *
 * @module
 */
import type { ClientId } from "../plan/identity.ts";
import { type Losses, noLosses, onlyLoses } from "./losses.ts";
import type { Moment, Scene } from "./pacing.ts";

/** Losses, and who rests after them: plain data. */
export interface Rest extends Losses {
  /** Clients that rest, each of which is available. */
  readonly resting: Map<ClientId, true>;
}

/** Nobody rests. */
export function noRest(): Rest {
  return { ...noLosses(), resting: new Map() };
}

/** Notes who rests from this moment on, when its losses are counted. The clients, but that of the moment, that rest no more. */
export function noteRest(rest: Rest, moment: Moment, scene: Scene): readonly ClientId[] {
  switch (moment.kind) {
    case "joined":
    case "left":
      rest.resting.delete(moment.client);
      return [];
    case "lost":
      if (onlyLoses(rest, moment.client) && scene.fleet.isAvailable(moment.client)) {
        rest.resting.set(moment.client, true);
      }
      return isIdle(scene) ? wakeAll(rest).filter((client) => client !== moment.client) : [];
    case "collected":
      return isIdle(scene) ? wakeAll(rest) : [];
    case "published":
      return wakeAll(rest);
    case "started":
    case "converting":
    case "timer":
    case "abandoned":
      return [];
  }
}

function isIdle({ open, converting }: Scene): boolean {
  return open + converting === 0;
}

const NOBODY: readonly ClientId[] = [];

function wakeAll({ resting }: Rest): readonly ClientId[] {
  if (resting.size === 0) return NOBODY;
  const woken = [...resting.keys()];
  resting.clear();
  return woken;
}
