/**
 * Brain floating-point numbers (bfloat16): float32 with the lower half of its bits rounded away, under one power of two
 * for the whole vector.
 *
 *     C(x)_i = 2^e · bfloat(x_i / 2^e),   1 ≤ max |x_i| / 2^e < 2
 *
 * bfloat rounds to 8 significant bits, to nearest, ties to even. The relative error of a number is at most 2^−8, so that
 * δ = 1 − 2^−15; numbers of less than 2^−126 of the largest have fewer bits.
 *
 * Kalamkar, Mudigere, Mellempudi, Das and fifteen others, "A study of BFLOAT16 for deep learning training", 2019.
 * https://arxiv.org/abs/1905.12322
 *
 * Trust: nothing beyond what any codec does; the magnitudes are what the client says.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { Codec } from "./codec.ts";
import { inFront } from "./spending.ts";
import { quantising } from "./differences.ts";
import { accumulateHalves, EXPONENT_BYTES, encodeHalves, type HalfFormat, halvesDefect, valuesBy } from "./halves.ts";

/** The codec `bfloat16` has no options. */
export type Bfloat16Options = Readonly<Record<never, never>>;

/** The codec `bfloat16`. */
export const bfloat16: PartFactory<Bfloat16Options, Codec> = definePart<Bfloat16Options, Codec>({
  room: "codec",
  name: "bfloat16",
  about: "Brain floating-point numbers, 8 significant bits: 2 bytes each.",
  fights: ["bottleneck"],
  paper: {
    authors: "Kalamkar, Mudigere, Mellempudi, Das and fifteen others",
    title: "A study of BFLOAT16 for deep learning training",
    venue: "arXiv 2019",
    link: "https://arxiv.org/abs/1905.12322",
  },
  options: {},
  make: () =>
    quantising({
      guarantee: { kind: "contractive", contraction: () => 1 - 2 ** -15 },
      isLinear: false,
      spent: (payload) => inFront("scales", EXPONENT_BYTES, payload),
      encode: (x) => encodeHalves(x, FORMAT),
      defect: (payload, length) => halvesDefect(payload, length, FORMAT),
      accumulate: (payload, target) => {
        accumulateHalves(payload, target, FORMAT);
      },
    }),
});

const FORMAT: HalfFormat = { top: 0, largest: 0x4000, fromFloatBits, values: valuesBy(valueOf) };

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

function fromFloatBits(bits: number): number {
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function valueOf(bits: number): number {
  floatBits[0] = bits << 16;
  return float[0] ?? 0;
}
