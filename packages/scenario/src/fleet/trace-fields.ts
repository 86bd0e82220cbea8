/**
 * A recorded device: its fields, and what they may be, each by itself and together. A test holds `docs/reference/fleets.md` to
 * it.
 *
 * @module
 */
import { Fault, type OptionSpec, range, resolveOptions } from "@potluck/core";
import { HOURS_OF_DAY } from "./day.ts";
import type { Device } from "./device.ts";
import { dropoutOptions, failureOption, spreadOption } from "./device-options.ts";
import { deviceOf, type FieldValues, numberOf, numbersOf, recordOfNeed, requirementsOf } from "./trace-conversion.ts";
import { corrupt } from "./trace-text.ts";

const YEAR_SECONDS = 31_536_000;

/** The fields of a recorded device. */
export const traceFields: Readonly<Record<string, OptionSpec>> = {
  tier: { kind: "text", default: "trace", about: "its kind, for reports" },
  flopsPerSecond: { kind: "number", minimum: 1, about: "training speed in floating-point operations per second" },
  uploadBytesPerSecond: { kind: "number", minimum: 1, unit: "bytes per second", about: "upload speed" },
  downloadBytesPerSecond: { kind: "number", minimum: 1, unit: "bytes per second", about: "download speed" },
  memoryBytes: { kind: "number", minimum: 1, default: null, unit: "bytes", about: "memory for training" },
  latencySeconds: {
    kind: "number",
    minimum: 0,
    maximum: 86_400,
    default: 0,
    unit: "seconds",
    about: "median one-way delay of a transfer",
  },
  latencyJitter: spreadOption("spread (σ of the logarithm) of latencies", 0),
  computeNoise: spreadOption("spread (σ of the logarithm) of computing times", 0),
  failureRate: failureOption(0),
  ...dropoutOptions,
  taskSeconds: {
    kind: "numbers",
    minimum: 0,
    default: null,
    unit: "seconds",
    about: "how long its tasks compute, one after another, whatever they cost; after the last they begin again",
  },
  delaySeconds: {
    kind: "numbers",
    minimum: 0,
    default: null,
    unit: "seconds",
    about: "how long its tasks wait before they compute, one after another; after the last they begin again",
  },
  slowdowns: {
    kind: "numbers",
    above: 0,
    default: null,
    about: "how many times as long its tasks compute, one after another; after the last they begin again",
  },
  toggleSeconds: {
    kind: "numbers",
    minimum: 0,
    default: null,
    unit: "seconds",
    about: "when it goes online, offline, online and so on, ascending; it is online at 0 if the first is 0",
  },
  periodSeconds: {
    kind: "number",
    minimum: 0.001,
    default: null,
    unit: "seconds",
    about: "after how long toggleSeconds, chargingSeconds and unmeteredSeconds repeat",
  },
  requires: {
    kind: "choice",
    of: ["charging", "unmetered", "charging unmetered"],
    default: null,
    about: "what else it takes for it to be online: that it is on its charger, on an unmetered link, or both",
  },
  chargingSeconds: {
    kind: "numbers",
    minimum: 0,
    default: null,
    unit: "seconds",
    about: "when it goes on its charger, off, on and so on, ascending; it is on it at 0 if the first is 0",
  },
  unmeteredSeconds: {
    kind: "numbers",
    minimum: 0,
    default: null,
    unit: "seconds",
    about:
      "when it goes onto an unmetered link, off, onto one and so on, ascending; it is on one at 0 if the first is 0",
  },
  meanOnlineSeconds: sojourn("mean length of a stay online"),
  meanOfflineSeconds: sojourn("mean length of an absence"),
  hourlyShares: {
    kind: "numbers",
    above: 0,
    below: 1,
    default: null,
    about: "24 shares online, at each full hour of local time from 0",
  },
  utcOffsetHours: {
    kind: "number",
    minimum: -12,
    maximum: 14,
    default: null,
    unit: "hours",
    about: "local time minus that of the run",
  },
  mixingSeconds: sojourn("after about how long it forgets whether it was online"),
};

function sojourn(about: string): OptionSpec {
  return { kind: "number", minimum: 0.001, maximum: YEAR_SECONDS, default: null, unit: "seconds", about };
}

/** The device that `given` describes; `where` names it in messages. Throws Fault "file-corrupt". */
export function deviceOfFields(where: string, given: Readonly<Record<string, unknown>>): Device {
  checkNames(where, Object.keys(given));
  const missing = Object.keys(traceFields).find(
    (name) => given[name] === undefined && specOf(name).default === undefined,
  );
  if (missing !== undefined) {
    throw corrupt(where, `${missing} is missing`, `Give ${missing}: ${range(specOf(missing))}.`);
  }
  const values = checked(where, given);
  const problem = contradiction(values);
  if (problem !== null) throw corrupt(where, problem.what, problem.remedy);
  return deviceOf(values);
}

/** Throws Fault "file-corrupt" if one of `names` is no field. */
export function checkNames(where: string, names: readonly string[]): void {
  const unknown = names.find((name) => !Object.hasOwn(traceFields, name));
  if (unknown === undefined) return;
  throw corrupt(where, `there is no field "${unknown}"`, `The fields are ${Object.keys(traceFields).join(", ")}.`);
}

function specOf(name: string): OptionSpec {
  return traceFields[name] ?? { kind: "text", about: "" };
}

function checked(where: string, given: Readonly<Record<string, unknown>>): FieldValues {
  const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  try {
    return resolveOptions(where, traceFields, named);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault("file-corrupt", unfitEntry(where, named) ?? error.message, error.remedy);
  }
}

