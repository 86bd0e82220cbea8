/**
 * Parts in a few words, for lists of runs.
 *
 * @module
 */
import type { OptionSpec, OptionValue, PartReference } from "@potluck/core";
import { definitionOf } from "./catalogue.ts";

/** What a plan does unless it says otherwise, by the question that it answers: such parts go without saying. */
const PLAIN: Readonly<Record<string, string>> = {
  selection: "uniform",
  download: "whole",
  codec: "identity",
  feedback: "none",
  conversion: "none",
  weighting: "by-examples",
  staleness: "constant",
  participation: "uncorrected",
  "server-optimizer": "sgd",
};

/** What is said first. */
const FIRST: readonly string[] = ["coding", "pacing", "aggregation", "solver"];

/** A plan in a few words, of its parts: "fed-fix 2 s, mean, sgd 0.1, inverse". */
export function planWords(parts: readonly PartReference[]): string {
  const told = parts.filter(({ room, name }) => PLAIN[room] !== name);
  return told
    .toSorted((a, b) => rank(a) - rank(b))
    .map(partWords)
    .join(", ");
}

function rank({ room }: PartReference): number {
  return FIRST.includes(room) ? FIRST.indexOf(room) : FIRST.length;
}

/**
 * A part in a few words: its name with the options that have to be given, or else its list of numbers, and what of the others is not
 * as it is unless told: "tiers 1/3/10", "rounds 6 (over-selection 1.3)".
 */
export function partWords(part: PartReference): string {
  const specs = Object.entries(definitionOf(part)?.options ?? {});
  const required = specs.filter(([, spec]) => spec.default === undefined);
  const lists = specs.filter(([, spec]) => spec.kind === "numbers");
  const told = (required.length > 0 ? required : lists.slice(0, 1)).slice(0, MOST_VALUES);
  const values = told.flatMap(([name, spec]) => valueWords(name, part.options[name] ?? spec.default ?? null));
  const others = specs.filter(([name, spec]) => !told.some(([one]) => one === name) && isChanged(part, name, spec));
  const changes = others.slice(0, MOST_CHANGES).flatMap(([name]) => changeWords(name, part.options[name] ?? null));
  const words = [part.name, ...values].join(" ");
  return changes.length === 0 ? words : `${words} (${changes.join(", ")})`;
}

function isChanged({ options }: PartReference, name: string, spec: OptionSpec): boolean {
  const value = options[name];
  if (value === undefined || spec.kind === "part") return false;
  return JSON.stringify(value) !== JSON.stringify(spec.default ?? null);
}

/** An option with its value: "over-selection 1.3", "deadline 10 s"; nothing where its value is no few words. */
function changeWords(name: string, value: OptionValue): readonly string[] {
  const words = name.replace(/Seconds$/u, "").replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
  if (typeof value === "boolean" || value === null) return [value === true ? words : `no ${words}`];
  return valueWords(name, value).map((one) => `${words} ${one}`);
}

/** So many options are told that are not as they are unless told. */
const MOST_CHANGES = 3;

/** So many options of a part are told. */
const MOST_VALUES = 2;

/** Longer texts, such as paths, are no few words. */
const LONGEST_TEXT = 24;

function valueWords(name: string, value: OptionValue): readonly string[] {
  if (typeof value === "number") return [name.endsWith("Seconds") ? `${value} s` : String(value)];
  if (typeof value === "string") return value.length > LONGEST_TEXT ? [] : [value];
  if (!Array.isArray(value)) return [];
  const numbers = value.filter((one) => typeof one === "number");
  return numbers.length === 0 ? [] : [numbers.join("/")];
}
