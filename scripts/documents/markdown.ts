/**
 * What a check of links needs to know about a Markdown document: its links, and the anchors it offers.
 *
 * @module
 */

/** A link as written, with its line, counted from 1. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

/** The targets of all links and pictures of a document, including definitions `[name]: target` and HTML attributes. */
export function linksOf(markdown: string): readonly Link[] {
  return prose(markdown).flatMap((text, index) =>
    [INLINE, DEFINITION, ATTRIBUTE].flatMap((form) =>
      Array.from(text.matchAll(form), ([, target = ""]) => ({ target, line: index + 1 })),
    ),
  );
}

const INLINE = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/gu;
const DEFINITION = /^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)>?/gu;
const ATTRIBUTE = /\b(?:href|src)="([^"]+)"/gu;

/** The anchors of a document: one for each heading, numbered where headings repeat, and those given in HTML. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const text of prose(markdown, "keep code in lines")) {
    for (const [, name = ""] of text.matchAll(/\b(?:id|name)="([^"]+)"/gu)) anchors.add(name);
    const [, heading] = /^#{1,6}\s+(.*?)\s*#*$/u.exec(text) ?? [];
    if (heading !== undefined) anchors.add(unused(anchors, slug(heading)));
  }
  return anchors;
}

/** The headings of one level of a document, 1 to 6, as plain text. */
export function headingsOf(markdown: string, level: number): readonly string[] {
  const marks = `${"#".repeat(level)} `;
  const headings = prose(markdown, "keep code in lines").filter((text) => text.startsWith(marks));
  return headings.map((text) => text.slice(marks.length).replaceAll("`", "").trim());
}

/** The anchor that GitHub gives a heading: lower case, without punctuation, hyphens for spaces. */
export function slug(heading: string): string {
  const shown = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/gu, "$1");
  return shown
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, "")
    .replace(/\s/gu, "-");
}

function unused(taken: ReadonlySet<string>, name: string): string {
  if (!taken.has(name)) return name;
  let count = 1;
  while (taken.has(`${name}-${count}`)) count++;
  return `${name}-${count}`;
}

/** The lines of a document with fenced code blanked, and code within lines too unless it is to be kept. */
function prose(markdown: string, inlineCode?: "keep code in lines"): readonly string[] {
  let fence: string | undefined;
  return markdown.split(/\r?\n/u).map((text) => {
    const [, mark] = /^\s*(`{3,}|~{3,})/u.exec(text) ?? [];
    if (fence === undefined && mark !== undefined) fence = mark;
    else if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
    } else return inlineCode === undefined ? text.replaceAll(/`[^`]*`/gu, "") : text;
    return "";
  });
}
