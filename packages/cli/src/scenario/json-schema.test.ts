import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { definitions } from "../catalogue.ts";
import { say, tiny } from "../sample-command.ts";
import { scenarioJsonSchema } from "./json-schema.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const json = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), "utf8"));

test("docs/reference/scenario.schema.json is what `potluck schema` prints: write it again after a change", async () => {
  const { out, exitCode } = await say("schema");
  expect(exitCode).toBe(0);
  expect(json("docs/reference/scenario.schema.json")).toEqual(JSON.parse(out));
});

test("it names every part, each with all its options", () => {
  const { properties } = z
    .object({ properties: z.record(z.string(), z.looseObject({})) })
    .parse(JSON.parse(scenarioJsonSchema()));
  const fields = z.record(z.string(), z.looseObject({}));
  const plans = z.array(z.object({ properties: fields })).parse(properties["plan"]?.["anyOf"]);
  const planFields = Object.assign({}, ...plans.map((plan) => plan.properties));
  const part = z.object({ properties: z.looseObject({ name: z.object({ const: z.string() }) }) });
  const parts = Object.values(fields.parse({ ...properties, ...planFields }))
    .flatMap(({ oneOf }) => z.array(part).safeParse(oneOf).data ?? [])
    .map(({ properties: { name, ...options } }) => [name.const, ...Object.keys(options)].join(" "));
  const expected = definitions().map(({ name, options }) => [name, ...Object.keys(options)].join(" "));
  expect(parts.toSorted()).toEqual(expected.toSorted());
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
