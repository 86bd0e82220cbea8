/**
 * Options that are amounts.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";

/** A number ≥ 0. Throws InvalidArgumentError for any other text. */
export function amount(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError("It must be a number ≥ 0.");
}