/** Of a list with an entry that does not fit, which entry that is; null if there is none. */
function unfitEntry(where: string, given: Readonly<Record<string, unknown>>): string | null {
  for (const [name, value] of Object.entries(given)) {
    const spec = specOf(name);
    const entries: readonly unknown[] = spec.kind === "numbers" && Array.isArray(value) ? value : [];
    for (const [at, entry] of entries.entries()) {
      const one: OptionSpec = { ...spec, kind: "number", default: 0 };
      try {
        resolveOptions(where, { [`${name}[${at}]`]: one }, { [`${name}[${at}]`]: entry });
      } catch (error) {
        if (error instanceof Fault) return error.message;
        throw error;
      }
    }
  }
  return null;
}

interface Problem {
  readonly what: string;
  readonly remedy: string;
}

/** What is wrong with fields that are right one by one; null if nothing is. */
function contradiction(values: FieldValues): Problem | null {
  return groupProblem(values) ?? listProblem(values) ?? recordsProblem(values) ?? requirementProblem(values);
}

/** Lists of instants at which something goes on, off, on, …, all of which repeat with periodSeconds. */
const RECORDS = ["toggleSeconds", "chargingSeconds", "unmeteredSeconds"] as const;

/** Fields of which a device has one at most, each with those that it needs and those that go with it. */
const WAYS_OF_AVAILABILITY: readonly (readonly [lead: string, ...followers: readonly string[]])[] = [
  ["toggleSeconds"],
  ["meanOnlineSeconds", "meanOfflineSeconds"],
  ["hourlyShares", "utcOffsetHours", "mixingSeconds"],
];

/** What may be recorded of tasks: one of them. */
const TASK_TIMES = ["taskSeconds", "delaySeconds", "slowdowns"] as const;

function groupProblem(values: FieldValues): Problem | null {
  const leads = WAYS_OF_AVAILABILITY.map(([lead]) => lead).filter((lead) => values[lead] !== null);
  const times = TASK_TIMES.filter((name) => values[name] !== null);
  const [one, other] = times.length > 1 ? times : leads;
  if (one !== undefined && other !== undefined) {
    return { what: `it has both ${one} and ${other}`, remedy: "Leave one of the two empty." };
  }
  for (const [lead, ...followers] of WAYS_OF_AVAILABILITY) {
    const lonely = followers.find((name) => values[name] !== null && values[lead] === null);
    if (lonely !== undefined) return { what: `it has ${lonely}, but no ${lead}`, remedy: `Give ${lead} as well.` };
  }
  if (values["meanOnlineSeconds"] === null || values["meanOfflineSeconds"] !== null) return null;
  return { what: "it has meanOnlineSeconds, but no meanOfflineSeconds", remedy: "Give meanOfflineSeconds as well." };
}

function listProblem(values: FieldValues): Problem | null {
  const empty = [...TASK_TIMES, ...RECORDS].find((name) => numbersOf(values, name)?.length === 0);
  if (empty !== undefined) {
    return { what: `${empty} is an empty list`, remedy: `Give at least one number, or no ${empty}.` };
  }
  const shares = numbersOf(values, "hourlyShares")?.length ?? HOURS_OF_DAY;
  if (shares === HOURS_OF_DAY) return null;
  return { what: `hourlyShares has ${shares} numbers`, remedy: `Give ${HOURS_OF_DAY}, one for each full hour.` };
}

function recordsProblem(values: FieldValues): Problem | null {
  if (numberOf(values, "periodSeconds") !== null && RECORDS.every((name) => values[name] === null)) {
    return { what: "it has periodSeconds, but no toggleSeconds", remedy: "Give toggleSeconds as well." };
  }
  return RECORDS.map((name) => recordProblem(values, name)).find((problem) => problem !== null) ?? null;
}

function recordProblem(values: FieldValues, name: (typeof RECORDS)[number]): Problem | null {
  const toggles = numbersOf(values, name);
  if (toggles === null) return null;
  const at = toggles.findIndex((toggle, i) => i > 0 && toggle <= (toggles[i - 1] ?? 0));
  if (at > 0) {
    const what = `${name}[${at}] is ${toggles[at]}, but the one before is ${toggles[at - 1]}`;
    return { what, remedy: "Give the instants in ascending order, each once." };
  }
  const period = numberOf(values, "periodSeconds");
  if (period === null) return null;
  const last = toggles.at(-1) ?? 0;
  if (last > period) {
    return { what: `${name} end at ${last}, after periodSeconds ${period}`, remedy: "Give a longer period." };
  }
  if (toggles.length % 2 === 0) return null;
  return {
    what: `it has ${toggles.length} ${name}, so ${STAYS_ON[name]} at the end of its period`,
    remedy: `Give an even number of ${name}: as many at which it ends as at which it begins.`,
  };
}

/** What an odd number of instants does. */
const STAYS_ON = {
  toggleSeconds: "it does not go offline",
  chargingSeconds: "it does not go off its charger",
  unmeteredSeconds: "it does not go off the unmetered link",
} as const;

function requirementProblem(values: FieldValues): Problem | null {
  const needs = requirementsOf(values);
  const lacking = needs.find((need) => values[recordOfNeed(need)] === null);
  if (lacking !== undefined) {
    const field = recordOfNeed(lacking);
    return { what: `it requires ${lacking}, but has no ${field}`, remedy: `Give ${field} as well.` };
  }
  const drawn = ["meanOnlineSeconds", "hourlyShares"].find((name) => values[name] !== null);
  if (needs.length === 0 || drawn === undefined) return null;
  return {
    what: `it requires ${needs.join(" and ")}, but comes and goes by chance: it has ${drawn}`,
    remedy: "Give its availability as toggleSeconds, or leave it out.",
  };
}
