/**
 * Softmax cross-entropy against class labels, with label smoothing ε over K classes if wanted: the right class c
 * should have the share 1 − ε + ε/K, every other one ε/K.
 *
 *     loss = −(1 − ε) · ln softmax(z)_c − ε/K · Σ_k ln softmax(z)_k
 *
 * The scores are logits, [batch, …, classes]: one label for each example, or for each step of a sequence. The same as
 * PyTorch's `cross_entropy`, which has the classes on axis 1.
 *
 * Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, "Rethinking the Inception Architecture for Computer Vision", CVPR 2016.
 * https://arxiv.org/abs/1512.00567
 *
 * Trust: labels are in range; {@link Objective.labels} says which are, and who has the data checks them. One out of
 * range would count as a thing without a right class.
 *
 * @module
 */
import { type OptionSpecs, present } from "@potluck/core";
import { appendLabelLosses, appendLabelMean, appendRanks, type Labelled, scoreLayout } from "./class-scores.ts";
import { type Objective, objectiveReference, type Scene } from "./objective.ts";

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions {
  /** ε in [0, 1]; 0 by default. */
  readonly labelSmoothing?: number;
  /** The label of what does not count, also one of a class; null by default: everything counts. */
  readonly ignoreIndex?: number | null;
}

const NAME = "cross-entropy";

const OPTIONS: OptionSpecs<CrossEntropyOptions> = {
  labelSmoothing: {
    kind: "number",
    minimum: 0,
    maximum: 1,
    default: 0,
    about: "share ε of each target that is spread evenly over all classes",
  },
  ignoreIndex: { kind: "number", integer: true, default: null, about: "the label of what does not count" },
};

/** Cross-entropy of float32 [batch, …, classes] against int64 labels [batch, …]. Throws Fault "option-invalid". */
export function crossEntropy(options: CrossEntropyOptions = {}): Objective {
  const { labelSmoothing: smoothing = 0, ignoreIndex: ignored = null } = options;
  const labelled = ({ output, targets }: Scene): Labelled => {
    return { scores: output, labels: present(targets, "the labels"), ignored, smoothing };
  };
  return {
    part: objectiveReference(NAME, OPTIONS, options),
    targets: (output) => ({ dataType: "int64", shape: scoreLayout(NAME, output).scored }),
    losses: (graph, scene) => appendLabelLosses(graph, labelled(scene)),
    mean: (graph, scene) => appendLabelMean(graph, labelled(scene)),
    ranks: (graph, scene) => appendRanks(graph, labelled(scene)),
    labels: (output) => ({ classes: scoreLayout(NAME, output).classes, ignored }),
  };
}
