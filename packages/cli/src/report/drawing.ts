/**
 * Drawing: a description of a plot becomes SVG text, in a document that belongs to nobody's window.
 *
 * @module
 */
import * as Plot from "@observablehq/plot";
import { invariant } from "@potluck/core";
import { Window } from "happy-dom";
import { type Html, trusted } from "./html.ts";

/** The SVG element, as far as it is needed here. */
interface Drawn {
  readonly outerHTML: string;
  readonly setAttribute: (name: string, value: string) => void;
  readonly querySelector: (selector: string) => { readonly remove: () => void } | null;
}

const { document } = new Window();

/** The plot as an inline SVG image that assistive technology reads out as `label`. The page brings its style sheet. */
export function svg(options: Plot.PlotOptions, label: string): Html {
  const drawn: unknown = Plot.plot({ ...options, document, ariaLabel: label });
  invariant(isDrawn(drawn), "a plot to be an element");
  drawn.querySelector("style")?.remove();
  drawn.setAttribute("role", "img");
  return trusted(drawn.outerHTML);
}

/** The drawing library's types name elements of a browser, which are unknown here; so the element is looked at. */
function isDrawn(drawn: unknown): drawn is Drawn {
  return (
    typeof drawn === "object" &&
    drawn !== null &&
    "outerHTML" in drawn &&
    "setAttribute" in drawn &&
    "querySelector" in drawn
  );
}
