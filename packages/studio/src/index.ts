/**
 * `@potluck/studio`: the page that shows the runs of a coordinator, and the methods. Whoever serves it builds it first.
 *
 * @module
 */
import { join } from "node:path";

/** The folder of the page, with its `index.html`. Beside what is built from it there has to be `methods.json`. */
export const studioPage: string = join(import.meta.dirname, "page");
export type { Catalogue, CatalogueOption, CataloguePart, CatalogueRoom } from "./api/catalogue.ts";
export type { MathNode } from "./api/math-node.ts";
export type { Block, Condition, Mark, Measured, Reproduction } from "./api/reproduction.ts";
