/**
 * What is chosen in the Lab: a scene, and up to three plans for it. Both are fields of scenario files.
 *
 * @module
 */
import type { PartEntry } from "@potluck/scenario";
import { array, maxLength, minLength, number, object, record, string, unknown, type ZodMiniType } from "zod/mini";

/** Fields of a scenario file, as JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** A plan and what it is called. */
export interface LabPlan {
  readonly title: string;
  /** The field "plan" of a scenario file. */
  readonly plan: Fields;
}

/** A choice. */
export interface LabChoice {
  readonly seed: number;
  /** The fields of a scenario file but for its name, its title and its plan. */
  readonly scene: Fields;
  /** One to {@link MOST_PLANS}. */
  readonly plans: readonly LabPlan[];
}

/** So many plans are run side by side. */
export const MOST_PLANS = 3;

/** The shape of a choice that somebody else has made; whether its scenarios can be run is not looked at. */
export const choiceShape: ZodMiniType<LabChoice> = object({
  seed: number(),
  scene: record(string(), unknown()),
  plans: array(object({ title: string(), plan: record(string(), unknown()) })).check(
    minLength(1),
    maxLength(MOST_PLANS),
  ),
});

/** The scenario files of a choice, plan by plan. */
export function documentsOf({ scene, plans }: LabChoice): readonly Fields[] {
  return plans.map(({ title, plan }, at) => ({ name: nameOf(title, at), title, ...scene, plan }));
}

/** What the scenario of a plan is called: lower-case letters, digits and dashes. */
export function nameOf(title: string, at: number): string {
  const words = title
    .replaceAll(/(?<=[a-z])(?=[A-Z])/gu, "-")
    .toLowerCase()
    .match(/[a-z0-9]+/gu) ?? [`plan-${at + 1}`];
  return words.join("-").slice(0, 60).replace(/-$/u, "");
}

/** A part as a file names it; null where a field holds none. */
export function entryIn(fields: Fields, field: string): PartEntry | null {
  const entry = fields[field];
  return isEntry(entry) ? entry : null;
}

function isEntry(value: unknown): value is PartEntry {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string";
}

/** The fields with another value for one of them; without it where that is undefined. */
export function withField(fields: Fields, field: string, value: unknown): Fields {
  const { [field]: _, ...others } = fields;
  return value === undefined ? others : { ...fields, [field]: value };
}

/** What stands before a choice in an address. */
export const LINK_PREFIX = "#/lab/with/";
