/**
 * The catalogue as the studio shows it: the descriptions of all parts, what their pages say of them, and what was measured.
 *
 * @module
 */
import { type OptionSpec, type PartDefinition, range } from "@potluck/core";
import { definitions, rooms } from "@potluck/scenario";
import type { Catalogue, CatalogueOption, CataloguePart, Reproduction } from "@potluck/studio";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fenceIn, itemsOf, sectionIn, words } from "./catalogue/markdown.ts";
import { reproductionIn } from "./catalogue/reproduction-page.ts";
import { mathOf } from "./catalogue/tex.ts";

/** Where the repository is, if Potluck is run from one. */
const REPOSITORY = join(import.meta.dirname, "../../../..");

/** The catalogue, room by room. */
export async function methodsCatalogue(): Promise<Catalogue> {
  const parts = definitions();
  return {
    rooms: await Promise.all(
      rooms.map(async ([room, question]) => ({
        room,
        question,
        parts: await Promise.all(parts.filter((part) => part.room === room).map(catalogued)),
      })),
    ),
  };
}

/** What was measured, by the path beside the catalogue that it names. */
export async function reproductions({ rooms: listed }: Catalogue): Promise<ReadonlyMap<string, Reproduction>> {
  const found = listed.flatMap(({ room, parts }) =>
    parts.map((part) => ({ ...part, folder: folderOf(room, part.name) })),
  );
  const all = found.map(async ({ reproduction, folder }) => {
    if (reproduction === null) return [];
    const [readme, result] = await Promise.all([textOf(`${folder}/README.md`), textOf(`${folder}/RESULT.md`)]);
    return [[reproduction, reproductionIn(readme, result)] as const];
  });
  return new Map((await Promise.all(all)).flat());
}

function folderOf(room: string, name: string): string {
  return `reproductions/${room}/${name}`;
}

async function catalogued({ room, name, about, fights, paper, options }: PartDefinition): Promise<CataloguePart> {
  const page = `docs/reference/methods/${room}/${name}.md`;
  return {
    name,
    about,
    fights,
    ...described(await textOf(page)),
    paper: paper ?? null,
    options: Object.entries(options).map(([option, spec]) => catalogueOption(option, spec)),
    page,
    reproduction: existsSync(join(REPOSITORY, folderOf(room, name), "README.md"))
      ? `methods/${room}/${name}.json`
      : null,
  };
}

/** What a page says of its part; nothing where the documentation is not installed. */
export function described(page: string): Pick<CataloguePart, "idea" | "equation" | "symbols" | "plan" | "use"> {
  const equation = sectionIn(page, "Equation");
  const tex = fenceIn(equation, "math");
  return {
    idea: words(sectionIn(page, "Idea")),
    equation: tex === null ? null : mathOf(tex),
    symbols: words(equation.replace(/^```.*?^```$/msu, "")),
    plan: { typescript: fenceIn(page, "ts") ?? "", json: fenceIn(page, "json") ?? "" },
    use: itemsOf(sectionIn(page, "When to use it")),
  };
}

function catalogueOption(name: string, spec: OptionSpec): CatalogueOption {
  const given = spec.default === undefined ? null : JSON.stringify(spec.default);
  return { name, range: range(spec), default: given, about: spec.about };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(join(REPOSITORY, path), "utf8");
  } catch {
    return "";
  }
}
