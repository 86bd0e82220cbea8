/**
 * HTML that is safe by construction: {@link html} escapes every value it is given, unless that is HTML itself.
 *
 * @module
 */

/** A piece of HTML. */
export interface Html {
  readonly markup: string;
}

/** What can stand in a template: text and numbers are escaped, HTML is not, null is nothing. */
export type HtmlValue = string | number | null | Html | readonly Html[];

/** A piece of HTML from a template: html`<p>${text}</p>`. Values may stand in content and in quoted attributes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { markup: strings.map((text, i) => text + markupOf(values[i] ?? null)).join("") };
}

/** Markup that is known to be safe. */
export function trusted(markup: string): Html {
  return { markup };
}

function markupOf(value: HtmlValue): string {
  if (value === null) return "";
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return escaped(String(value));
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
