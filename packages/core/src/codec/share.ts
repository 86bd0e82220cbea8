/**
 * The option of codecs that send some of the numbers.
 *
 * @module
 */
import type { NumberOption } from "../part/options.ts";

/** How many of the numbers are sent. */
export const ratioOption: NumberOption = {
  kind: "number",
  above: 0,
  maximum: 1,
  default: 0.01,
  about: "k / d: the share of the numbers that is sent",
};

/** k = ⌈ratio · d⌉: at least one where there is any. */
export function sentOf(length: number, ratio: number): number {
  return Math.min(length, Math.ceil(ratio * length));
}
