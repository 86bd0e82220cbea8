/**
 * As much of Markdown as pages of methods and of reproductions are written in: sections, paragraphs, lists, tables and fences.
 *
 * @module
 */
import type { Block } from "@potluck/studio";

/** A section: what its heading says, and what is below it up to the next heading of its level or a higher one. */
export interface Section {
  readonly heading: string;
  readonly body: string;
}

/** The sections of a level of headings, and what stands before the first. */
export function sectionsOf(
  page: string,
  level: number,
): { readonly before: string; readonly sections: readonly Section[] } {
  const [before = "", ...rest] = page.split(new RegExp(`^${"#".repeat(level)} `, "mu"));
  const sections = rest.map((section) => {
    const end = section.indexOf("\n");
    return end === -1
      ? { heading: section, body: "" }
      : { heading: section.slice(0, end), body: section.slice(end + 1) };
  });
  return { before, sections: sections.map(({ heading, body }) => ({ heading: words(heading), body })) };
}

/** What is below the heading of the second level that begins like this; empty where there is none. */
export function sectionIn(page: string, heading: string): string {
  return sectionsOf(page, 2).sections.find((section) => section.heading.startsWith(heading))?.body ?? "";
}

/** What is in the first fence of a language; null where there is none. */
export function fenceIn(body: string, language: string): string | null {
  return new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, "msu").exec(body)?.[1] ?? null;
}

/** The paragraphs, lists and tables of a section without fences. */
export function blocksOf(body: string): readonly Block[] {
  const bare = body.replaceAll(/^```.*?^```$/gmsu, "");
  return bare
    .split(/\n{2,}/u)
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .map(blockOf);
}

/** The items of a list as words. */
export function itemsOf(list: string): readonly string[] {
  return list
    .split(/^(?:- |\d+\. )/mu)
    .slice(1)
    .map(words);
}

function blockOf(text: string): Block {
  if (/^(?:- |1\. )/u.test(text)) return { kind: "list", items: itemsOf(text) };
  if (text.startsWith("|")) return tableOf(text);
  return { kind: "paragraph", text: words(text) };
}

function tableOf(text: string): Block {
  const [columns = [], , ...rows] = text.split("\n").map((line) => line.split("|").slice(1, -1).map(words));
  return { kind: "table", columns, rows };
}

/** Without marks of links and emphasis, on one line. Marks of code stay. */
export function words(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1")
    .replaceAll(/\*\*([^*]*)\*\*/gu, "$1")
    .replaceAll(/\\([_*|])/gu, "$1")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
