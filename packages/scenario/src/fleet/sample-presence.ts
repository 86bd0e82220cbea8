/**
 * Presence over time, for tests: what a device with a given availability does.
 *
 * @module
 */
import type { Key, Seconds } from "@potluck/core";
import { type Availability, nextChange, type Presence, startsOnline } from "./availability.ts";

/** Everything that the device with this key does, from its start until it changes no more or `until` is over. */
export function presenceUntil(availability: Availability, key: Key, until: Seconds): readonly Presence[] {
  const course: Presence[] = [];
  let now: Presence | null = { online: startsOnline(availability, key), since: 0, changes: 0 };
  while (now !== null && now.since <= until) {
    course.push(now);
    const next = nextChange(availability, key, now);
    now = next === null ? null : { online: !now.online, since: next, changes: now.changes + 1 };
  }
  return course;
}

/** Whether a device is online at each of the ascending `instants`. */
export function onlineAt(availability: Availability, key: Key, instants: readonly Seconds[]): readonly boolean[] {
  const course = presenceUntil(availability, key, instants.at(-1) ?? 0);
  return instants.map((instant) => course.findLast(({ since }) => since <= instant)?.online ?? false);
}
