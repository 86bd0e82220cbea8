import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Fault } from "./base/fault.ts";
import { catalogue, makePart, type Shelf, type ShelfEntry } from "./catalogue.ts";
import type { Part, PartDefinition } from "./part/part.ts";
import { type OptionSpec, range } from "./part/options.ts";

const SOURCES = import.meta.dirname;
const PAGES = join(SOURCES, "../../../docs/reference/methods");

interface Entry {
  readonly exported: string;
  readonly entry: ShelfEntry<Part>;
  readonly definition: PartDefinition;
}

const shelves: readonly (readonly [string, Shelf<Part>])[] = Object.entries(catalogue);
const entries: readonly (readonly [string, Entry])[] = shelves.flatMap(([room, shelf]) =>
  Object.entries(shelf).map(
    ([exported, entry]) =>
      [`${room}/${entry.definition.name}`, { exported, entry, definition: entry.definition }] as const,
  ),
);

/** The text of a part's page. */
function pageOf({ room, name }: PartDefinition): string {
  return readFileSync(join(PAGES, room, `${name}.md`), "utf8");
}

/** The cells of the rows of all tables in a page. */
function rowsOf(page: string): readonly (readonly string[])[] {
  const rows = page.split("\n").filter((line) => line.startsWith("|"));
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What a page says of an option. */
function rowFor([name, spec]: readonly [string, OptionSpec]): readonly string[] {
  const fallback = spec.default === undefined ? "must be given" : JSON.stringify(spec.default);
  return [`\`${name}\``, range(spec).replace(/^an? /u, ""), fallback, spec.about];
}

/** Options that a part accepts: those that must be given, with a value that fits. */
function fittingOptions({ options }: PartDefinition): Readonly<Record<string, unknown>> {
  const needed = Object.entries(options).filter(([, spec]) => spec.default === undefined);
  return Object.fromEntries(needed.map(([name, spec]) => [name, fitting(spec)]));
}

function fitting(spec: OptionSpec): unknown {
  if (spec.kind === "part") return { name: spec.of[0] };
  return spec.kind === "number" ? Math.max(1, spec.minimum ?? 1) : "text";
}

describe.each(entries)("%s", (path, { exported, entry, definition }) => {
  test("has one name: its file's, its factory's, and the one in its definition", () => {
    expect(definition.name).toBe(exported.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`));
    expect(path).toBe(`${definition.room}/${definition.name}`);
    expect(existsSync(join(SOURCES, `${path}.ts`))).toBe(true);
    expect(existsSync(join(SOURCES, `${path}.test.ts`))).toBe(true);
  });

  test("says in one sentence what it does", () => {
    expect(definition.about).toMatch(/^[A-Z].*\.$/u);
    expect(definition.about.length).toBeLessThan(100);
    expect(new Set(definition.fights).size).toBe(definition.fights.length);
  });

  test("has a page with all its options, and nothing that is not one", () => {
    const page = pageOf(definition);
    expect(page.startsWith(`# ${definition.name}\n`)).toBe(true);
    const [, , ...rows] = rowsOf(page);
    expect(rows).toEqual(Object.entries(definition.options).map(rowFor));
  });

  test("has a page that shows how to make it, in TypeScript and in JSON", () => {
    const page = pageOf(definition);
    expect(page).toContain(`.${exported}(`);
    const [, json = ""] = /```json\n(.*?)\n```/su.exec(page) ?? [];
    const { name, ...options }: Readonly<Record<string, unknown>> = JSON.parse(json);
    expect(name).toBe(definition.name);
    expect(entry.parse(options).part.name).toBe(definition.name);
  });

  test("has a page that names its paper, and a link that can be followed", () => {
    const page = pageOf(definition).replaceAll("\n", " ");
    const { paper } = definition;
    if (paper === undefined) return expect(definition.paper).toBeUndefined();
    expect(paper.link).toMatch(/^https:\/\//u);
    expect(page).toContain(paper.authors);
    expect(page).toContain(paper.title);
    expect(page).toContain(paper.link);
  });

  test("has defaults that it accepts, and can be made again from what it says of itself", () => {
    const { part } = entry.parse(fittingOptions(definition));
    expect(entry.parse(part.options).part).toEqual(part);
    expect(JSON.parse(JSON.stringify(part))).toEqual(part);
  });
});

test("every name occurs once on its shelf", () => {
  expect(new Set(entries.map(([path]) => path)).size).toBe(entries.length);
});

describe("makePart", () => {
  test("makes the part of that name from unchecked options", () => {
    const made = makePart("solver", catalogue.solver, { name: "fed-prox", options: { mu: 0.1, learningRate: 0.5 } });
    expect(made.part).toMatchObject({
      room: "solver",
      name: "fed-prox",
      options: { mu: 0.1, learningRate: 0.5, momentum: 0 },
    });
  });

  test.each(["fedProx", "Sgd", "", "toString", "__proto__", "default"])("knows no solver called %j", (name) => {
    let fault: unknown;
    try {
      makePart("solver", catalogue.solver, { name, options: {} });
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({
      code: "part-unknown",
      message: `there is no solver called "${name}"`,
      remedy: 'Choose one of "adam", "fed-prox", "sgd".',
    });
  });

  test("checks the options of the part", () => {
    const reference = { name: "sgd", options: { learningRate: 0.1, mu: 1 } };
    expect(() => makePart("solver", catalogue.solver, reference)).toThrow('solver "sgd" has no option "mu"');
  });
});
