/**
 * The schemas of parts: the names of a room, each with its options.
 *
 * @module
 */
import { type OptionSpec, type PartDefinition, type PartOption, range, type Room } from "@potluck/core";
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
  return oneOf(
    definitions().filter((definition) => definition.room === room),
    room,
  );
}

function oneOf(parts: readonly PartDefinition[], room: string): z.ZodType {
  const [first, ...others] = parts.map(namedPart);
  const error = mustBe(`an object with the name of a ${room} and its options`);
  return first === undefined ? z.never() : z.discriminatedUnion("name", [first, ...others], { error });
}

/** An option that is a part: one of those named, which are made of no others. */
function nestedSchema(spec: PartOption): z.ZodType {
  const parts = definitions().filter(({ room, name }) => room === spec.room && spec.of.includes(name));
  return oneOf(parts, spec.room).meta({ description: `${spec.about} (${range(spec)})` });
}

type NamedPart = z.ZodObject<{ name: z.ZodLiteral<string> }>;

/** The schema of each part, made once: where a part may be named in several places, JSON Schema refers to one definition. */
const made = new Map<PartDefinition, NamedPart>();

function namedPart(definition: PartDefinition): NamedPart {
  const known = made.get(definition);
  if (known !== undefined) return known;
  const schema = schemaOf(definition);
  made.set(definition, schema);
  return schema;
}

function schemaOf({ room, name, about, paper, options }: PartDefinition): NamedPart {
  const specs: readonly (readonly [string, OptionSpec])[] = Object.entries(options);
  const schemas = Object.fromEntries(
    specs.map(([option, spec]) => [option, spec.kind === "part" ? nestedSchema(spec) : optionSchema(spec)]),
  );
  const source = paper === undefined ? "" : ` ${paper.authors}: ${paper.title}. ${paper.venue}. ${paper.link}`;
  return z.strictObject({ name: z.literal(name), ...schemas }).meta({
    id: `${room}.${name}`,
    title: name,
    description: `${about}${source}`,
  });
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
