/**
 * The small vision transformer: patches of an image and a class token, learnt positions, blocks of self-attention, and
 * one dense layer over what the class token has become. The norm before it is taken of that token alone.
 *
 * The sizes are those of ViT-Ti, for images of 32 × 32 in patches of 4 × 4. As in the paper's code weights start as
 * Glorot and Bengio say, positions normal with a deviation of 0.02, the class token and biases at 0, and gelu is
 * approximated by tanh.
 *
 * Dosovitskiy et al., "An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale", ICLR 2021,
 * https://arxiv.org/abs/2010.11929; ViT-Ti is of Touvron et al., ICML 2021, https://arxiv.org/abs/2012.12877
 *
 * @module
 */
import type { Model } from "../../graph/graph.ts";
import { named } from "../chain.ts";
import { checkSize } from "../checks.ts";
import { dense } from "../dense.ts";
import { positions } from "../embedding.ts";
import { classToken, patches } from "../image-tokens.ts";
import { layerNorm } from "../normalisation.ts";
import { firstPlace } from "../plain-layers.ts";
import { sequential } from "../sequential.ts";
import { transformerBlock } from "../transformer-block.ts";
import { CIFAR_SHAPE, type ImagePresetOptions } from "./preset.ts";

/** Options of {@link vitTiny}. */
export interface VitTinyOptions extends ImagePresetOptions {
  /** The height and width of a patch, ≥ 1; 4 unless given. */
  readonly patch?: number;
  /** The number of blocks, ≥ 1; 12 unless given. */
  readonly layers?: number;
  /** The number of values at each place, ≥ 1; 192 unless given. */
  readonly width?: number;
  /** The number of heads, ≥ 1, which divides the width; 3 unless given. */
  readonly heads?: number;
  /** How many times as wide the perceptrons are within, ≥ 1; 4 unless given. */
  readonly expansion?: number;
  /** The share that is dropped of what blocks add, in [0, 1); 0 unless given. */
  readonly dropoutRate?: number;
}

/** A vision transformer for images, [3, 32, 32] unless given. Throws Fault "option-invalid". */
export function vitTiny(options: VitTinyOptions): Model {
  const { input = CIFAR_SHAPE, classes = 10, patch = 4, layers = 12, width = 192, heads = 3, key } = options;
  const { expansion = 4, dropoutRate = 0 } = options;
  checkSize("vitTiny", "layers", layers);
  const block = transformerBlock({ heads, expansion, approximation: "tanh", dropoutRate });
  return sequential({
    input,
    layers: [
      named("patches", patches({ size: patch, width })),
      named("class_token", classToken()),
      named("positions", positions({ kept: "parameter" })),
      ...Array.from({ length: layers }, (_, at) => named(`blocks.${at}`, block)),
      firstPlace(),
      named("norm", layerNorm()),
      named("head", dense({ units: classes })),
    ],
    key,
    sizedBy: `${layers} layers and width ${width}`,
  });
}
