import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import { afterAll, describe, expect, test } from "vitest";
import { allowedImports, importLaw, reading } from "./law.ts";
import { lawsuits } from "./lawsuits.ts";
import { findRooms } from "./rooms.ts";

const repository = join(import.meta.dirname, "../..");
const temporary = mkdtempSync(join(tmpdir(), "import-law-"));
afterAll(() => rmSync(temporary, { recursive: true }));

describe("the import law", () => {
  test.each(Object.entries(lawsuits))("%s", async (name, { files, breaks }) => {
    const root = join(temporary, name.replaceAll(" ", "-"));
    build(root, files);
    const folders = ["packages", "examples"].filter((folder) =>
      Object.keys(files).some((file) => file.startsWith(folder)),
    );
    const { summary } = await judge(root, folders);
    expect([...new Set(summary.violations.map((violation) => violation.rule.name))].toSorted()).toEqual(breaks);
  });

  test("lets a package import exactly the packages below it", async () => {
    const names = Object.keys(allowedImports);
    const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));
    const root = join(temporary, "layers");
    const files = new Map<string, string>();
    for (const name of names) files.set(`packages/${name}/src/index.ts`, "export const a = 1;");
    for (const { from, to } of pairs) files.set(`packages/${from}/src/to-${to}.ts`, `import "@potluck/${to}";`);
    build(root, Object.fromEntries(files));
    const { summary } = await judge(root, ["packages"]);
    const broken = summary.violations.filter(({ rule }) => rule.name.startsWith("layers-")).map(({ from }) => from);
    const forbidden = pairs.filter(({ from, to }) => to !== "testkit" && !allowedImports[from]?.includes(to));
    expect(broken.toSorted()).toEqual(forbidden.map(({ from, to }) => `packages/${from}/src/to-${to}.ts`).toSorted());
  });

  test("shows a violation of each of its other rules", () => {
    const shown = new Set(Object.values(lawsuits).flatMap(({ breaks }) => breaks));
    const rules = (importLaw(repository).forbidden ?? []).map(({ name }) => name ?? "");
    const unshown = rules.filter((name) => !/^layers-|^methods-.*-(?!core)/u.test(name) && !shown.has(name));
    expect(rules.length).toBeGreaterThan(Object.keys(allowedImports).length);
    expect(unshown).toEqual([]);
  });
});

describe("the import law of this repository", () => {
  test("knows the place of every package", () => {
    const names = readdirSync(join(repository, "packages"));
    expect(names.filter((name) => !(name in allowedImports))).toEqual([]);
  });

  test("sees the rooms of core and their methods", () => {
    const rooms = new Map(findRooms(repository).map(({ folder, methods }) => [folder, methods]));
    const solvers = rooms.get("packages/core/src/solver") ?? [];
    expect(solvers).toContain("packages/core/src/solver/fed-prox.ts");
    expect(solvers).not.toContain("packages/core/src/solver/solver.ts");
    expect(solvers).not.toContain("packages/core/src/solver/descent.ts");
  });

  test("sees through the links between packages to their sources", async () => {
    const { modules } = await judge(repository, ["packages/data/src"]);
    const data = modules.filter(({ source }) => source.startsWith("packages/data/"));
    const reached = data.flatMap(({ dependencies }) => dependencies.map(({ resolved }) => resolved));
    expect(reached).toContain("packages/core/src/index.ts");
  });
});

async function judge(root: string, folders: readonly string[]): Promise<ICruiseResult> {
  const options = { ...reading, validate: true, ruleSet: importLaw(root), baseDir: root };
  const { output } = await cruise([...folders], options);
  if (typeof output === "string") throw new TypeError("expected a result, not a text");
  return output;
}

/** Writes `files` below `root`, with a package.json and a link for every package among them, and zod installed. */
function build(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) write(root, path, content);
  const names = new Set(Object.keys(files).flatMap((path) => /^packages\/([^/]+)\//u.exec(path)?.[1] ?? []));
  for (const name of names) {
    const dependencies = name === "cli" ? { zod: "1" } : {};
    const manifest = { name: `@potluck/${name}`, exports: { ".": "./src/index.ts" }, dependencies };
    write(root, `packages/${name}/package.json`, JSON.stringify(manifest));
    mkdirSync(join(root, "node_modules/@potluck"), { recursive: true });
    symlinkSync(join(root, "packages", name), join(root, "node_modules/@potluck", name), "junction");
  }
  write(
    root,
    "package.json",
    JSON.stringify({ name: "potluck", workspaces: ["packages/*"], devDependencies: { zod: "1" } }),
  );
  write(root, "node_modules/zod/package.json", JSON.stringify({ name: "zod", type: "module", main: "index.js" }));
  write(root, "node_modules/zod/index.js", "export const z = 1;");
}

function write(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}
