/**
 * The block of a transformer with the norms first: self-attention beside a shortcut, then a perceptron beside another.
 *
 *     x ← x + drop(attention(norm1(x)))      x ← x + drop(narrow(gelu(widen(norm2(x)))))
 *
 * Its parts are called so, and "query", "key", "value" or "attention", and "projection".
 *
 * @module
 */
import { type SelfAttentionOptions, selfAttention } from "./attention.ts";
import { appendChain, named } from "./chain.ts";
import { checkShare, checkSize } from "./checks.ts";
import { dense } from "./dense.ts";
import { type Layer, sequenceSizes } from "./layer.ts";
import { layerNorm } from "./normalisation.ts";
import { dropout, gelu, type GeluOptions } from "./plain-layers.ts";
import { residual } from "./residual.ts";

/** Options of {@link transformerBlock}; the spreads are also those of the perceptron. */
export interface TransformerBlockOptions extends SelfAttentionOptions, GeluOptions {
  /** How many times as wide the perceptron is within, ≥ 1; 4 unless given. */
  readonly expansion?: number;
  /** The share that is dropped of what is added to the shortcuts, in [0, 1); 0 unless given. */
  readonly dropoutRate?: number;
}

/** A block: [batch, places, width] becomes another such. Throws Fault "option-invalid". */
export function transformerBlock(options: TransformerBlockOptions): Layer {
  const { expansion = 4, dropoutRate = 0, approximation = "none", spread = "glorot", outputSpread = spread } = options;
  checkSize("transformerBlock", "expansion", expansion);
  checkShare("transformerBlock", "dropoutRate", dropoutRate);
  const attention = selfAttention(options);
  const dropped = dropoutRate > 0 ? [dropout({ rate: dropoutRate })] : [];
  return {
    kind: "block",
    append: (place) => {
      const [, width] = sequenceSizes(place);
      const attended = [named("norm1", layerNorm()), named("", attention), ...dropped];
      const thought = [
        named("norm2", layerNorm()),
        named("widen", dense({ units: expansion * width, spread })),
        gelu({ approximation }),
        named("narrow", dense({ units: width, spread: outputSpread })),
        ...dropped,
      ];
      return appendChain(
        place,
        [attended, thought].map((body) => named("", residual({ body }))),
      );
    },
  };
}
