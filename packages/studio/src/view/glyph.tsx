/**
 * Small drawings for states, in the colour of the text around them.
 *
 * @module
 */
import type { JSX } from "preact";

const PATHS = {
  /** Nothing in it yet. */
  bowl: "M4 22h40a20 20 0 0 1-12 17v3H16v-3A20 20 0 0 1 4 22zM17 15q-3-3 0-6M25 15q-3-3 0-6M33 15q-3-3 0-6",
  /** Two ends that have lost each other. */
  apart: "M3 24h9M12 15h6v18h-6zM45 24h-9M36 15h-6v18h6zM18 20h3M18 28h3M22 11l-1-5M26 11l1-5",
  /** Something is wrong. */
  wrong: "M24 6 44 41H4zM24 19v10M24 34v1",
  /** Something is locked. */
  key: "M14 34a8 8 0 1 1 7-12h23v6h-4v5h-6v-5H21a8 8 0 0 1-7 6zM13 26h1",
} as const;

/** The name of a drawing. */
export type GlyphName = keyof typeof PATHS;

/** A drawing; it says nothing that is not said in words beside it. */
export function Glyph({ name }: { readonly name: GlyphName }): JSX.Element {
  return (
    <svg class="glyph" viewBox="0 0 48 48" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
