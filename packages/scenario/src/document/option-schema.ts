/**
 * Options as schemas: the description that a part's factory checks, in the form that checks whole files and that editors
 * read. Messages are the ends of sentences that begin with the path of a field.
 *
 * @module
 */
import {
  type FieldOption,
  type NumberOption,
  type NumbersOption,
  type OptionSpec,
  type PartOption,
  range,
  type RecordsOption,
  valueText,
} from "@potluck/core";
import { z } from "zod";

/** What zod tells of a value that does not fit. */
interface Unfit {
  readonly input?: unknown;
}

/** The error of a value that must be `what`: "must be a whole number ≥ 1, got 0". */
export function mustBe(what: string): (unfit: Unfit) => string {
  return ({ input }) =>
    input === undefined ? `is missing: it must be ${what}` : `must be ${what}, got ${valueText(input)}`;
}

/** The options whose schemas need no catalogue. */
type OwnSpec = Exclude<OptionSpec, PartOption>;

/** The schema of an option. It may be left out if it has a default, and be null if that default is null. */
export function optionSchema(spec: OwnSpec): z.ZodType {
  const schema = spec.default === null ? valueSchema(spec).nullable() : valueSchema(spec);
  if (spec.default === undefined) return schema.meta({ description: descriptionOf(spec) });
  return schema.optional().meta({ description: descriptionOf(spec), default: spec.default });
}

function descriptionOf(spec: OwnSpec): string {
  return `${spec.about} (${range(spec)})`;
}

function valueSchema(spec: OwnSpec): z.ZodType {
  const error = mustBe(range(spec));
  switch (spec.kind) {
    case "choice":
      return z.enum(spec.of, { error });
    case "text":
      return z.string({ error });
    case "number":
      return numberSchema(spec);
    case "numbers":
      return z.array(numberSchema(entryOf(spec)), { error });
    case "records":
      return z.array(recordSchema(spec.of), { error });
  }
}

function numberSchema(spec: NumberOption): z.ZodType {
  const error = mustBe(range(spec));
  let schema = spec.integer ? z.int({ error }) : z.number({ error });
  if (spec.minimum !== undefined) schema = schema.gte(spec.minimum, { error });
  if (spec.above !== undefined) schema = schema.gt(spec.above, { error });
  if (spec.maximum !== undefined) schema = schema.lte(spec.maximum, { error });
  if (spec.below !== undefined) schema = schema.lt(spec.below, { error });
  return schema;
}

/** One number of a list of them; it is never left out. */
function entryOf(spec: NumbersOption): NumberOption {
  return { ...spec, kind: "number", default: 0 };
}

function recordSchema(fields: RecordsOption["of"]): z.ZodType {
  const schemas = Object.entries(fields).map(([name, field]: readonly [string, FieldOption]) => [
    name,
    optionSchema(field),
  ]);
  return z.strictObject(Object.fromEntries(schemas), { error: mustBe("an object") });
}
