/**
 * The schemas of parts: the names of a room, each with its options.
 *
 * @module
 */
import type { OptionSpec, PartDefinition, Room } from "@potluck/core";
import { z } from "zod";
import { definitions } from "../catalogue.ts";
import { mustBe, optionSchema } from "./option-schema.ts";

/** A part as a file names it. */
export interface PartEntry {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** The parts of a room, one of which must be named. */
export function partSchema(room: Room): z.ZodType {
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

/** Those of fields that hold parts, some of which may be left out. */
export function partSchemas(
  fields: Readonly<Record<string, Room>>,
  needed: readonly string[],
): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, room]) => [field, ifNeeded(partSchema(room), needed, field)]),
  );
}

/** The schema of a field that may be left out unless it is needed. */
export function ifNeeded(schema: z.ZodType, needed: readonly string[], field: string): z.ZodType {
  return needed.includes(field) ? schema : schema.optional();
}
