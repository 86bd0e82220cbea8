/** Sources: where examples come from. @module */
export { gaussians, type GaussiansOptions } from "./gaussians.ts";
export { idx, type IdxOptions } from "./idx.ts";
export { mnist, type MnistOptions } from "./mnist.ts";
