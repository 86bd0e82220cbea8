/**
 * Coded training: exact gradients over all examples, or over large batches, from workers of which some are late in every round. It is not
 * averaging: workers send gradients, not models, and share the same data.
 *
 * Several models are trained side by side, a sweep over learning rates or an ensemble, so that a job of one does not
 * wait for its own predecessor. Or one is, with gradients that are T versions old.
 *
 * Of the codings only `ignoring-stragglers` gives what is not exact: the mean over the examples of those who were heard.
 *
 * Trust: a gradient that is wrong in finite numbers is not noticed.
 *
 * Memory of the server, in vectors as long as a model: the parameters of each model in float32 with what its optimizer keeps; T + 1 sums in
 * float64; of codes that do not repeat up to 2s + 1 answers in float32 for each coded group that is not due yet. With fewer than T + 1 models
 * the parameters at which jobs in progress began are kept beside newer ones, up to T in float32. While a step is taken, its delta in float64 and
 * the new parameters come on top.
 *
 * Tandon, Lei, Dimakis, Karampatziakis, "Gradient coding: avoiding stragglers in distributed learning", ICML 2017.
 * https://proceedings.mlr.press/v70/tandon17a.html
 * Krishnan, Ebrahimi, Khisti, "Sequential gradient coding for straggler mitigation", ICLR 2023.
 * https://arxiv.org/abs/2211.13802
 *
 * @module
 */
import { Fault } from "../base/fault.ts";
import { identity } from "../codec/index.ts";
import { type NumberOption, resolveOptions } from "../part/options.ts";
import { opaqueStrategy, type Plan } from "../plan/strategy.ts";
import { isTooSmall, nextBatchSize } from "./batch-sizes.ts";
import type { CodedOptions, CodedParts } from "./coded-parts.ts";
import { codedRun } from "./coded-run.ts";

/** The coded plan. Throws Fault "option-invalid". */
export function coded(options: CodedOptions): Plan {
  const parts: CodedParts = { batchSize: null, patience: 1, backups: false, ...options };
  const { coding, models, jobs, batchSize, patience } = parts;
  resolveOptions("coded", codedSettings, { jobs, batchSize, patience });
  if (models.length === 0) {
    throw new Fault("option-invalid", "coded: no models", "Give the server optimizer of at least one model.");
  }
  return {
    parts: [coding.part, identity().part, ...models.map(({ part }) => part)],
    settings: {
      versions: jobs,
      models: models.length,
      patience,
      backups: Number(parts.backups),
      ...(batchSize !== null && { batchSize }),
    },
    strategy: opaqueStrategy(codedRun(parts)),
    contradiction: (workers, examples) => coding.contradiction(workers) ?? tooSmall(parts, workers, examples),
  };
}

/** Why batches, or all `examples` where they are known, cannot be shared out to so many workers, in words, or null. */
function tooSmall({ coding, batchSize }: CodedParts, workers: number, examples = Infinity): string | null {
  const size = Math.min(batchSize ?? Infinity, examples);
  if (size === Infinity) return null;
  const scheme = coding.schemeFor(workers);
  if (!isTooSmall(scheme, size)) return null;
  const least = nextBatchSize(scheme, size);
  return size === batchSize
    ? `batches of ${size} examples cannot be shared out to ${workers} workers: take batches of at least ${least}, or fewer workers`
    : `${size} examples cannot be shared out to ${workers} workers: take data of at least ${least} examples, or fewer workers`;
}

/** The settings of a coded plan that are numbers. */
export const codedSettings: Readonly<Record<"jobs" | "batchSize" | "patience", NumberOption>> = {
  jobs: { kind: "number", integer: true, minimum: 1, about: "gradients to put together" },
  batchSize: { kind: "number", integer: true, minimum: 1, default: null, about: "examples of a gradient; null is all" },
  patience: { kind: "number", minimum: 0, default: 1, about: "how much longer than its first answer a round lasts" },
};
