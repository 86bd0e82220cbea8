/**
 * The convolutional network of the first paper on federated averaging: two 5 × 5 convolutions that keep the size, each
 * with relu and 2 × 2 maximum pooling, then two dense layers. It starts as Glorot and Bengio say.
 *
 * McMahan, Moore, Ramage, Hampson, Agüera y Arcas, "Communication-Efficient Learning of Deep Networks from
 * Decentralized Data", AISTATS 2017. https://arxiv.org/abs/1602.05629
 *
 * @module
 */
import type { Model } from "../../graph/graph.ts";
import { named } from "../chain.ts";
import { conv2d } from "../convolution.ts";
import { dense } from "../dense.ts";
import type { Layer } from "../layer.ts";
import { flatten, maxPool2d, relu } from "../plain-layers.ts";
import { sequential } from "../sequential.ts";
import { type ImagePresetOptions, MNIST_SHAPE } from "./preset.ts";

/** Options of {@link fedAvgCnn}. */
export interface FedAvgCnnOptions extends ImagePresetOptions {
  /** The filters of the two convolutions, each ≥ 1; [32, 64] unless given. */
  readonly filters?: readonly [number, number];
  /** The units of the hidden dense layer, ≥ 1; 512 unless given. */
  readonly units?: number;
}

/** The network for images, [1, 28, 28] unless given. Throws Fault "option-invalid", also for too small ones. */
export function fedAvgCnn(options: FedAvgCnnOptions): Model {
  const { input = MNIST_SHAPE, classes = 10, filters = [32, 64], units = 512, key } = options;
  const convolutions = filters.flatMap((count, at): readonly Layer[] => [
    named(`conv${at + 1}`, conv2d({ filters: count, kernel: 5, padding: "same" })),
    relu(),
    maxPool2d({ size: 2 }),
  ]);
  const layers = [
    ...convolutions,
    flatten(),
    named("fc1", dense({ units })),
    relu(),
    named("fc2", dense({ units: classes })),
  ];
  return sequential({ input, layers, key, sizedBy: `filters [${filters.join(", ")}] and ${units} units` });
}
