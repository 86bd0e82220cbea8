/**
 * ResNet-20 in its form for CIFAR: a convolution, then three stages of three residual blocks, each stage twice as wide
 * and half as large as the one before. Shortcuts are 1 × 1 convolutions where the shape changes.
 *
 * Convolutions have no bias and start as the paper says, "he"; the last layer starts as Glorot and Bengio say. Group
 * normalisation, which has no statistics of batches, suits clients whose data differ.
 *
 * He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016. https://arxiv.org/abs/1512.03385
 *
 * @module
 */
import type { Model } from "../../graph/graph.ts";
import { named } from "../chain.ts";
import { conv2d } from "../convolution.ts";
import { dense } from "../dense.ts";
import type { Layer } from "../layer.ts";
import { batchNorm, groupNorm } from "../normalisation.ts";
import { globalAveragePool2d, relu } from "../plain-layers.ts";
import { residual } from "../residual.ts";
import { sequential } from "../sequential.ts";
import { CIFAR_SHAPE, type ImagePresetOptions } from "./preset.ts";

/** Options of {@link resnet20}. */
export interface ResNet20Options extends ImagePresetOptions {
  /** What normalises after each convolution. */
  readonly norm: "group" | "batch";
  /** The channels of the first stage, ≥ 1; 16 unless given. */
  readonly width?: number;
  /** The groups of group normalisation, which divide the width; 2 unless given. */
  readonly groups?: number;
}

const STAGES = 3;
const BLOCKS = 3;

/** ResNet-20 for images, [3, 32, 32] unless given. Throws Fault "option-invalid". */
export function resnet20(options: ResNet20Options): Model {
  const { input = CIFAR_SHAPE, classes = 10, norm: kind, width = 16, groups = 2, key } = options;
  const norm = kind === "group" ? groupNorm({ groups }) : batchNorm();
  const blocks = Array.from({ length: STAGES * BLOCKS }, (_, at) => {
    const stage = Math.floor(at / BLOCKS);
    const opens = at % BLOCKS === 0;
    const block = { channels: width * 2 ** stage, halves: stage > 0 && opens, norm };
    return [named(`blocks.${at}`, residualBlock(block)), relu()];
  });
  const layers = [
    named("conv", convolution(width, 3, 1)),
    named("norm", norm),
    relu(),
    ...blocks.flat(),
    globalAveragePool2d(),
    named("fc", dense({ units: classes })),
  ];
  return sequential({ input, layers, key, sizedBy: `width ${width}` });
}

interface BlockOptions {
  readonly channels: number;
  /** Whether the block halves the height and the width, and changes the number of channels. */
  readonly halves: boolean;
  readonly norm: Layer;
}

function residualBlock({ channels, halves, norm }: BlockOptions): Layer {
  const stride = halves ? 2 : 1;
  const body = [
    named("conv1", convolution(channels, 3, stride)),
    named("norm1", norm),
    relu(),
    named("conv2", convolution(channels, 3, 1)),
    named("norm2", norm),
  ];
  if (!halves) return residual({ body });
  return residual({ body, shortcut: [named("0", convolution(channels, 1, stride)), named("1", norm)] });
}

function convolution(filters: number, kernel: number, stride: number): Layer {
  return conv2d({ filters, kernel, stride, padding: (kernel - 1) / 2, bias: false, spread: "he" });
}
