/**
 * The parts and settings of coded training.
 *
 * @module
 */
import type { Part } from "../part/part.ts";
import type { ServerOptimizer } from "../server-optimizer/server-optimizer.ts";
import type { Coding } from "./scheme.ts";

/** What a coded plan is made of. */
export interface CodedOptions {
  readonly coding: Coding & Part;
  /**
   * The optimizer of each model: job t is a gradient of model t mod their number. With at least T + 1 of them, T being the
   * delay of the coding, every gradient is taken where its model stands; with fewer, at parameters that are some versions old.
   */
  readonly models: readonly (ServerOptimizer & Part)[];
  /** Gradients to put together in all, for all models. */
  readonly jobs: number;
  /** Examples of a job, ≥ 1; all of them by default. */
  readonly batchSize?: number | null;
  /** μ ≥ 0: a round lasts (1 + μ) times as long as its first answer took; 1 by default. */
  readonly patience?: number;
  /** Whether answers that are late are asked for once more, of those who are free; false by default. */
  readonly backups?: boolean;
}

/** The same, complete. */
export type CodedParts = Required<CodedOptions>;
