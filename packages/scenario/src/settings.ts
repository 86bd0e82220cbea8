/**
 * The settings of a scenario that are numbers, described as options are: the same description checks scenarios and
 * scenario files, and explains them to editors.
 *
 * @module
 */
import { Fault, type NumberOption, resolveOptions } from "@potluck/core";
import type { Scenario, Server } from "./scenario.ts";

type SettingName = "targetAccuracy" | "targetLoss" | "maximumSeconds" | "evaluateEvery";

/** The settings that are numbers; none of them must be given. */
export const numberSettings: Readonly<Record<SettingName, NumberOption>> = {
  targetAccuracy: {
    kind: "number",
    above: 0,
    maximum: 1,
    about: "the held-out accuracy whose first reaching is reported",
  },
  targetLoss: {
    kind: "number",
    above: 0,
    about: "the held-out loss that is low enough, whose first reaching is reported; in place of a target accuracy",
  },
  maximumSeconds: { kind: "number", above: 0, unit: "seconds", about: "ends the run at this instant of virtual time" },
  evaluateEvery: {
    kind: "number",
    integer: true,
    minimum: 1,
    default: 1,
    about: "every how many versions the model is evaluated; the last always is",
  },
};

/** What the server's link carries, and how fast it computes. */
export const serverSettings: Readonly<Record<keyof Server, NumberOption>> = {
  uploadBytesPerSecond: {
    kind: "number",
    above: 0,
    unit: "bytes per second",
    about: "what it carries from clients",
  },
  downloadBytesPerSecond: {
    kind: "number",
    above: 0,
    unit: "bytes per second",
    about: "what it carries to clients",
  },
  flopsPerSecond: {
    kind: "number",
    above: 0,
    unit: "operations per second",
    about: "how fast it computes what plans have it compute, such as conversions; 1e13 unless given",
  },
};

/** Throws Fault "option-invalid" for a setting out of range. */
export function checkSettings({ targetAccuracy, targetLoss, maximumSeconds, evaluateEvery, server }: Scenario): void {
  checkGiven("the scenario", numberSettings, { targetAccuracy, targetLoss, maximumSeconds, evaluateEvery });
  checkGiven("the server of the scenario", serverSettings, { ...server });
}

/** Throws Fault "option-invalid" unless `seed` is a whole number in [0, 2^53). */
export function checkSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new Fault("option-invalid", `a seed is a whole number in [0, 2^53), got ${seed}`, "Use for example 1.");
}

/** Links without bound are those that are not given, or infinite. */
function checkGiven(
  where: string,
  specs: Readonly<Record<string, NumberOption>>,
  given: Readonly<Record<string, number | undefined>>,
): void {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined && value !== Infinity);
  const values = Object.fromEntries(entries);
  resolveOptions(where, Object.fromEntries(Object.entries(specs).filter(([name]) => name in values)), values);
}
