/**
 * Checks of what layers are given, with messages that name the layer and the option.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { MAX_PARAMETERS } from "../graph/capacity.ts";

/** Throws Fault "option-invalid" unless `value` is a whole number from `least` to `most`. */
export function checkSize(
  layer: string,
  option: string,
  value: number,
  [least, most]: readonly [number, number] = [1, MAX_PARAMETERS],
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw unfit(layer, option, `a whole number from ${least} to ${most}`, value);
}

/** Throws Fault "option-invalid" unless `value` is a share in [0, 1). */
export function checkShare(layer: string, option: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw unfit(layer, option, "a number ≥ 0 and < 1", value);
}

/** Throws Fault "option-invalid" unless `value` is a finite number above 0 and at most `most`. */
export function checkPositive(layer: string, option: string, value: number, most: number = Infinity): void {
  if (value > 0 && value <= most && Number.isFinite(value)) return;
  throw unfit(layer, option, most === Infinity ? "a number > 0" : `a number > 0 and ≤ ${most}`, value);
}

/** Throws Fault "option-invalid" unless `value`, such as a number of channels, makes `parts` equal parts. */
export function checkParts(
  layer: string,
  parts: string,
  count: number,
  [what, value]: readonly [string, number],
): void {
  if (value % count === 0) return;
  throw new Fault(
    "option-invalid",
    `layer "${layer}": ${value} ${what} do not make ${count} equal ${parts}`,
    `Change ${parts}, or have a number of ${what} that ${count} divides.`,
  );
}

/** What a window covers of an image, rows first. */
export interface Cover {
  /** Over how many rows and columns it reaches. */
  readonly reach: readonly number[];
  /** How many rows and columns there are. */
  readonly sizes: readonly number[];
  /** How many cells are added to each axis, before and after it together. */
  readonly padding: readonly number[];
}

/** Throws Fault "option-invalid", which names the layer and the sizes, unless the window fits into the image. */
export function checkWindow(layer: string, { reach, sizes, padding }: Cover): void {
  if (reach.every((cells, axis) => cells <= (sizes[axis] ?? 0) + (padding[axis] ?? 0))) return;
  const padded = padding.some((cells) => cells > 0) ? ` with ${padding.join(" × ")} of padding` : "";
  throw new Fault(
    "option-invalid",
    `layer "${layer}": a window of ${reach.join(" × ")} does not fit into ${sizes.join(" × ")} cells${padded}`,
    "Use a smaller window, more padding, smaller strides in the layers before it, or larger examples.",
  );
}

function unfit(layer: string, option: string, wanted: string, value: number): Fault {
  return new Fault("option-invalid", `${layer}: ${option} must be ${wanted}, got ${value}`, `Change ${option}.`);
}
