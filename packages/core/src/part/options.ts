/**
 * Options of parts, described as data: one description checks what users write, fills in defaults, prints the help
 * of `potluck methods` and documents the ranges.
 *
 * @module
 */
import { Fault } from "../base/fault.ts";

/** A finite number, possibly bounded. `minimum` and `maximum` are allowed values, `above` and `below` are not. */
export interface NumberOption {
  readonly kind: "number";
  readonly about: string;
  readonly default?: number | null;
  readonly integer?: true;
  readonly minimum?: number;
  readonly above?: number;
  readonly maximum?: number;
  readonly below?: number;
  /** "seconds", "bytes per second", … */
  readonly unit?: string;
}

/** One of a few words. */
export interface ChoiceOption {
  readonly kind: "choice";
  readonly about: string;
  readonly of: readonly string[];
  readonly default?: string | null;
}

/** Free text, or a path. */
export interface TextOption {
  readonly kind: "text";
  readonly about: string;
  readonly default?: string | null;
  /** What the text is the path of, if it is one; a relative path of a file starts at the folder among the options, if there is one. */
  readonly path?: "file" | "folder";
}

/** A list of numbers, each within the bounds. */
export interface NumbersOption extends Omit<NumberOption, "kind" | "default"> {
  readonly kind: "numbers";
  readonly default?: readonly number[] | null;
}

/** A field of a record: an option of its own. */
export type FieldOption = NumberOption | ChoiceOption | TextOption;

/** A list of records, such as rules, each of whose fields is described like an option. */
export interface RecordsOption {
  readonly kind: "records";
  readonly about: string;
  readonly of: Readonly<Record<string, FieldOption>>;
  readonly default?: readonly OptionRecord[] | null;
}

/** A part that another part is made of, by its name and its options: of the same room, and of these names. */
export interface PartOption {
  readonly kind: "part";
  readonly about: string;
  readonly room: string;
  readonly of: readonly string[];
  readonly default?: OptionPart | null;
  /** The part of one of these names. Throws Fault "option-invalid". */
  readonly make: (
    name: string,
    options: Readonly<Record<string, unknown>>,
  ) => { readonly part: { readonly options: Readonly<Record<string, OptionValue>> } };
}

/** The description of one option. One without a default must be given; one whose default is null may be null: off. */
export type OptionSpec = FieldOption | NumbersOption | RecordsOption | PartOption;

/** One entry of a list of records. */
export type OptionRecord = Readonly<Record<string, number | string | null>>;

/** The value of an option; null where it is switched off. */
export type OptionValue = number | string | readonly number[] | readonly OptionRecord[] | OptionPart | null;

/** The value of an option that is a part: its name and its options, as JSON has them. */
export interface OptionPart {
  readonly name: string;
  readonly [option: string]: OptionValue;
}

/** Whether the value of an option is a part. */
export function isOptionPart(value: OptionValue): value is OptionPart {
  return typeof value === "object" && value !== null && "name" in value;
}

/** One description for each option of `Options`. */
export type OptionSpecs<Options> = { readonly [Name in keyof Options]-?: OptionSpec };

/**
 * `given` checked against `specs`, with defaults filled in. `where` names the part in messages.
 * Throws Fault "option-invalid" for unknown, missing or unfit options.
 */
