/**
 * Presence: who is there, and when who comes and goes.
 *
 * @module
 */
import { type ClientId, clientId, fold, type Key, present, type Seconds } from "@potluck/core";
import { type Device, nextChange, startsOnline } from "@potluck/scenario";

/** What presence remembers, client after client: plain data, without an object for each of a million clients. */
export interface PresenceState {
  /** 1 for a client that is there, 0 for one that is not. */
  readonly online: Uint8Array;
  /** When it came or went last; 0 before the first time. */
  readonly since: Float64Array;
  /** How often it has come and gone. */
  readonly changes: Uint32Array;
}

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
  const { online, since, changes } = state === undefined ? beginnings(devices, keyOf) : copyOf(state);
  const isOnline = (client: ClientId): boolean => online[client] === 1;
  const next = (client: ClientId): Turn | null => {
    const { availability } = present(devices[client], "device", client);
    const now = { online: isOnline(client), since: since[client] ?? 0, changes: changes[client] ?? 0 };
    const at = nextChange(availability, keyOf(client), now);
    return at === null ? null : { at, client, online: !now.online };
  };
  return {
    isOnline,
    turn: (client, now) => {
      online[client] = isOnline(client) ? 0 : 1;
      since[client] = now;
      changes[client] = (changes[client] ?? 0) + 1;
      return next(client);
    },
    firstTurn: next,
    state: () => ({ online, since, changes }),
  };
}

function beginnings(devices: readonly Device[], keyOf: (client: ClientId) => Key): PresenceState {
  const online = Uint8Array.from(devices, ({ availability }, k) =>
    Number(availability.kind === "always" || startsOnline(availability, keyOf(clientId(k)))),
  );
  return { online, since: new Float64Array(devices.length), changes: new Uint32Array(devices.length) };
}

function copyOf({ online, since, changes }: PresenceState): PresenceState {
  return { online: online.slice(), since: since.slice(), changes: changes.slice() };
}
