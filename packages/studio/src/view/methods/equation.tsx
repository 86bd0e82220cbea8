/**
 * An equation as MathML, which browsers draw and screen readers read.
 *
 * @module
 */
import { type ComponentChild, h, type JSX } from "preact";
import type { MathNode } from "../../api/math-node.ts";
import { Words } from "./code-words.tsx";
import { apart } from "./equation-parts.ts";

/** What attributes make of the form of an element. */
const ATTRIBUTES: Readonly<Record<NonNullable<MathNode["form"]>, Readonly<Record<string, string>>>> = {
  tall: { stretchy: "true" },
  plain: { stretchy: "false" },
  accent: { accent: "true" },
  thin: { width: "0.17em" },
  wide: { width: "1em" },
  widest: { width: "2em" },
  aligned: { class: "aligned" },
  cases: { class: "cases" },
};

/** An equation and what its letters stand for. What stands far apart may stand on lines of its own where there is little room. */
export function Equation({ of, symbols }: { readonly of: MathNode; readonly symbols: string }): JSX.Element {
  return (
    <>
      <div class="equation" tabIndex={0} role="group" aria-label="Equation">
        {apart(of).map((part, at) => (
          <math key={at} display="block">
            {elementOf(part, at)}
          </math>
        ))}
      </div>
      <p class="muted">
        <Words text={symbols} />
      </p>
    </>
  );
}

function elementOf({ tag, form, text, children = [] }: MathNode, key: number): ComponentChild {
  const attributes = form === undefined ? {} : ATTRIBUTES[form];
  return h<Readonly<Record<string, unknown>>>(tag, { key, ...attributes }, text, children.map(elementOf));
}