export function resolveOptions(
  where: string,
  specs: Readonly<Record<string, OptionSpec>>,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, OptionValue>> {
  const known = Object.keys(specs);
  checkOptions(where, known, given);
  const resolved: Record<string, OptionValue> = {};
  for (const name of known) {
    const spec = specs[name];
    if (spec === undefined) continue;
    const value = given[name] === undefined ? spec.default : given[name];
    if (value === undefined) {
      throw new Fault("option-invalid", `${where} needs the option "${name}"`, `Give ${name}: ${range(spec)}.`);
    }
    resolved[name] = complete(where, name, spec, value);
  }
  return resolved;
}

function complete(where: string, name: string, spec: OptionSpec, value: unknown): OptionValue {
  switch (spec.kind) {
    case "records":
      return records(where, name, spec, value);
    case "part":
      return nested(where, name, spec, value);
    default:
      return checked(where, name, spec, value);
  }
}

/**
 * Makes sure that `given`, the options of what `where` names, is an object without any but the `known` ones; what they hold
 * is not looked at. Throws Fault "option-invalid".
 */
export function checkOptions(
  where: string,
  known: readonly string[],
  given: unknown,
): asserts given is Readonly<Record<string, unknown>> {
  if (!isRecord(given)) {
    const message = `the options of ${where} must be an object, got ${valueText(given)}`;
    throw new Fault("option-invalid", message, remedyOf(where, known));
  }
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Fault("option-invalid", `${where} has no option "${unknown}"`, remedyOf(where, known));
}

function remedyOf(where: string, known: readonly string[]): string {
  return known.length === 0 ? `${where} has no options.` : `Its options are ${known.join(", ")}.`;
}

/** What an option may be, in words: "a whole number ≥ 1 (seconds)". */
export function range(spec: OptionSpec): string {
  return spec.default === null ? `${bounds(spec)}, or null for none` : bounds(spec);
}

function bounds(spec: OptionSpec): string {
  switch (spec.kind) {
    case "choice":
      return `one of ${spec.of.map((word) => `"${word}"`).join(", ")}`;
    case "text":
      return "text";
    case "number":
    case "numbers":
      return numberRange(spec);
    case "records":
      return `a list of { ${Object.entries(spec.of)
        .map(([name, field]) => `${name}: ${range(field).replace(/^an? /u, "")}`)
        .join("; ")} }`;
    case "part":
      return `a ${spec.room}: one of ${spec.of.map((word) => `"${word}"`).join(", ")}`;
  }
}

function numberRange(spec: NumberOption | NumbersOption): string {
  const noun = spec.integer ? "whole number" : "number";
  const limits = [
    spec.minimum === undefined ? [] : [`≥ ${spec.minimum}`],
    spec.above === undefined ? [] : [`> ${spec.above}`],
    spec.maximum === undefined ? [] : [`≤ ${spec.maximum}`],
    spec.below === undefined ? [] : [`< ${spec.below}`],
  ].flat();
  const what = spec.kind === "number" ? `a ${noun}` : `a list of ${noun}s`;
  const unit = spec.unit === undefined ? "" : ` (${spec.unit})`;
  return [what, limits.join(" and ")].filter((text) => text !== "").join(" ") + unit;
}

/** The options whose values need no completing. */
type Plain = Exclude<OptionSpec, RecordsOption | PartOption>;

/** `value` with every record of it checked and complete; null where it is that. */
function records(where: string, name: string, spec: RecordsOption, value: unknown): readonly OptionRecord[] | null {
  if (value === null && spec.default === null) return null;
  const entries: readonly unknown[] = Array.isArray(value) ? value : [null];
  return entries.map((entry, at) => {
    if (!isRecord(entry)) throw unfit(where, name, spec, value);
    return fields(`${where}: ${name}[${at}]`, spec.of, entry);
  });
}

/** The fields of one record, none of which is a list. */
function fields(where: string, specs: RecordsOption["of"], given: Readonly<Record<string, unknown>>): OptionRecord {
  const resolved = Object.entries(resolveOptions(where, specs, given));
  return Object.fromEntries(
    resolved.flatMap(([name, value]) => (typeof value === "object" && value !== null ? [] : [[name, value]])),
  );
}

/** The name and all options of a part that was made, or that is named as in JSON; null where it is that. */
function nested(where: string, name: string, spec: PartOption, value: unknown): OptionPart | null {
  if (value === null && spec.default === null) return null;
  const entry = entryOf(value);
  if (entry === null || !spec.of.includes(entry.name)) throw unfit(where, name, spec, entry?.name ?? value);
  return { ...spec.make(entry.name, entry.options).part.options, name: entry.name };
}

/** What a part is called, and its options; null for what is no part. */
function entryOf(
  value: unknown,
): { readonly name: string; readonly options: Readonly<Record<string, unknown>> } | null {
  if (!isRecord(value)) return null;
  const { part } = value;
  if (isRecord(part) && typeof part["name"] === "string") {
    return { name: part["name"], options: isRecord(part["options"]) ? part["options"] : {} };
  }
  const { name, ...options } = value;
  return typeof name === "string" ? { name, options } : null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function checked(where: string, name: string, spec: Plain, value: unknown): OptionValue {
  if (fits(spec, value)) return value;
  throw unfit(where, name, spec, value);
}

function unfit(where: string, name: string, spec: OptionSpec, value: unknown): Fault {
  return new Fault(
    "option-invalid",
    `${where}: ${name} must be ${range(spec)}, got ${valueText(value)}`,
    `Change ${name}. What it does: ${spec.about}`,
  );
}

/** Lists in lists are written out so deep. */
const DEPTH_SHOWN = 3;

/** A value as people would write it; of objects and functions only what they are, and of lists in lists only the outer ones. */
export function valueText(value: unknown, depth: number = DEPTH_SHOWN): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) {
    return depth === 0 ? "[…]" : `[${value.map((entry) => valueText(entry, depth - 1)).join(", ")}]`;
  }
  if (value !== null && typeof value === "object") return "an object";
  return JSON.stringify(value) ?? (value === undefined ? "undefined" : `a ${typeof value}`);
}

function fits(spec: Plain, value: unknown): value is OptionValue {
  if (value === null) return spec.default === null;
  switch (spec.kind) {
    case "choice":
      return typeof value === "string" && spec.of.includes(value);
    case "text":
      return typeof value === "string";
    case "number":
      return withinBounds(spec, value);
    case "numbers":
      return Array.isArray(value) && value.every((entry) => withinBounds(spec, entry));
  }
}

function withinBounds(spec: NumberOption | NumbersOption, value: unknown): value is number {
  if (typeof value !== "number" || !Number.isFinite(value)) return false;
  if (spec.integer && !Number.isSafeInteger(value)) return false;
  return (
    value >= (spec.minimum ?? -Infinity) &&
    value > (spec.above ?? -Infinity) &&
    value <= (spec.maximum ?? Infinity) &&
    value < (spec.below ?? Infinity)
  );
}
