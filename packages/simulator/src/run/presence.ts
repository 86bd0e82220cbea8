/**
 * Presence: who is there, and when who comes and goes.
 *
 * @module
 */
import { type ClientId, clientId, fold, type Key, present, type Seconds } from "@potluck/core";
import { nextChange, startsOnline } from "../fleet/availability.ts";
import type { Device } from "../fleet/device.ts";

/** How often a client has come and gone. */
interface Turns {
  readonly online: boolean;
  readonly since: Seconds;
  readonly changes: number;
}

/** What presence remembers: plain data. Clients that are always there are not in it. */
export type PresenceState = ReadonlyMap<ClientId, Turns>;

/** When a client comes or goes next. */
export interface Turn {
  readonly at: Seconds;
  readonly client: ClientId;
  readonly online: boolean;
}

/** Who is there. */
export interface Presence {
  readonly isOnline: (client: ClientId) => boolean;
  /** Makes the client come or go at `now`; when it turns the next time, or null if it never does. */
  readonly turn: (client: ClientId, now: Seconds) => Turn | null;
  /** When the client turns for the first time, or null if it never does. */
  readonly firstTurn: (client: ClientId) => Turn | null;
  readonly state: () => PresenceState;
}

/** The presence of these devices; `state` is what {@link Presence.state} gave. */
export function presenceOf(devices: readonly Device[], key: Key, state?: PresenceState): Presence {
  const keyOf = (client: ClientId): Key => fold(fold(key, "presence"), client);
  const availabilityOf = (client: ClientId): Device["availability"] =>
    present(devices[client], "device", client).availability;
  const turns = new Map(state ?? beginnings(devices, keyOf));
  const next = (client: ClientId): Turn | null => {
    const turned = turns.get(client);
    if (turned === undefined) return null;
    const at = nextChange(availabilityOf(client), keyOf(client), turned);
    return at === null ? null : { at, client, online: !turned.online };
  };
  return {
    isOnline: (client) => turns.get(client)?.online ?? true,
    turn: (client, now) => {
      const { online, changes } = present(turns.get(client), "the presence of client", client);
      turns.set(client, { online: !online, since: now, changes: changes + 1 });
      return next(client);
    },
    firstTurn: next,
    state: () => turns,
  };
}

function beginnings(
  devices: readonly Device[],
  keyOf: (client: ClientId) => Key,
): readonly (readonly [ClientId, Turns])[] {
  return devices.flatMap(({ availability }, k) => {
    if (availability.kind === "always") return [];
    const client = clientId(k);
    return [[client, { online: startsOnline(availability, keyOf(client)), since: 0, changes: 0 }] as const];
  });
}
