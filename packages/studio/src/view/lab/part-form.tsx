/**
 * The choice of a part and of its options.
 *
 * @module
 */
import type { PartEntry } from "@potluck/scenario";
import type { JSX, TargetedEvent } from "preact";
import type { LabOption, LabPart } from "../../lab/messages.ts";

/** Which part, of which room. */
export interface PartFormProps {
  /** What the field is called. */
  readonly label: string;
  readonly room: string;
  readonly parts: readonly LabPart[];
  readonly entry: PartEntry | null;
  /** Whether there has to be a part. */
  readonly isNeeded: boolean;
  readonly onChange: (entry: PartEntry | undefined) => void;
}

/** A part with its options. */
export function PartForm({ label, room, parts, entry, isNeeded, onChange }: PartFormProps): JSX.Element {
  const known = parts.filter((part) => part.room === room);
  const part = known.find(({ name }) => name === entry?.name);
  return (
    <fieldset class="part-form">
      <legend>{label}</legend>
      <select
        aria-label={label}
        value={entry?.name ?? ""}
        onChange={(event) =>
          onChange(event.currentTarget.value === "" ? undefined : { name: event.currentTarget.value })
        }
      >
        {!isNeeded && <option value="">by default</option>}
        {known.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {part !== undefined && <p class="muted">{part.about}</p>}
      {part !== undefined && entry !== null && <Options part={part} entry={entry} onChange={onChange} />}
    </fieldset>
  );
}

type OptionsProps = Pick<PartFormProps, "onChange"> & { readonly part: LabPart; readonly entry: PartEntry };

function Options({ part, entry, onChange }: OptionsProps): JSX.Element {
  const set = (option: string, value: unknown): void => {
    const { [option]: _, ...others } = entry;
    onChange(value === undefined ? { ...others, name: entry.name } : { ...entry, [option]: value });
  };
  return (
    <div class="part-options">
      {Object.entries(part.options).map(([option, spec]) => (
        <label key={`${part.name} ${option}`} title={spec.about}>
          <span>{option}</span>
          <Field spec={spec} value={entry[option]} onChange={(value) => set(option, value)} />
        </label>
      ))}
    </div>
  );
}

interface FieldProps {
  readonly spec: LabOption;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

function Field({ spec, value, onChange }: FieldProps): JSX.Element {
  const given = "default" in spec ? spec.default : undefined;
  if (spec.kind === "choice") {
    return (
      <select value={textOf(value)} onChange={(event) => onChange(valueIn(event.currentTarget.value, "text"))}>
        <option value="">{given === undefined ? "choose" : `${textOf(given)} (default)`}</option>
        {spec.of.map((word) => (
          <option key={word}>{word}</option>
        ))}
      </select>
    );
  }
  const isText = spec.kind === "text";
  const common = {
    required: given === undefined,
    value: isText ? textOf(value, "") : jsonOf(value),
    placeholder: given === undefined ? "must be given" : textOf(given),
    onChange: ({ currentTarget }: TargetedEvent<HTMLInputElement>): void =>
      onChange(valueIn(currentTarget.value, isText ? "text" : "json")),
  };
  return spec.kind === "number" ? <input type="number" step="any" {...common} /> : <input type="text" {...common} />;
}

function textOf(value: unknown, none = "none"): string {
  if (value === undefined) return "";
  if (value === null) return none;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function jsonOf(value: unknown): string {
  return value === undefined ? "" : JSON.stringify(value);
}

/** What was written; text that is no JSON stays text, and is told to be wrong where the scenario is checked. */
function valueIn(text: string, kind: "text" | "json"): unknown {
  if (text.trim() === "") return undefined;
  if (kind === "text") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
