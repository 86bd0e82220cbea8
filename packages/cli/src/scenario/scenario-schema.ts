/**
 * The schema of scenario files: which fields there are, which parts each of them may name, and what their options may
 * be. It checks files, and `potluck schema` prints it for editors.
 *
 * @module
 */
import {
  assertWork,
  Fault,
  type NumberOption,
  type OptionSpec,
  type PartDefinition,
  type PlanField,
  planRooms,
  type Room,
  type Work,
} from "@potluck/core";
import { numberSettings, type Scenario, serverSettings } from "@potluck/simulator";
import { z } from "zod";
import { definitions } from "../catalogue.ts";
import { neededOfPlan, neededOfScene, type SceneField, sceneFields } from "./fields.ts";
import { mustBe, optionSchema } from "./option-schema.ts";

/** A part as a file names it. */
export interface PartEntry {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** The settings of a scenario that are not parts. */
export type ScenarioSettings = Omit<Scenario, SceneField | "plan">;

/** A plan as a file describes it. */
export interface PlanFile extends Readonly<Partial<Record<PlanField, PartEntry>>> {
  readonly pacing: PartEntry;
  readonly solver: PartEntry;
  readonly work: Work;
  readonly versions: number;
}

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
  return fileSchema.safeParse(value).error?.issues ?? [];
}

/** Whether a plan says this. */
export function isPlanFile(value: unknown): value is PlanFile {
  return problemsOfPlan(value).length === 0;
}

/** The problems of `value` as a plan, with paths as in a scenario file. */
export function problemsOfPlan(value: unknown): readonly z.core.$ZodIssue[] {
  return z.object({ plan: planSchema }).safeParse({ plan: value }).error?.issues ?? [];
}

/** The problems of `value` as the default export of a module, as far as can be seen without running it. */
export function problemsOfExport(value: unknown): readonly z.core.$ZodIssue[] {
  return exportSchema.safeParse(value).error?.issues ?? [];
}

/** The schema of scenario files in JSON Schema, for editors. */
export function fileJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(fileSchema, { target: "draft-07", io: "input" });
}

/** The most characters of a scenario's name: the folder of a run is called after it, and systems take 255 bytes at most. */
const MAX_NAME_CHARACTERS = 100;

const spelling = mustBe("lower-case letters, digits and dashes");
const versions: NumberOption = { kind: "number", integer: true, minimum: 1, about: "model versions to publish" };

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

/** The parts of a room, one of which must be named. */
function partSchema(room: Room): z.ZodType {
  const [first, ...others] = definitions()
    .filter((definition) => definition.room === room)
    .map(namedPart);
  const error = mustBe(`an object with the name of a ${room} and its options`);
  return first === undefined ? z.never() : z.discriminatedUnion("name", [first, ...others], { error });
}

function namedPart({ name, about, paper, options }: PartDefinition): z.ZodObject<{ name: z.ZodLiteral<string> }> {
  const specs: readonly (readonly [string, OptionSpec])[] = Object.entries(options);
  const schemas = Object.fromEntries(specs.map(([option, spec]) => [option, optionSchema(spec)]));
  const source = paper === undefined ? "" : ` ${paper.authors}: ${paper.title}. ${paper.venue}. ${paper.link}`;
  return z.strictObject({ name: z.literal(name), ...schemas }).meta({ title: name, description: `${about}${source}` });
}

function partSchemas(
  fields: Readonly<Record<string, Room>>,
  needed: readonly string[],
): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, room]) => [field, ifNeeded(partSchema(room), needed, field)]),
  );
}

/** The schema of a field that may be left out unless it is needed. */
function ifNeeded(schema: z.ZodType, needed: readonly string[], field: string): z.ZodType {
  return needed.includes(field) ? schema : schema.optional();
}

/** The JSON Schema of work in these amounts, each with its description. */
function workIn(amounts: Readonly<Record<string, string>>): z.core.JSONSchema.BaseSchema {
  const described = Object.entries({ ...amounts, batchSize: "examples in a batch" });
  const amount = { type: "integer", minimum: 1 } as const;
  const properties = Object.fromEntries(described.map(([name, description]) => [name, { ...amount, description }]));
  return { type: "object", properties, required: described.map(([name]) => name), additionalProperties: false };
}

/** Work, of which core knows what it may be. */
const workSchema = z
  .unknown()
  .superRefine((given, context) => {
    try {
      assertWork(given);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { message, remedy } = error;
      context.addIssue({ code: "custom", message: message.replace(/^work: /, ""), params: { remedy } });
    }
  })
  .meta({
    description: "how much a client works on each task: passes over its examples, or steps",
    oneOf: [
      workIn({ epochs: "passes over the client's examples" }),
      workIn({ steps: "steps, however many examples there are" }),
      workIn({ minimumSteps: "the fewest steps", maximumSteps: "the most: the pacing chooses, or else the client" }),
    ],
  });

const planSchema = z.strictObject(
  { ...partSchemas(planRooms, neededOfPlan), work: workSchema, versions: optionSchema(versions) },
  { error: mustBe("an object") },
);

const fileSchema = z.strictObject(
  {
    $schema: optionSchema({ kind: "text", about: "where an editor finds the schema of this file" }).optional(),
    ...settings,
    ...partSchemas(sceneFields, neededOfScene),
    plan: planSchema,
  },
  { error: mustBe("an object") },
);

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
