/**
 * The schemas of plans in scenario files: those of federated averaging, and coded ones, which name a coding.
 *
 * @module
 */
import {
  assertWork,
  codedSettings,
  Fault,
  limitOptions,
  type NumberOption,
  type PlanField,
  planRooms,
  type UpdateLimits,
  type Work,
} from "@potluck/core";
import { z } from "zod";
import { neededOfPlan } from "./fields.ts";
import { mustBe, optionSchema } from "./option-schema.ts";
import { type PartEntry, partSchema, partSchemas } from "./part-schema.ts";

/** A plan as a file describes it. */
export type PlanFile = FederatedPlanFile | CodedPlanFile;

/** A plan of federated averaging. */
export interface FederatedPlanFile extends Readonly<Partial<Record<PlanField, PartEntry>>> {
  readonly pacing: PartEntry;
  readonly solver: PartEntry;
  readonly work: Work;
  readonly limits?: UpdateLimits;
  readonly versions: number;
}

/** A coded plan. */
export interface CodedPlanFile {
  readonly coding: PartEntry;
  readonly models: readonly PartEntry[];
  readonly jobs: number;
  readonly batchSize?: number | null;
  readonly patience?: number;
  readonly backups?: boolean;
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

const versions: NumberOption = { kind: "number", integer: true, minimum: 1, about: "model versions to publish" };

const error = mustBe("an object");

const limitsSchema = z
  .strictObject(
    { mostExamples: optionSchema(limitOptions.mostExamples), mostNorm: optionSchema(limitOptions.mostNorm) },
    { error },
  )
  .optional()
  .meta({ description: "what updates have to keep within, or they are refused" });

const federatedSchema = z.strictObject(
  {
    ...partSchemas(planRooms, neededOfPlan),
    work: workSchema,
    limits: limitsSchema,
    versions: optionSchema(versions),
  },
  { error },
);

const models = z
  .array(partSchema("server-optimizer"), { error: mustBe("a list of server optimizers, one for each model") })
  .min(1, { error: mustBe("a list of one server optimizer or more") })
  .meta({
    description: "the optimizer of each model that is trained: job t is a gradient of model t mod their number",
  });

const codedSchema = z.strictObject(
  {
    coding: partSchema("coding"),
    models,
    jobs: optionSchema(codedSettings.jobs),
    batchSize: optionSchema(codedSettings.batchSize),
    patience: optionSchema(codedSettings.patience),
    backups: z
      .boolean({ error: mustBe("true or false") })
      .optional()
      .meta({
        description: "whether answers that are late are asked for once more, of those who are free",
        default: false,
      }),
  },
  { error },
);

/** Either of them. */
export const planSchema: z.ZodType = z.union([federatedSchema, codedSchema]);

/** The schema that a plan is meant to fit, as far as it can be told: its messages name what is wrong with that one. */
export function schemaFor(plan: unknown): z.ZodType {
  return typeof plan === "object" && plan !== null && "coding" in plan ? codedSchema : federatedSchema;
}

/** Whether a plan that fits its schema is a coded one. */
export function isCoded(plan: PlanFile): plan is CodedPlanFile {
  return "coding" in plan;
}
