/**
 * A number that is chosen.
 *
 * @module
 */
import type { JSX } from "preact";

/** What it is, and what to do when it changes; undefined where there is none. */
export interface NumberFieldProps {
  readonly name: string;
  readonly value: unknown;
  readonly onChange: (value: number | undefined) => void;
}

/** A field for a number. */
export function NumberField({ name, value, onChange }: NumberFieldProps): JSX.Element {
  return (
    <label>
      {name}
      <input
        type="number"
        step="any"
        value={typeof value === "number" ? value : ""}
        onChange={({ currentTarget: { value: text } }) => onChange(text === "" ? undefined : Number(text))}
      />
    </label>
  );
}
