/**
 * `@potluck/data`: datasets, and how they are shared out among clients.
 *
 * @module
 */
export * as data from "./source/index.ts";
export { type FileContents, idxExamples, tableExamples, type TableOptions } from "./source/in-memory.ts";
export { quadraticOptimum } from "./source/quadratic-optimum.ts";
export type { DataSource, Optimum, WeightedRows } from "./source/source.ts";
export * as partition from "./partition/index.ts";
export type { Partitioner, PartitionOptions, PartitionRequest, Split } from "./partition/partition.ts";
