/** Server optimizers: what to do with the aggregated delta. @module */
export { adagrad, type AdagradOptions } from "./adagrad.ts";
export { adam, type ServerAdamOptions } from "./adam.ts";
export { momentum, type MomentumOptions } from "./momentum.ts";
export { nesterov, type NesterovOptions } from "./nesterov.ts";
export { sgd, type ServerSgdOptions } from "./sgd.ts";
export { yogi, type YogiOptions } from "./yogi.ts";
