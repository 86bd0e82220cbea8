/**
 * The JSON Schema of scenario files, as text.
 *
 * @module
 */
import { fileJsonSchema } from "./scenario-schema.ts";

/** The schema as a file: the same bytes for the same catalogue. */
export function scenarioJsonSchema(): string {
  const { $schema, ...schema } = fileJsonSchema();
  const about = { title: "Potluck scenario", description: "A model, data, a fleet and a plan. See `potluck methods`." };
  return `${JSON.stringify({ $schema, ...about, ...schema }, withoutVoidBounds, 2)}\n`;
}

/** Leaves out the bounds that every whole number has. */
function withoutVoidBounds(name: string, value: unknown): unknown {
  const isVoid =
    (name === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
    (name === "maximum" && value === Number.MAX_SAFE_INTEGER);
  return isVoid ? undefined : value;
}
