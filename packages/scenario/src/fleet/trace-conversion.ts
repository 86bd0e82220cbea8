/**
 * Recorded devices as fields, and fields as devices.
 *
 * @module
 */
import type { OptionValue, Seconds } from "@potluck/core";
import { ALWAYS, type Availability, type Recorded } from "./availability.ts";
import type { Device, TaskTimes } from "./device.ts";
import { togglesOfAll } from "./toggles.ts";

/** The mixing time of a device that has hourlyShares but no mixingSeconds. */
const MIXING_SECONDS = 3600;

/** The fields of a device, each checked and there; null where it says nothing. */
export type FieldValues = Readonly<Record<string, OptionValue>>;

/** A field as it is written. */
export type WrittenField = string | number | readonly number[];

/** A field that is a number; null if it says nothing. */
export function numberOf(values: FieldValues, name: string): number | null {
  const value = values[name];
  return typeof value === "number" ? value : null;
}

/** A field that is a list of numbers; null if it says nothing. */
export function numbersOf(values: FieldValues, name: string): Float64Array | null {
  const value = values[name];
  if (!Array.isArray(value)) return null;
  return Float64Array.from(value, Number);
}

/** The device that checked fields describe. */
export function deviceOf(values: FieldValues): Device {
  const number = (name: string): number => numberOf(values, name) ?? 0;
  return {
    tier: typeof values["tier"] === "string" ? values["tier"] : "",
    flopsPerSecond: number("flopsPerSecond"),
    memoryBytes: numberOf(values, "memoryBytes"),
    uploadBytesPerSecond: number("uploadBytesPerSecond"),
    downloadBytesPerSecond: number("downloadBytesPerSecond"),
    latencySeconds: number("latencySeconds"),
    latencyJitter: number("latencyJitter"),
    computeNoise: number("computeNoise"),
    taskTimes: taskTimesOf(values),
    failureRate: number("failureRate"),
    dropoutRate: number("dropoutRate"),
    restartSeconds: number("restartSeconds"),
    availability: availabilityOf(values),
  };
}

function taskTimesOf(values: FieldValues): TaskTimes | null {
  const [whole, delay] = [numbersOf(values, "taskSeconds"), numbersOf(values, "delaySeconds")];
  if (whole !== null) return { kind: "whole", seconds: whole };
  if (delay !== null) return { kind: "delay", seconds: delay };
  const factors = numbersOf(values, "slowdowns");
  return factors === null ? null : { kind: "slowdown", factors };
}

function taskTimesFields(times: TaskTimes | null): Readonly<Record<string, WrittenField>> {
  switch (times?.kind) {
    case undefined:
      return {};
    case "whole":
      return { taskSeconds: [...times.seconds] };
    case "delay":
      return { delaySeconds: [...times.seconds] };
    case "slowdown":
      return { slowdowns: [...times.factors] };
  }
}

/** What a device requires beside being available. */
type Need = "charging" | "unmetered";

/** What the fields require, in words of their own. */
export function requirementsOf(values: FieldValues): readonly Need[] {
  const words = typeof values["requires"] === "string" ? values["requires"].split(" ") : [];
  return (["charging", "unmetered"] as const).filter((need) => words.includes(need));
}

/** The field that says when a requirement is met. */
export function recordOfNeed(need: Need): `${Need}Seconds` {
  return `${need}Seconds`;
}

function availabilityOf(values: FieldValues): Availability {
  const toggles = numbersOf(values, "toggleSeconds");
  const required = requirementsOf(values).map((need) => numbersOf(values, recordOfNeed(need)));
  const records = [toggles, ...required].filter((record) => record !== null);
  if (records.length > 0) return recordedOf(records, numberOf(values, "periodSeconds"));
  const hourlyShares = numbersOf(values, "hourlyShares");
  if (hourlyShares !== null) {
    const utcOffsetSeconds = 60 * Math.round(60 * (numberOf(values, "utcOffsetHours") ?? 0));
    const mixingSeconds = numberOf(values, "mixingSeconds") ?? MIXING_SECONDS;
    return { kind: "diurnal", hourlyShares, utcOffsetSeconds, mixingSeconds };
  }
  const [online, offline] = [numberOf(values, "meanOnlineSeconds"), numberOf(values, "meanOfflineSeconds")];
  if (online === null || offline === null) return ALWAYS;
  return { kind: "on-off", meanOnlineSeconds: online, meanOfflineSeconds: offline };
}

/** A device that is there while all of these records are on; one that never is does not repeat either. */
function recordedOf(records: readonly Float64Array[], periodSeconds: Seconds | null): Recorded {
  const toggles = togglesOfAll(records);
  return { kind: "trace", toggles, periodSeconds: toggles.length === 0 ? null : periodSeconds };
}

/** A device as fields: what `deviceOfFields` makes the device of again. Without those that say nothing. */
export function fieldsOf({
  taskTimes,
  availability,
  memoryBytes,
  ...rest
}: Device): Readonly<Record<string, WrittenField>> {
  return {
    ...rest,
    ...(memoryBytes !== null && { memoryBytes }),
    ...taskTimesFields(taskTimes),
    ...availabilityFields(availability),
  };
}

/** A device that is never there, since no list of instants may be empty: it requires a charger, and has it while offline. */
const NEVER = { toggleSeconds: [0, 1], requires: "charging", chargingSeconds: [1, 2] } as const;

function availabilityFields(availability: Availability): Readonly<Record<string, WrittenField>> {
  switch (availability.kind) {
    case "always":
      return {};
    case "on-off": {
      const { meanOnlineSeconds, meanOfflineSeconds } = availability;
      return { meanOnlineSeconds, meanOfflineSeconds };
    }
    case "diurnal": {
      const { hourlyShares, utcOffsetSeconds, mixingSeconds } = availability;
      return { hourlyShares: [...hourlyShares], utcOffsetHours: utcOffsetSeconds / 3600, mixingSeconds };
    }
    case "trace": {
      const { toggles, periodSeconds } = availability;
      if (toggles.length === 0) return NEVER;
      return { toggleSeconds: [...toggles], ...(periodSeconds !== null && { periodSeconds }) };
    }
  }
}
