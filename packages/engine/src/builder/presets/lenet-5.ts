/**
 * LeNet-5: three convolutions with tanh, averages after the first two, and two dense layers.
 *
 * The first convolution pads images of 28 × 28 to the paper's 32 × 32, and the third then covers the whole map. As it
 * is built today, each filter of the second sees all channels, the averages have no weights, and the last layer is
 * dense. All starts like PyTorch's layers.
 *
 * LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proceedings of the IEEE
 * 86(11), 1998. https://doi.org/10.1109/5.726791
 *
 * @module
 */
import type { Model } from "../../graph/graph.ts";
import { named } from "../chain.ts";
import { conv2d } from "../convolution.ts";
import { dense } from "../dense.ts";
import type { Layer } from "../layer.ts";
import { averagePool2d, flatten, tanh } from "../plain-layers.ts";
import { sequential } from "../sequential.ts";
import { type ImagePresetOptions, MNIST_SHAPE } from "./preset.ts";

/** Options of {@link lenet5}. */
export interface LeNet5Options extends ImagePresetOptions {
  /** The filters of the three convolutions, each ≥ 1; [6, 16, 120] unless given. */
  readonly filters?: readonly [number, number, number];
  /** The units of the hidden dense layer, ≥ 1; 84 unless given. */
  readonly units?: number;
}

const spread = "pytorch";

/** LeNet-5 for images, [1, 28, 28] unless given. Throws Fault "option-invalid", also for too small ones. */
export function lenet5(options: LeNet5Options): Model {
  const { input = MNIST_SHAPE, classes = 10, filters = [6, 16, 120], units = 84, key } = options;
  const convolution = (at: 1 | 2 | 3): readonly Layer[] => {
    const padding = at === 1 ? 2 : 0;
    return [named(`conv${at}`, conv2d({ filters: filters[at - 1] ?? 0, kernel: 5, padding, spread })), tanh()];
  };
  const layers = [
    ...convolution(1),
    averagePool2d({ size: 2 }),
    ...convolution(2),
    averagePool2d({ size: 2 }),
    ...convolution(3),
    flatten(),
    named("fc1", dense({ units, spread })),
    tanh(),
    named("fc2", dense({ units: classes, spread })),
  ];
  return sequential({ input, layers, key, sizedBy: `filters [${filters.join(", ")}] and ${units} units` });
}
