/**
 * Equations as the studio reads them: elements of MathML, and nothing that could do harm.
 *
 * @module
 */
import { array, enum as oneOf, lazy, object, optional, string, type ZodMiniType } from "zod/mini";

/** The elements of MathML that equations are made of. */
export const mathTags = [
  "mrow",
  "mi",
  "mn",
  "mo",
  "mtext",
  "mspace",
  "mfrac",
  "msqrt",
  "msub",
  "msup",
  "msubsup",
  "munder",
  "mover",
  "munderover",
  "mtable",
  "mtr",
  "mtd",
] as const;

/**
 * What an element looks like, where that is not the usual: operators as tall as what they enclose or not, accents, spaces from thin to
 * twice as wide as a letter, and tables of lines or of cases.
 */
export const mathForms = ["tall", "plain", "accent", "thin", "wide", "widest", "aligned", "cases"] as const;

/** An element. */
export interface MathNode {
  readonly tag: (typeof mathTags)[number];
  readonly form?: (typeof mathForms)[number] | undefined;
  readonly text?: string | undefined;
  readonly children?: readonly MathNode[] | undefined;
}

/** The shape of an element. */
export const mathNode: ZodMiniType<MathNode> = object({
  tag: oneOf(mathTags),
  form: optional(oneOf(mathForms)),
  text: optional(string()),
  children: optional(array(lazy(() => mathNode))),
});
