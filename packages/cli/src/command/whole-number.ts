/**
 * Options that are whole numbers.
 *
 * @module
 */
import { InvalidArgumentError } from "commander";

/** A parser of whole numbers from `minimum` to `maximum`; it throws what the command line reports. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };
}
