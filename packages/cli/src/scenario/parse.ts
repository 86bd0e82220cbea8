/**
 * Scenarios from outside: JSON files, and whatever a module exports. In JSON a part is
 * `{ "name": …, option: value, … }`; the catalogue knows the names and the options.
 *
 * @module
 */
import { assertWork, Fault, federated, makePart, type Shelf } from "@potluck/core";
import type { Scenario } from "@potluck/simulator";
import { z } from "zod";
import { catalogue } from "../catalogue.ts";

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The settings of a scenario that are not parts. */
const settings = {
  name: z.string().regex(NAME, "must be lower-case letters, digits and dashes"),
  title: z.string().optional(),
  targetAccuracy: z.number().gt(0).lte(1).optional(),
  stopAtTarget: z.boolean().optional(),
  maximumSeconds: z.number().positive().optional(),
  evaluateEvery: z.int().min(1).optional(),
};

const part = z.looseObject({ name: z.string() });

const schema = z.strictObject({
  ...settings,
  model: part,
  data: part,
  partition: part,
  fleet: part,
  plan: z.strictObject({
    pacing: part,
    selection: part.optional(),
    weighting: part.optional(),
    aggregation: part.optional(),
    serverOptimizer: part.optional(),
    solver: part,
    upload: part.optional(),
    work: z.unknown().optional(),
    versions: z.int().min(1),
  }),
});

type ScenarioFile = z.infer<typeof schema>;

/** The scenario that `value` describes; `where` names it in messages. Throws Fault "scenario-invalid" and those of parts. */
export function parseScenario(value: unknown, where: string): Scenario {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(parsed.error, where);
  const { model, data, partition, fleet, plan, ...rest } = parsed.data;
  return {
    ...defined(rest),
    model: made("model", catalogue.model, model),
    data: made("data", catalogue.data, data),
    partition: made("partition", catalogue.partition, partition),
    fleet: made("fleet", catalogue.fleet, fleet),
    plan: planOf(plan),
  };
}

function planOf(plan: ScenarioFile["plan"]): Scenario["plan"] {
  const { selection, weighting, aggregation, serverOptimizer, upload, work, versions } = plan;
  assertWork(work);
  return federated({
    pacing: made("pacing", catalogue.pacing, plan.pacing),
    ...(selection && { selection: made("selection", catalogue.selection, selection) }),
    ...(weighting && { weighting: made("weighting", catalogue.weighting, weighting) }),
    ...(aggregation && { aggregation: made("aggregation", catalogue.aggregation, aggregation) }),
    ...(serverOptimizer && {
      serverOptimizer: made("serverOptimizer", catalogue["server-optimizer"], serverOptimizer),
    }),
    solver: made("solver", catalogue.solver, plan.solver),
    ...(upload && { upload: made("upload", catalogue.codec, upload) }),
    work,
    versions,
  });
}

function made<Made>(field: string, shelf: Shelf<Made>, { name, ...options }: z.infer<typeof part>): Made {
  return makePart(field, shelf, { name, options });
}

/** The settings that were given. */
function defined(given: Pick<ScenarioFile, keyof typeof settings>): Pick<Scenario, keyof typeof settings> {
  const { name, title, targetAccuracy, stopAtTarget, maximumSeconds, evaluateEvery } = given;
  return {
    name,
    ...(title !== undefined && { title }),
    ...(targetAccuracy !== undefined && { targetAccuracy }),
    ...(stopAtTarget !== undefined && { stopAtTarget }),
    ...(maximumSeconds !== undefined && { maximumSeconds }),
    ...(evaluateEvery !== undefined && { evaluateEvery }),
  };
}

function invalid(error: z.ZodError, where: string): Fault {
  const problems = error.issues.map(({ path, message }) => `${path.join(".") || "the scenario"}: ${message}`);
  const remedy =
    "Compare with examples/01-first-run/plan.ts or examples/02-json/scenario.json; `potluck methods` lists parts and options.";
  return new Fault("scenario-invalid", `"${where}" does not describe a scenario: ${problems.join("; ")}`, remedy);
}

/** Checks what a module exported, as far as can be seen without running it. Throws Fault "scenario-invalid". */
export function assertScenario(value: unknown, where: string): asserts value is Scenario {
  const { error } = exported.safeParse(value);
  if (error !== undefined) throw invalid(error, where);
}

const partOf = (room: string): z.ZodType =>
  z.looseObject({ part: z.looseObject({ room: z.literal(room), name: z.string() }) }, `must be a ${room}`);

const exported = z.strictObject(
  {
    ...settings,
    model: partOf("model"),
    data: partOf("data"),
    partition: partOf("partition"),
    fleet: partOf("fleet"),
    plan: z.looseObject(
      { parts: z.array(z.unknown()), strategy: z.looseObject({}) },
      "must be a plan: federated({ … })",
    ),
  },
  {
    error: ({ code }) => (code === "invalid_type" ? "must be a scenario: `export default scenario({ … })`" : undefined),
  },
);
