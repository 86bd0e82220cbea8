import { aboutPart, catalogue, definitions, rooms } from "@potluck/scenario";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue as methods, type OptionSpec, type PartDefinition, range, type Shelf } from "@potluck/core";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

/** Where the parts of each room are written. */
const FOLDERS: Readonly<Record<PartDefinition["room"], string>> = {
  pacing: "packages/core/src/pacing",
  selection: "packages/core/src/selection",
  weighting: "packages/core/src/weighting",
  staleness: "packages/core/src/staleness",
  conversion: "packages/core/src/conversion",
  participation: "packages/core/src/participation",
  aggregation: "packages/core/src/aggregation",
  "server-optimizer": "packages/core/src/server-optimizer",
  solver: "packages/core/src/solver",
  download: "packages/core/src/download",
  codec: "packages/core/src/codec",
  feedback: "packages/core/src/feedback",
  coding: "packages/core/src/coding",
  data: "packages/data/src/source",
  partition: "packages/data/src/partition",
  fleet: "packages/scenario/src/fleet",
  model: "packages/scenario/src/model",
  loss: "packages/scenario/src/loss",
};

function defaultOf(spec: OptionSpec): string {
  return spec.default === undefined ? "must be given" : JSON.stringify(spec.default);
}

const parts = definitions().map((definition) => [`${definition.room}/${definition.name}`, definition] as const);

describe.each(parts)("%s", (path, { room, name, about, options }) => {
  test("has its source under its own name", () => {
    expect(existsSync(join(ROOT, FOLDERS[room], `${name}.ts`))).toBe(true);
  });

  test("has a page that says of each of its options what it may be, and what it is by default", () => {
    const page = readFileSync(join(ROOT, "docs/reference/methods", `${path}.md`), "utf8");
    expect(page.startsWith(`# ${name}\n`)).toBe(true);
    expect(page).toContain(`{ "name": "${name}"`);
    const rows = page.split("\n").map((line) => line.replaceAll(/ +/gu, " "));
    const documented = ([option, spec]: readonly [string, OptionSpec]): boolean =>
      rows.some((row) =>
        row.startsWith(`| \`${option}\` | ${range(spec).replace(/^an? /u, "")} | ${defaultOf(spec)} | `),
      );
    expect(Object.entries(options).filter((option) => !documented(option))).toEqual([]);
  });

  test("can be looked up", () => {
    expect(aboutPart({ room, name, options: {} })).toBe(about);
  });
});

test("every option that is told to be a file or a folder says so to programs, and no other", () => {
  const texts = parts.flatMap(([path, { options }]) =>
    Object.entries(options).flatMap(([option, spec]) =>
      spec.kind === "text" ? [{ option: `${path}.${option}`, path: spec.path, about: spec.about }] : [],
    ),
  );
  const told = (about: string): string | undefined =>
    /^the (file|folder)\b|^the ONNX (file)/u.exec(about)?.slice(1).find(Boolean);
  expect(texts.filter(({ path, about }) => path !== told(about))).toEqual([]);
  expect(texts.filter(({ path }) => path !== undefined)).toHaveLength(12);
});

test("there is a page for every part, and no page without one", () => {
  const folder = join(ROOT, "docs/reference/methods");
  const pages = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((page) => page.replaceAll("\\", "/"))
    .filter((page) => page.endsWith(".md") && page.includes("/"));
  expect(pages.toSorted()).toEqual(parts.map(([path]) => `${path}.md`).toSorted());
});

test("every method has its reproduction: what is claimed, the experiment, and what was measured", () => {
  const shelves: readonly Shelf<unknown>[] = Object.values(methods);
  const paths = shelves.flatMap((shelf) =>
    Object.values(shelf).map(({ definition }) => `${definition.room}/${definition.name}`),
  );
  const files = paths.flatMap((path) =>
    ["README.md", "experiment.ts", "RESULT.md"].map((file) => `reproductions/${path}/${file}`),
  );
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  const index = readFileSync(join(ROOT, "reproductions/README.md"), "utf8");
  expect(paths.filter((path) => !index.includes(`(${path}/README.md)`))).toEqual([]);
  const page = (path: string): string => readFileSync(join(ROOT, `docs/reference/methods/${path}.md`), "utf8");
  expect(paths.filter((path) => !page(path).includes(`/reproductions/${path}/README.md)`))).toEqual([]);
});

test("every shelf is a room that is shown, with the question it answers", () => {
  expect(rooms.map(([room]) => room).toSorted()).toEqual(Object.keys(catalogue).toSorted());
  expect(rooms.every(([, question]) => /^[a-z].*[^.?]$/u.test(question))).toBe(true);
});

test("a part that does not exist has nothing about it", () => {
  expect(aboutPart({ room: "solver", name: "none", options: {} })).toBe("");
});
