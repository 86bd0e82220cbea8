/**
 * The elements of the page.
 *
 * @module
 */

/** The element of a kind with this id. */
export function element<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.querySelector(`#${id}`);
  if (found instanceof kind) return found;
  throw new TypeError(`the page has no #${id}`);
}

/** Writes into the element with this id; what stands there already is left alone. */
export function write(id: string, text: string): void {
  const place = element(id, HTMLElement);
  if (place.textContent !== text) place.textContent = text;
}

const SECTIONS = ["invitation", "part", "over"] as const;

/** Shows one section in place of the others, and goes to its heading. */
export function show(section: (typeof SECTIONS)[number], heading: string): void {
  for (const id of SECTIONS) element(id, HTMLElement).hidden = id !== section;
  scrollTo(0, 0);
  element(heading, HTMLElement).focus({ preventScroll: true });
}

/** Writes rows of names and values; only what has changed is touched. */
export function writeRows(id: string, rows: readonly (readonly [name: string, value: string, field: string])[]): void {
  const list = element(id, HTMLElement);
  rows.forEach(([name, value, field], at) => {
    const written = list.children[at]?.querySelector("dd") ?? newRow(list, name, field);
    if (written.textContent !== value) written.textContent = value;
  });
}

function newRow(list: HTMLElement, name: string, field: string): HTMLElement {
  const row = document.createElement("div");
  const [term, value] = [document.createElement("dt"), document.createElement("dd")];
  term.textContent = name;
  value.dataset["field"] = field;
  row.append(term, value);
  list.append(row);
  return value;
}
