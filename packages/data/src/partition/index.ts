/** Partitioners: which client holds which examples. @module */
export { byKey, type ByKeyOptions } from "./by-key.ts";
export { dirichlet, type DirichletOptions } from "./dirichlet.ts";
export { dirichletQuantity, type DirichletQuantityOptions } from "./dirichlet-quantity.ts";
export { featureShift, type FeatureShiftOptions } from "./feature-shift.ts";
export { iid, type IidOptions } from "./iid.ts";
export { labelDrift, type LabelDriftOptions } from "./label-drift.ts";
export { longTail, type LongTailOptions } from "./long-tail.ts";
export { priorDrift, type PriorDriftOptions } from "./prior-drift.ts";
export { replicated, type ReplicatedOptions } from "./replicated.ts";
export { shards, type ShardsOptions } from "./shards.ts";
