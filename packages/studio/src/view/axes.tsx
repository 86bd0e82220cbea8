/**
 * What measurements are held against: time, bytes or updates.
 *
 * @module
 */
import type { JSX } from "preact";
import type { Measurement } from "../api/answers.ts";
import { type Alignment, alignments } from "../state/compare-route.ts";
import { bytes, count, duration } from "../words/format.ts";

interface Along {
  readonly of: (measurement: Measurement) => number;
  readonly format: (place: number) => string;
}

/** By its name, where a measurement stands on an axis, and how that is written. */
export const axes: Readonly<Record<Alignment, Along>> = {
  time: { of: ({ virtualSeconds }) => virtualSeconds, format: duration },
  bytes: { of: ({ bytesUp, bytesDown }) => bytesUp + bytesDown, format: bytes },
  updates: { of: ({ updatesUsed }) => updatesUsed, format: count },
};

/** What a switch says, and what is chosen. */
export interface AxisSwitchProps {
  readonly legend: string;
  readonly chosen: Alignment;
  readonly onChoose: (axis: Alignment) => void;
}

/** The switch between axes. */
export function AxisSwitch({ legend, chosen, onChoose }: AxisSwitchProps): JSX.Element {
  return (
    <fieldset class="switch">
      <legend>{legend}</legend>
      {alignments.map((name) => (
        <label key={name}>
          <input type="radio" name="axis" checked={chosen === name} onChange={() => onChoose(name)} />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
