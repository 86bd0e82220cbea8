/**
 * The catalogue as the studio reads it: `methods.json`, made when the page is built.
 *
 * @module
 */
import { array, nullable, object, string, type ZodMiniType } from "zod/mini";
import { mathNode, type MathNode } from "./math-node.ts";

/** An option of a part. */
export interface CatalogueOption {
  readonly name: string;
  /** What it may be, in words. */
  readonly range: string;
  /** As JSON; null where it must be given. */
  readonly default: string | null;
  readonly about: string;
}

/** A part of the catalogue. */
export interface CataloguePart {
  readonly name: string;
  readonly about: string;
  readonly fights: readonly string[];
  /** In three sentences. Words between backticks, here and below, are names of options. */
  readonly idea: string;
  readonly equation: MathNode | null;
  /** What the letters of the equation stand for. */
  readonly symbols: string;
  /** How a plan names it, as TypeScript and as JSON. */
  readonly plan: { readonly typescript: string; readonly json: string };
  readonly paper: {
    readonly authors: string;
    readonly title: string;
    readonly venue: string;
    readonly link: string;
  } | null;
  readonly options: readonly CatalogueOption[];
  /** When to use it, sentence by sentence; empty where the documentation is not installed. */
  readonly use: readonly string[];
  /** Where it is described: a path in the repository. */
  readonly page: string;
  /** Where what was measured of it is, a path beside `methods.json`; null where nothing was. */
  readonly reproduction: string | null;
}

/** The parts that answer a question. */
export interface CatalogueRoom {
  readonly room: string;
  readonly question: string;
  readonly parts: readonly CataloguePart[];
}

/** All rooms. */
export interface Catalogue {
  readonly rooms: readonly CatalogueRoom[];
}

const paper = object({ authors: string(), title: string(), venue: string(), link: string() });
const option = object({ name: string(), range: string(), default: nullable(string()), about: string() });
const part = object({
  name: string(),
  about: string(),
  fights: array(string()),
  idea: string(),
  equation: nullable(mathNode),
  symbols: string(),
  plan: object({ typescript: string(), json: string() }),
  paper: nullable(paper),
  options: array(option),
  use: array(string()),
  page: string(),
  reproduction: nullable(string()),
});

/** The shape of `methods.json`. */
export const catalogueAnswer: ZodMiniType<Catalogue> = object({
  rooms: array(object({ room: string(), question: string(), parts: array(part) })),
});
