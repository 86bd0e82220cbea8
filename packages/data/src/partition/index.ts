/** Partitioners: which client holds which examples. @module */
export { dirichlet, type DirichletOptions } from "./dirichlet.ts";
export { iid, type IidOptions } from "./iid.ts";
export { shards, type ShardsOptions } from "./shards.ts";
