/**
 * What is written at the axes of drawings.
 *
 * @module
 */
import type { Scale } from "./scale.ts";

/** Room for one character of the widest font that drawings are written in, in units of a drawing: that of narrow screens. */
const CHARACTER = 9;
/** Between a label and its axis, and between a label and the edge. */
const GAP = 10;
const LEAST = 44;

/** How far from the left edge an axis has to stand so that none of its labels is cut off. */
export function marginFor({ ticks }: Scale, format: (value: number) => string): number {
  const longest = ticks.reduce((most, tick) => Math.max(most, shortened(format(tick)).length), 0);
  return Math.max(LEAST, CHARACTER * longest + 2 * GAP);
}

/** Where a label of an axis that runs across is anchored, so that the right edge, `width` away from the left, does not cut it off. */
export function anchorFor(label: string, place: number, width: number): "middle" | "end" {
  return place + (CHARACTER * label.length) / 2 > width ? "end" : "middle";
}

/** Round values need neither zeros behind the point nor smaller units: "10 min 0 s" is "10 min". */
export function shortened(text: string): string {
  return text.replace(/\.0(?!\d)/u, "").replace(/(?<=\D) 0 (?:s|min)$/u, "");
}
