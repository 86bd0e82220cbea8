/**
 * MobileNetV2: a convolution, blocks that filter each channel by itself, a 1 × 1 convolution, and one dense layer over
 * the averages of all channels.
 *
 * Convolutions have no bias and start "he"; the last layer starts as Glorot and Bengio say.
 *
 * Sandler, Howard, Zhu, Zhmoginov, Chen, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018.
 * https://arxiv.org/abs/1801.04381
 *
 * @module
 */
import type { Model } from "../../graph/graph.ts";
import { named } from "../chain.ts";
import { checkPositive, checkShare } from "../checks.ts";
import { conv2d } from "../convolution.ts";
import { dense } from "../dense.ts";
import { invertedResidual } from "../inverted-residual.ts";
import type { Layer } from "../layer.ts";
import { batchNorm } from "../normalisation.ts";
import { dropout, globalAveragePool2d, relu6 } from "../plain-layers.ts";
import { sequential } from "../sequential.ts";
import type { ImagePresetOptions } from "./preset.ts";

/** Blocks of one width one after another; the first of them moves by `stride`. */
export interface MobileNetStage {
  /** t: how many times as many channels are filtered as come in, ≥ 1. */
  readonly expansion: number;
  /** c: the number of output channels, ≥ 1. */
  readonly channels: number;
  /** n: the number of blocks, ≥ 1. */
  readonly blocks: number;
  /** s, ≥ 1 */
  readonly stride: number;
}

/** Options of {@link mobileNetV2}. */
export interface MobileNetV2Options extends ImagePresetOptions {
  /**
   * What all numbers of channels are multiplied by, > 0; 1 unless given. They are then rounded to multiples of 8 that
   * are not below nine tenths of what was asked, and the last convolution has never less than `head`.
   */
  readonly width?: number;
  /** The channels of the first convolution, ≥ 1; 32 unless given. */
  readonly stem?: number;
  /** The blocks; those of the paper unless given. */
  readonly stages?: readonly MobileNetStage[];
  /** The channels of the last convolution, ≥ 1; 1280 unless given. */
  readonly head?: number;
  /** The share that is dropped before the last layer, in [0, 1); 0.2 unless given. */
  readonly dropoutRate?: number;
}

/** Table 2 of the paper. */
const STAGES: readonly MobileNetStage[] = [
  { expansion: 1, channels: 16, blocks: 1, stride: 1 },
  { expansion: 6, channels: 24, blocks: 2, stride: 2 },
  { expansion: 6, channels: 32, blocks: 3, stride: 2 },
  { expansion: 6, channels: 64, blocks: 4, stride: 2 },
  { expansion: 6, channels: 96, blocks: 3, stride: 1 },
  { expansion: 6, channels: 160, blocks: 3, stride: 2 },
  { expansion: 6, channels: 320, blocks: 1, stride: 1 },
];

/** MobileNetV2 for images, [3, 224, 224] unless given. Throws Fault "option-invalid". */
export function mobileNetV2(options: MobileNetV2Options): Model {
  const { input = [3, 224, 224], classes = 10, width = 1, stem = 32, stages = STAGES } = options;
  const { head = 1280, dropoutRate = 0.2, key } = options;
  checkPositive("mobileNetV2", "width", width);
  checkShare("mobileNetV2", "dropoutRate", dropoutRate);
  const blocks = stages.flatMap(({ expansion, channels, blocks: count, stride }) =>
    Array.from({ length: count }, (_, at) =>
      invertedResidual({ channels: scaled(channels, width), expansion, stride: at === 0 ? stride : 1 }),
    ),
  );
  const features = [
    ...activated(scaled(stem, width), 3, 2),
    ...blocks,
    ...activated(width > 1 ? scaled(head, width) : head, 1, 1),
  ];
  const layers = [
    ...features.map((layer, at) => named(`features.${at}`, layer)),
    globalAveragePool2d(),
    ...(dropoutRate > 0 ? [dropout({ rate: dropoutRate })] : []),
    named("classifier.1", dense({ units: classes })),
  ];
  return sequential({ input, layers, key, sizedBy: `width ${width}` });
}

function activated(filters: number, kernel: number, stride: number): readonly Layer[] {
  const padding = (kernel - 1) / 2;
  return [conv2d({ filters, kernel, stride, padding, bias: false, spread: "he" }), batchNorm(), relu6()];
}

/** `channels` · `width` as a multiple of 8, as it is where the width is 1. */
function scaled(channels: number, width: number): number {
  if (width === 1) return channels;
  const nearest = Math.max(8, Math.floor((channels * width + 4) / 8) * 8);
  return nearest < 0.9 * channels * width ? nearest + 8 : nearest;
}
