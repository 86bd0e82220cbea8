/**
 * The catalogue as the studio shows it: the descriptions of all parts, and what their pages say about when to use them.
 *
 * @module
 */
import { type OptionSpec, type PartDefinition, range } from "@potluck/core";
import { definitions, rooms } from "@potluck/scenario";
import type { Catalogue, CatalogueOption, CataloguePart } from "@potluck/studio";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

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

async function catalogued({ room, name, about, fights, paper, options }: PartDefinition): Promise<CataloguePart> {
  const page = `docs/reference/methods/${room}/${name}.md`;
  const reproduction = `reproductions/${room}/${name}/README.md`;
  return {
    name,
    about,
    fights,
    paper: paper ?? null,
    options: Object.entries(options).map(([option, spec]) => catalogueOption(option, spec)),
    use: useIn(await textOf(page)),
    page,
    reproduction: existsSync(join(REPOSITORY, reproduction)) ? reproduction : null,
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

/** The items of the list "When to use it" as plain text. */
export function useIn(page: string): readonly string[] {
  const [, section = ""] = page.split(/^## When to use it$/m);
  const [list = ""] = section.split(/^## /m);
  return list
    .split(/^- /m)
    .slice(1)
    .map((item) => plain(item));
}

/** Without marks of links, code and emphasis, on one line. */
function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/[`*]/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
