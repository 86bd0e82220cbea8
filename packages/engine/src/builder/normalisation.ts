/**
 * Normalisation layers: values are brought to mean 0 and variance 1, then scaled and moved by what is learnt.
 *
 *     y = (x − mean) ÷ √(variance + ε) · weight + bias
 *
 * They differ in what mean and variance are taken over: a channel in the whole batch, a group of channels of one
 * example, or the last axis. Weights start at 1 and biases at 0.
 *
 * Ioffe, Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift", ICML
 * 2015, https://arxiv.org/abs/1502.03167. Wu, He, "Group Normalization", ECCV 2018, https://arxiv.org/abs/1803.08494.
 * Ba, Kiros, Hinton, "Layer Normalization", 2016, https://arxiv.org/abs/1607.06450
 *
 * Pitfall: batch normalisation learns statistics that are averaged like parameters; with few or one-sided examples for
 * each client they, and the batches themselves, say little about those of others. Group normalisation has none.
 *
 * @module
 */
import { float, int } from "../graph/attributes.ts";
import { checkParts, checkPositive, checkSize } from "./checks.ts";
import { appendComposite } from "./composite.ts";
import { constantValues } from "./initial-values.ts";
import { exampleSizes, type Layer, type LayerPlace, type Taken } from "./layer.ts";

/** Options of a normalisation layer. */
export interface NormOptions {
  /** ε > 0; 1e-5 unless given. */
  readonly epsilon?: number;
}

/** Options of {@link batchNorm}. */
export interface BatchNormOptions extends NormOptions {
  /** The share in (0, 1] of the batch in the running statistics after each step, as in PyTorch; 0.1 unless given. */
  readonly momentum?: number;
}

/** Options of {@link groupNorm}. */
export interface GroupNormOptions extends NormOptions {
  /** The number of groups, ≥ 1, which divides the number of channels. */
  readonly groups: number;
}

const DEFAULT_EPSILON = 1e-5;
const CHANNELS: Taken = { ranks: [2, 4], remedy: "Put it after a layer that gives [batch, channels, …]." };
const SPATIAL: Taken = { ranks: [3, 4], remedy: "Put it after a layer that gives [batch, channels, height, width]." };
const LAST_AXIS: Taken = { ranks: [2, 3, 4], remedy: "Put it after a layer that gives [batch, …, width]." };

/**
 * Over each channel of [batch, channels] or [batch, channels, height, width], in training of the batch, in evaluation
 * by the statistics "running_mean" and "running_var". Throws Fault "option-invalid".
 */
export function batchNorm({ epsilon = DEFAULT_EPSILON, momentum = 0.1 }: BatchNormOptions = {}): Layer {
  checkPositive("batchNorm", "epsilon", epsilon);
  checkPositive("batchNorm", "momentum", momentum, 1);
  const attributes = { epsilon: float(epsilon), momentum: float(1 - momentum) };
  return {
    kind: "norm",
    append: (place) => {
      const [channels = 0] = exampleSizes(place, CHANNELS);
      const learnt = scaleAndBias(place, channels);
      const statistics = [
        place.parameter("running_mean", [channels], constantValues(0)),
        place.parameter("running_var", [channels], constantValues(1)),
      ];
      const operands = [place.input, ...learnt, ...statistics];
      return place.graph.add("BatchNormalization", operands, attributes, place.output);
    },
  };
}

/** Over each group of channels of each example of [batch, channels, …]. Throws Fault "option-invalid". */
export function groupNorm({ groups, epsilon = DEFAULT_EPSILON }: GroupNormOptions): Layer {
  checkSize("groupNorm", "groups", groups);
  checkPositive("groupNorm", "epsilon", epsilon);
  return {
    kind: "norm",
    append: (place) => {
      const [channels = 0] = exampleSizes(place, SPATIAL);
      checkParts(place.name, "groups", groups, ["channels", channels]);
      const attributes = { num_groups: int(groups), epsilon: float(epsilon) };
      return appendComposite(place, "GroupNormalization", scaleAndBias(place, channels), attributes);
    },
  };
}

/** Over the last axis of [batch, …, width]. Throws Fault "option-invalid". */
export function layerNorm({ epsilon = DEFAULT_EPSILON }: NormOptions = {}): Layer {
  checkPositive("layerNorm", "epsilon", epsilon);
  const attributes = { axis: int(-1), epsilon: float(epsilon) };
  return {
    kind: "norm",
    append: (place) => {
      const width = exampleSizes(place, LAST_AXIS).at(-1) ?? 0;
      const operands = [place.input, ...scaleAndBias(place, width)];
      return place.graph.add("LayerNormalization", operands, attributes, place.output);
    },
  };
}

function scaleAndBias({ parameter }: LayerPlace, size: number): readonly string[] {
  return [parameter("weight", [size], constantValues(1)), parameter("bias", [size], constantValues(0))];
}
