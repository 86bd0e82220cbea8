/**
 * What was measured of a method, as the studio reads it: a file for each, made when the page is built.
 *
 * @module
 */
import { array, literal, nullable, number, object, string, union, type ZodMiniType } from "zod/mini";

/** A piece of text; words between backticks are names of code. */
export type Block =
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What an arm of an experiment came to, as it is written and, where all seeds came to something, as a mean and its standard deviation. */
export interface Mark {
  readonly arm: string;
  readonly text: string;
  readonly mean: number | null;
  readonly deviation: number | null;
}

/** A table of results, and what is drawn of it; no marks where it has no means. */
export interface Measured {
  /** What was measured, and which way is better. */
  readonly title: string;
  readonly marks: readonly Mark[];
  readonly table: Block & { readonly kind: "table" };
}

/** Results under one condition. */
export interface Condition {
  readonly name: string;
  readonly measured: readonly Measured[];
}

/** What is claimed, how that was tried, and what came of it. */
export interface Reproduction {
  readonly claim: readonly Block[];
  readonly experiment: readonly Block[];
  /** In a few words, and point by point. */
  readonly verdict: { readonly words: string; readonly points: readonly Block[] };
  /** How the results are to be read. */
  readonly reading: readonly Block[];
  readonly conditions: readonly Condition[];
}

const paragraph = object({ kind: literal("paragraph"), text: string() });
const list = object({ kind: literal("list"), items: array(string()) });
const table = object({ kind: literal("table"), columns: array(string()), rows: array(array(string())) });
const block: ZodMiniType<Block> = union([paragraph, list, table]);
const mark = object({ arm: string(), text: string(), mean: nullable(number()), deviation: nullable(number()) });
const measured = object({ title: string(), marks: array(mark), table });

/** The shape of what was measured of a method. */
export const reproductionAnswer: ZodMiniType<Reproduction> = object({
  claim: array(block),
  experiment: array(block),
  verdict: object({ words: string(), points: array(block) }),
  reading: array(block),
  conditions: array(object({ name: string(), measured: array(measured) })),
});
