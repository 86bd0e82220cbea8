/**
 * `@potluck/studio`: the page that shows the runs of a coordinator, and the methods. Whoever serves it builds it first.
 *
 * @module
 */
import { join } from "node:path";
import { DIGIT_FILES } from "./lab/digits.ts";
import { DIGITS } from "./lab/presets.ts";

/** The folder of the page, with its `index.html`. Beside what is built from it there has to be `methods.json`. */
export const studioPage: string = join(import.meta.dirname, "page");
/** The digits of the Lab: how many images, in which folder beside the page, in files of which names. */
export const labDigits: {
  readonly limits: typeof DIGITS;
  readonly folder: string;
  readonly files: typeof DIGIT_FILES;
} = { limits: DIGITS, folder: "mnist", files: DIGIT_FILES };
export type { Catalogue, CatalogueOption, CataloguePart, CatalogueRoom } from "./api/catalogue.ts";
export type { MathNode } from "./api/math-node.ts";
export type { Block, Condition, Mark, Measured, Reproduction } from "./api/reproduction.ts";
