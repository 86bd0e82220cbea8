/**
 * What sequential gradient codes assume of stragglers: the (B, W, λ)-bursty model of `stragglers.ts`.
 *
 * @module
 */
import type { OptionSpecs } from "../part/options.ts";
import type { Paper } from "../part/part.ts";

/** Options of sequential gradient codes. */
export interface BurstOptions {
  /** B ≥ 1: a worker is late in fewer than B + 1 rounds in a row of a window. */
  readonly burst: number;
  /** W ≥ 2: the rounds of a window. */
  readonly window: number;
  /** λ ≥ 1: workers that are late in a window at most. */
  readonly most: number;
}

/** What is asked of them. */
export const burstOptions: OptionSpecs<BurstOptions> = {
  burst: { kind: "number", integer: true, minimum: 1, about: "rounds B within which all lateness of a worker lies" },
  window: { kind: "number", integer: true, minimum: 2, about: "rounds W of a window" },
  most: { kind: "number", integer: true, minimum: 1, about: "workers λ that are late in a window at most" },
};

export const sequentialPaper: Paper = {
  authors: "Krishnan, Ebrahimi, Khisti",
  title: "Sequential gradient coding for straggler mitigation",
  venue: "ICLR 2023",
  link: "https://arxiv.org/abs/2211.13802",
};
