/**
 * The axis of virtual time, from the start of the run to its end.
 *
 * @module
 */
import { timeUnit } from "@potluck/comparison";
import { type Clocked, clockWord } from "../clock-words.ts";

/** The axis of virtual time. */
export interface TimeAxis {
  /** How long its unit is. */
  readonly secondsPerUnit: number;
  readonly label: string;
  /** From 0 to the end, in its unit. */
  readonly domain: readonly [number, number];
}

/** The axis of a run of so many virtual seconds, in the unit in which they can be read. */
export function timeAxis(virtualSeconds: number, run: Clocked): TimeAxis {
  const { factor, name } = timeUnit(virtualSeconds);
  const end = virtualSeconds > 0 ? virtualSeconds / factor : 1;
  return { secondsPerUnit: factor, label: `${clockWord(run)} ${name}`, domain: [0, end] };
}

/** The scale of a drawing against that axis, with what stands at it. */
export function timeScale({ label, domain }: TimeAxis): {
  readonly label: string;
  readonly labelAnchor: "right";
  readonly labelArrow: "none";
  readonly domain: readonly [number, number];
} {
  return { label, labelAnchor: "right", labelArrow: "none", domain };
}
