import { definitions, scenarioJsonSchema } from "@potluck/scenario";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { z } from "zod";
import { tiny } from "@potluck/testkit";
import { say } from "../sample-command.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const json = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), "utf8"));

test("docs/reference/scenario.schema.json is what `potluck schema` prints: write it again after a change", async () => {
  const { out, exitCode } = await say("schema");
  expect(exitCode).toBe(0);
  expect(json("docs/reference/scenario.schema.json")).toEqual(JSON.parse(out));
});

test("it names every part, each with all its options", () => {
  const fields = z.record(z.string(), z.looseObject({}));
  const { properties, definitions: parts } = z
    .object({ properties: fields, definitions: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(scenarioJsonSchema()));
  const plans = z.array(z.object({ properties: fields })).parse(properties["plan"]?.["anyOf"]);
  const planFields = Object.assign({}, ...plans.map((plan) => plan.properties));
  const reference = z.object({ $ref: z.templateLiteral(["#/definitions/", z.string()]) });
  const part = z.object({ properties: z.looseObject({ name: z.object({ const: z.string() }) }) });
  const named = Object.values(fields.parse({ ...properties, ...planFields }))
    .flatMap(({ oneOf }) => z.array(reference).safeParse(oneOf).data ?? [])
    .map(({ $ref }) => part.parse(parts[$ref.slice("#/definitions/".length)]))
    .map(({ properties: { name, ...options } }) => [name.const, ...Object.keys(options)].join(" "));
  const expected = definitions().map(({ name, options }) => [name, ...Object.keys(options)].join(" "));
  expect(named.toSorted()).toEqual(expected.toSorted());
});

test("each part is written out once, wherever it may be named", () => {
  const text = scenarioJsonSchema();
  for (const { room, name, about } of definitions()) {
    expect(
      text.split(`"title": "${name}",\n      "description": ${JSON.stringify(about).slice(0, -1)}`).length,
      `${room} ${name}`,
    ).toBe(2);
  }
  expect(text.length).toBeLessThan(250_000);
});

const SCENARIOS = [
  "02-json/scenario.json",
  "03-compare/hasty.json",
  "03-compare/patient.json",
  "04-regression/quadratics.json",
  "04-regression/scenario.json",
  "06-stragglers/coded.json",
  "06-stragglers/uncoded.json",
];

/** What a validator of JSON Schema, such as editors have, says of a scenario. */
function problemsIn(value: unknown): readonly string[] {
  const schema: object = JSON.parse(scenarioJsonSchema());
  const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test.each(SCENARIOS)("a validator takes examples/%s", (path) => {
  expect(problemsIn(json(`examples/${path}`))).toEqual([]);
});

test("a validator looks into codecs in codecs, and says where it is wrong", () => {
  const nested = (ratio: number): unknown => ({
    ...tiny,
    plan: {
      ...tiny.plan,
      upload: {
        name: "entropy",
        codec: { name: "chain", sparsifier: { name: "top-k", ratio }, quantiser: { name: "qsgd", bits: 4 } },
      },
    },
  });
  expect(problemsIn(nested(0.1))).toEqual([]);
  expect(problemsIn(nested(2)).join("; ")).toContain("/plan/upload/codec/sparsifier/ratio must be <= 1");
});

test("it takes what is a scenario and refuses what is none", () => {
  const read: z.core.JSONSchema.JSONSchema = JSON.parse(scenarioJsonSchema());
  const schema = z.fromJSONSchema(read);
  expect(schema.safeParse(tiny).success).toBe(true);
  expect(schema.safeParse(json("examples/02-json/scenario.json")).success).toBe(true);
  const coded = { coding: { name: "uncoded" }, models: [{ name: "sgd" }], jobs: 3 };
  expect(schema.safeParse({ ...tiny, plan: coded }).success).toBe(true);
  expect(schema.safeParse({ ...tiny, plan: { ...coded, models: [] } }).success).toBe(false);
  expect(schema.safeParse({ ...tiny, fleet: { name: "uniform", speed: 1 } }).success).toBe(false);
  expect(schema.safeParse({ ...tiny, plan: { ...tiny.plan, work: { batchSize: 8, epochs: 0 } } }).success).toBe(false);
  expect(schema.safeParse({ ...tiny, plan: { ...tiny.plan, solver: undefined } }).success).toBe(false);
});
