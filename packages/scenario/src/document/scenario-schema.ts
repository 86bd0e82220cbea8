/**
 * The schema of scenario files: which fields there are, which parts each of them may name, and what their options may
 * be. It checks files, and `potluck schema` prints it for editors.
 *
 * @module
 */
import type { Room } from "@potluck/core";
import { numberSettings, serverSettings } from "../settings.ts";
import type { Scenario } from "../scenario.ts";
import { z } from "zod";
import { neededOfScene, type SceneField, sceneFields } from "./fields.ts";
import { mustBe, optionSchema } from "./option-schema.ts";
import { ifNeeded, type PartEntry, partSchemas } from "./part-schema.ts";
import { type PlanFile, planSchema, schemaFor } from "./plan-schema.ts";

/** The settings of a scenario that are not parts. */
export type ScenarioSettings = Omit<Scenario, SceneField | "plan">;

/** A scenario as a file describes it. */
export interface ScenarioFile extends ScenarioSettings, Readonly<Record<Exclude<SceneField, "loss">, PartEntry>> {
  readonly loss?: PartEntry;
  /** Where an editor finds the schema of the file. */
  readonly $schema?: string;
  readonly plan: PlanFile;
}

/** Whether a scenario file says this. */
export function isScenarioFile(value: unknown): value is ScenarioFile {
  return problemsOfFile(value).length === 0;
}

/** The problems of `value` as a scenario file; none for a sound one. */
export function problemsOfFile(value: unknown): readonly z.core.$ZodIssue[] {
  return fileSchema(schemaFor(planIn(value))).safeParse(value).error?.issues ?? [];
}

/** Whether a plan says this. */
export function isPlanFile(value: unknown): value is PlanFile {
  return problemsOfPlan(value).length === 0;
}

/** The problems of `value` as a plan, with paths as in a scenario file. */
export function problemsOfPlan(value: unknown): readonly z.core.$ZodIssue[] {
  return z.object({ plan: schemaFor(value) }).safeParse({ plan: value }).error?.issues ?? [];
}

/** The problems of `value` as the default export of a module, as far as can be seen without running it. */
export function problemsOfExport(value: unknown): readonly z.core.$ZodIssue[] {
  return exportSchema.safeParse(value).error?.issues ?? [];
}

/** The schema of scenario files in JSON Schema, for editors. */
export function fileJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(fileSchema(planSchema), { target: "draft-07", io: "input" });
}

/** The most characters of a scenario's name: the folder of a run is called after it, and systems take 255 bytes at most. */
const MAX_NAME_CHARACTERS = 100;

const spelling = mustBe("lower-case letters, digits and dashes");

/** The settings of a scenario that are not parts. */
const settings: Readonly<Record<keyof ScenarioSettings, z.ZodType>> = {
  name: z
    .string({ error: spelling })
    .max(MAX_NAME_CHARACTERS, { error: mustBe(`at most ${MAX_NAME_CHARACTERS} characters long`), abort: true })
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: spelling })
    .meta({
      description: `names the run and its folder: at most ${MAX_NAME_CHARACTERS} lower-case letters, digits and dashes`,
    }),
  title: optionSchema({ kind: "text", about: "one line for people" }).optional(),
  targetAccuracy: optionSchema(numberSettings.targetAccuracy).optional(),
  targetLoss: optionSchema(numberSettings.targetLoss).optional(),
  stopAtTarget: z
    .boolean({ error: mustBe("true or false") })
    .optional()
    .meta({ description: "whether the run ends when the target is reached", default: false }),
  maximumSeconds: optionSchema(numberSettings.maximumSeconds).optional(),
  evaluateEvery: optionSchema(numberSettings.evaluateEvery),
  server: z
    .strictObject(
      {
        uploadBytesPerSecond: optionSchema(serverSettings.uploadBytesPerSecond).optional(),
        downloadBytesPerSecond: optionSchema(serverSettings.downloadBytesPerSecond).optional(),
        flopsPerSecond: optionSchema(serverSettings.flopsPerSecond).optional(),
      },
      { error: mustBe("an object") },
    )
    .optional()
    .meta({
      description:
        "the server: its own link, which all transfers share, never the narrowest unless given; and its speed",
    }),
  objective: optionSchema({
    kind: "choice",
    of: ["per-example", "per-client"],
    default: "per-example",
    about: "what the plan is meant to optimise: the mean loss over all training examples, or over clients",
  }),
};

/** The schema of a file whose plan fits `plan`. */
function fileSchema(plan: z.ZodType): z.ZodType {
  return z.strictObject({ ...fileFields, plan }, { error: mustBe("an object") });
}

const fileFields = {
  $schema: optionSchema({ kind: "text", about: "where an editor finds the schema of this file" }).optional(),
  ...settings,
  ...partSchemas(sceneFields, neededOfScene),
};

function planIn(file: unknown): unknown {
  return typeof file === "object" && file !== null && "plan" in file ? file.plan : undefined;
}

function madePart(room: Room): z.ZodType {
  const part = z.looseObject({ room: z.literal(room), name: z.string() });
  return z.looseObject({ part }, { error: mustBe(`a ${room}`) });
}

const exportSchema = z.strictObject(
  {
    ...settings,
    ...Object.fromEntries(
      Object.entries(sceneFields).map(([field, room]) => [field, ifNeeded(madePart(room), neededOfScene, field)]),
    ),
    plan: z.looseObject(
      { parts: z.array(z.unknown()), strategy: z.looseObject({}) },
      { error: mustBe("a plan: federated({ … })") },
    ),
  },
  { error: mustBe("a scenario: `export default scenario({ … })`") },
);
