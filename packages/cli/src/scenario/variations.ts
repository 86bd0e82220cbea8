/**
 * Variations of a scenario file: some of its settings replaced, in every combination of their values.
 *
 * @module
 */
import { Fault } from "@potluck/core";

/** A setting with the values that are tried. */
export interface Variation {
  /** "plan.solver.learningRate" */
  readonly path: string;
  readonly values: readonly VariationValue[];
}

/** A value, and how it was written. */
export interface VariationValue {
  readonly text: string;
  readonly value: unknown;
}

/** One value for each setting. */
export interface Combination {
  /** "learningRate=0.1 cohort=5": the settings of which several values are tried. */
  readonly name: string;
  readonly settings: readonly (VariationValue & { readonly path: string })[];
  /** A scenario file with these settings; it is not checked. Throws Fault "option-invalid" where a path leads past the end of a list. */
  readonly applyTo: (file: unknown) => unknown;
}

/** The setting in "plan.pacing.cohort=5,10". Throws Fault "option-invalid". */
export function settingFrom(text: string): Variation {
  const [, path, list = ""] = /^([^=\s]+)=(.+)$/s.exec(text) ?? [];
  if (path === undefined || !PATH.test(path)) {
    const remedy = "Write a path into the scenario and values, such as plan.solver.learningRate=0.01,0.1.";
    throw new Fault("option-invalid", `--set "${text}" is not a setting with values`, remedy);
  }
  return { path, values: pieces(list).map((piece) => ({ text: piece, value: valueOf(piece) })) };
}

const PATH = /^\w+(\.\w+|\[\d+\])*$/;

/** The text cut at commas that stand in no bracket and no quotes. */
function pieces(list: string): readonly string[] {
  const found = list.match(/(?:"(?:\\.|[^"\\])*"|\[[^\]]*\]|\{(?:[^{}]|\{[^{}]*\})*\}|[^,])+/g) ?? [];
  return found.map((piece) => piece.trim());
}

/** A value as JSON, or the word itself. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * All combinations, the last setting changing fastest. Throws Fault "option-invalid" for a value that is tried twice, and for
 * settings that overwrite one another.
 */
export function combinations(variations: readonly Variation[]): readonly Combination[] {
  checkApart(variations);
  const chosen = variations.reduce<readonly Combination["settings"][]>(
    (all, { path, values }) => all.flatMap((earlier) => values.map((value) => [...earlier, { path, ...value }])),
    [[]],
  );
  const varied = variations.filter(({ values }) => values.length > 1).map(({ path }) => path);
  const shorten = shortNames(varied);
  return chosen.map((settings) => ({
    name: settings
      .filter(({ path }) => varied.length === 0 || varied.includes(path))
      .map(({ path, text }) => `${shorten(path)}=${text}`)
      .join(" "),
    settings,
    applyTo: (file) =>
      settings.reduce((changed, { path, value }) => withValue(changed, { path, steps: stepsOf(path) }, value), file),
  }));
}

function checkApart(variations: readonly Variation[]): void {
  for (const [at, { path, values }] of variations.entries()) {
    const twice = values.find(({ value }, place) => values.slice(0, place).some((other) => isSame(other.value, value)));
    if (twice !== undefined) {
      const remedy = "Give each value once; --seeds says on how many seeds it is tried.";
      throw new Fault("option-invalid", `--set ${path} tries ${twice.text} twice`, remedy);
    }
    const inside = variations.slice(0, at).find((other) => isWithin(stepsOf(path), stepsOf(other.path)));
    if (inside === undefined) continue;
    const message = `--set ${path} and --set ${inside.path} set the same thing`;
    throw new Fault("option-invalid", message, "Give one of them, with all its values.");
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether one path leads to or into what the other leads to. */
function isWithin(a: readonly string[], b: readonly string[]): boolean {
  const common = Math.min(a.length, b.length);
  return a.slice(0, common).join(".") === b.slice(0, common).join(".");
}

/** The last step of a path, if it tells the paths apart. */
function shortNames(paths: readonly string[]): (path: string) => string {
  const unique = new Set(paths.map(lastStep)).size === paths.length;
  return (path) => (unique ? lastStep(path) : path);
}

function lastStep(path: string): string {
  return path.split(".").at(-1) ?? path;
}

function stepsOf(path: string): readonly string[] {
  return path.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
}

/** The steps that are left of a path, as it was written. */
interface Way {
  readonly path: string;
  readonly steps: readonly string[];
}

/** `file` with `value` at the end of the way; what leads there is made where it is missing. */
function withValue(file: unknown, { path, steps }: Way, value: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const onward: Way = { path, steps: rest };
  if (Array.isArray(file)) {
    const entries: readonly unknown[] = file;
    const place = placeIn(entries, step, path);
    const entry = withValue(entries[place], onward, value);
    return place === entries.length ? [...entries, entry] : entries.with(place, entry);
  }
  const fields: Readonly<Record<string, unknown>> = typeof file === "object" && file !== null ? { ...file } : {};
  return { ...fields, [step]: withValue(fields[step], onward, value) };
}

/** The place in a list that a step leads to: one that is there, or the next one. Throws Fault "option-invalid" for any other. */
function placeIn(list: readonly unknown[], step: string, path: string): number {
  const place = /^\d+$/.test(step) ? Number(step) : Number.NaN;
  if (place <= list.length) return place;
  const message = `--set ${path}: the list in which it sets [${step}] has the length ${list.length}`;
  const remedy = `Count places from 0: set one of those that are there, or [${list.length}] for one more, or the whole list.`;
  throw new Fault("option-invalid", message, remedy);
}
