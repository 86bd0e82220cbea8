/**
 * The block of MobileNetV2: widen by 1 × 1, filter each channel by itself, narrow by 1 × 1 without an activation, all
 * beside a shortcut where that fits.
 *
 * Sandler, Howard, Zhu, Zhmoginov, Chen, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018.
 * https://arxiv.org/abs/1801.04381
 *
 * @module
 */
import { appendChain, named } from "./chain.ts";
import { checkSize } from "./checks.ts";
import { conv2d } from "./convolution.ts";
import { imageSizes, type Layer } from "./layer.ts";
import { batchNorm } from "./normalisation.ts";
import { relu6 } from "./plain-layers.ts";
import { residual } from "./residual.ts";

/** Options of {@link invertedResidual}. */
export interface InvertedResidualOptions {
  /** The number of output channels, from 1 to `MAX_PARAMETERS`. */
  readonly channels: number;
  /** How many times as many channels are filtered as come in, ≥ 1; 6 unless given. With 1 nothing is widened. */
  readonly expansion?: number;
  /** By how many cells the filters move, ≥ 1; 1 unless given. */
  readonly stride?: number;
}

/**
 * [batch, channels in, h, w] becomes [batch, channels, …], with a shortcut where both are of one shape. The parts are
 * called "layers.0", "layers.1" and so on. Throws Fault "option-invalid".
 */
export function invertedResidual({ channels, expansion = 6, stride = 1 }: InvertedResidualOptions): Layer {
  checkSize("invertedResidual", "channels", channels);
  checkSize("invertedResidual", "expansion", expansion);
  checkSize("invertedResidual", "stride", stride);
  return {
    kind: "inverted",
    append: (place) => {
      const [inputs] = imageSizes(place);
      const hidden = inputs * expansion;
      const widened = expansion === 1 ? [] : [conv2d({ filters: hidden, kernel: 1, ...CONVOLUTION }), ...ACTIVATED];
      const filtered = conv2d({ filters: hidden, kernel: 3, stride, padding: 1, groups: hidden, ...CONVOLUTION });
      const narrowed = [conv2d({ filters: channels, kernel: 1, ...CONVOLUTION }), batchNorm()];
      const layers = [...widened, filtered, ...ACTIVATED, ...narrowed];
      const body = layers.map((layer, at) => named(`layers.${at}`, layer));
      return appendChain(place, stride === 1 && inputs === channels ? [named("", residual({ body }))] : body);
    },
  };
}

const CONVOLUTION = { bias: false, spread: "he" } as const;
const ACTIVATED: readonly Layer[] = [batchNorm(), relu6()];
