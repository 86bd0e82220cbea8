/**
 * Half-precision numbers (IEEE 754 binary16) under one power of two for the whole vector.
 *
 *     C(x)_i = 2^e · half(x_i / 2^e),   2^14 ≤ max |x_i| / 2^e < 2^15
 *
 * half rounds to 11 significant bits, to nearest, ties to even; numbers of less than 2^−28 of the largest have fewer. The relative error of a
 * number is at most 2^−11, or 2^−39 of the largest, so that δ = 1 − 2^−21 for any vector with fewer than 2^50 numbers.
 *
 * Trust: nothing beyond what any codec does; the magnitudes are what the client says.
 *
 * @module
 */
import { definePart, type PartFactory } from "../part/part.ts";
import type { Codec } from "./codec.ts";
import { inFront } from "./spending.ts";
import { quantising } from "./differences.ts";
import { powerOfTwo } from "./exponent.ts";
import { accumulateHalves, EXPONENT_BYTES, encodeHalves, type HalfFormat, halvesDefect, valuesBy } from "./halves.ts";

/** The codec `float16` has no options. */
export type Float16Options = Readonly<Record<never, never>>;

/** The codec `float16`. */
export const float16: PartFactory<Float16Options, Codec> = definePart<Float16Options, Codec>({
  room: "codec",
  name: "float16",
  about: "Half-precision numbers, 11 significant bits, under one power of two: 2 bytes each.",
  fights: ["bottleneck"],
  options: {},
  make: () =>
    quantising({
      guarantee: { kind: "contractive", contraction: () => 1 - 2 ** -21 },
      isLinear: false,
      spent: (payload) => inFront("scales", EXPONENT_BYTES, payload),
      encode: (x) => encodeHalves(x, FORMAT),
      defect: (payload, length) => halvesDefect(payload, length, FORMAT),
      accumulate: (payload, target) => {
        accumulateHalves(payload, target, FORMAT);
      },
    }),
});

const FORMAT: HalfFormat = { top: 14, largest: 0x7800, fromFloatBits, values: valuesBy(valueOf) };

const FRACTION_BITS = 10;
const BIAS = 15;
/** float32 has a bias of 127 and 13 more bits of fraction. */
const DROPPED_BITS = 13;
const SMALLEST_NORMAL = (127 - 14) << 23;
/** 2^(exponent − 15 − 10), the unit in the last place, by exponent. */
const SCALES = Float64Array.from({ length: 32 }, (_, exponent) => powerOfTwo(exponent - BIAS - FRACTION_BITS));
const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

function fromFloatBits(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude < SMALLEST_NORMAL) {
    // Between ½ and 1 the unit in the last place of a float32 is 2^−24, the smallest half: the sum rounds as it should.
    floatBits[0] = magnitude;
    float[0] = (float[0] ?? 0) + 0.5;
    return sign | ((floatBits[0] ?? 0) - 0x3f000000);
  }
  const rebiased = magnitude - ((127 - BIAS) << 23);
  const half = (1 << (DROPPED_BITS - 1)) - 1 + ((rebiased >>> DROPPED_BITS) & 1);
  return sign | ((rebiased + half) >>> DROPPED_BITS);
}

function valueOf(bits: number): number {
  const exponent = (bits >>> FRACTION_BITS) & 31;
  const fraction = bits & 1023;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * (SCALES[exponent] ?? 0);
  return (bits & 0x8000) === 0 ? magnitude : -magnitude;
}
