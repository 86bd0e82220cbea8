/**
 * Cross-entropy of class scores against labels: −ln softmax(z)[label], the mean over examples. With label smoothing a
 * share ε of each target is spread evenly over all classes.
 *
 * Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, "Rethinking the Inception architecture for computer vision", CVPR 2016
 * (label smoothing). https://arxiv.org/abs/1512.00567
 *
 * @module
 */
import { definePart, type PartFactory } from "@potluck/core";
import { crossEntropy as objective } from "@potluck/engine";
import type { Loss } from "./loss.ts";

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** ε in [0, 1]; 0 by default. */
  readonly labelSmoothing?: number;
}

/** The loss `cross-entropy`. Throws Fault "option-invalid". */
export const crossEntropy: PartFactory<CrossEntropyOptions, Loss> = definePart<CrossEntropyOptions, Loss>({
  room: "loss",
  name: "cross-entropy",
  about: "For classes: how improbable the model holds the right one.",
  fights: [],
  options: {
    labelSmoothing: {
      kind: "number",
      minimum: 0,
      maximum: 1,
      default: 0,
      about: "share of each target that is spread evenly over all classes",
    },
  },
  make: (options) => ({
    objective: objective(options),
    targetKind: "classes",
    hasAccuracy: true,
    isSquaredError: false,
  }),
});
