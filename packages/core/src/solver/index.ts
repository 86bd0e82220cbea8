/** Solvers: what a client runs. @module */
export { adam, type AdamOptions } from "./adam.ts";
export { fedProx, type FedProxOptions } from "./fed-prox.ts";
export type { LayerRule, RecipeOptions } from "./recipe.ts";
export { sgd, type SgdOptions } from "./sgd.ts";
