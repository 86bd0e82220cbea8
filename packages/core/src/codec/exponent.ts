/**
 * Powers of two that move a vector to where a format has room: neither huge nor tiny numbers leave it. Exact to the last bit everywhere.
 *
 * @module
 */

/** float32 numbers lie in [2^−149, 2^128). */
const SMALLEST_EXPONENT = -149;
const LARGEST_EXPONENT = 127;

/** The e for which the largest magnitude of a finite vector is in [2^e, 2^(e + 1)); 0 for a vector of zeros. */
export function exponentOf(x: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] ?? 0));
  return largest === 0 ? 0 : binaryExponent(largest);
}

/** The e for which a normal number > 0 is in [2^e, 2^(e + 1)). */
export function binaryExponent(value: number): number {
  float64[0] = value;
  return ((float64Bits[1] ?? 0) >>> FRACTION_BITS) - BIAS;
}

/** What is wrong with an exponent that arrived, in words; null when a float32 number can have it. */
export function exponentDefect(exponent: number): string | null {
  const isInRange = exponent >= SMALLEST_EXPONENT && exponent <= LARGEST_EXPONENT;
  return isInRange ? null : `the update has the exponent ${exponent}, expected one that float32 has room for`;
}

const float64 = new Float64Array(1);
/** The lower half, then the upper one: sign, 11 bits of exponent, and the first 20 bits of the fraction. */
const float64Bits = new Uint32Array(float64.buffer);
const FRACTION_BITS = 20;
const BIAS = 1023;

/** 2^exponent; `exponent` is whole and in [−1022, 1023]. */
export function powerOfTwo(exponent: number): number {
  float64Bits[0] = 0;
  float64Bits[1] = (exponent + BIAS) << FRACTION_BITS;
  return float64[0] ?? 0;
}
