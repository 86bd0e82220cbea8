/**
 * Logarithm, exponential and sine from the four arithmetic operations alone.
 *
 * IEEE 754 fixes the result of +, −, ×, ÷ and √ to the last bit; `Math.log`, `Math.exp` and `Math.sin` may differ between
 * JavaScript engines. What must replay on another device uses the functions of this file.
 * They are accurate to about 1 unit in the last place (tested against `Math`).
 *
 * @module
 */

const LN2_HIGH = 6.931471803691238e-1;
const LN2_LOW = 1.9082149292705877e-10;
const bits = new DataView(new ArrayBuffer(8));

/** ln(x) for finite x > 0; −Infinity at 0; NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN;
  if (x === Infinity) return Infinity;
  let exponent = 0;
  if (x < 2 ** -1022) {
    x *= 2 ** 54;
    exponent = -54;
  }
  bits.setFloat64(0, x);
  const top = bits.getUint32(0);
  exponent += (top >>> 20) - 1023;
  bits.setUint32(0, (top & 0x000fffff) | 0x3ff00000);
  let mantissa = bits.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  return exponent * LN2_HIGH + (logNearOne(mantissa) + exponent * LN2_LOW);
}

/** ln(m) for m in [√½, √2]: 2·artanh(s) with s = (m − 1)/(m + 1), |s| ≤ 0.172, as an odd series. */
function logNearOne(m: number): number {
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  let tail = 0;
  for (let k = 23; k >= 3; k -= 2) tail = (tail + 1 / k) * z;
  // 2s + 2s·tail, with 2s written as f − f·s so that its rounding error is small beside f.
  return f - s * (f - 2 * tail);
}

/** e^x. Overflows to Infinity above 709.78 and underflows to 0 below −745.13. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 709.782712893384) return Infinity;
  if (x < -745.1332191019412) return 0;
  const k = Math.round(x / Math.LN2);
  const rest = x - k * LN2_HIGH - k * LN2_LOW;
  let sum = 1;
  for (let n = 16; n >= 1; n--) sum = 1 + (sum * rest) / n;
  return scaleByPowerOfTwo(sum, k);
}

/** x · 2^k without overflowing on the way. */
function scaleByPowerOfTwo(x: number, k: number): number {
  const half = Math.trunc(k / 2);
  return x * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 2^k for −1022 ≤ k ≤ 1023, assembled from its bits. */
function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** sin(2π · part / whole): the sine of a share of a full turn, for whole numbers `part` and `whole` ≥ 1. */
export function sineOfTurn(part: number, whole: number): number {
  const rest = ((part % whole) + whole) % whole;
  if (2 * rest > whole) return -sineOfTurn(whole - rest, whole);
  if (4 * rest > whole) return sineOfTurn(whole - 2 * rest, 2 * whole);
  return 8 * rest <= whole ? sineNearZero(angle(rest, whole)) : cosineNearZero(angle(whole - 4 * rest, 4 * whole));
}

/** cos(2π · part / whole), for whole numbers `part` and `whole` ≥ 1. */
export function cosineOfTurn(part: number, whole: number): number {
  return sineOfTurn(whole + 4 * part, 4 * whole);
}

function angle(part: number, whole: number): number {
  return (2 * Math.PI * part) / whole;
}

/** sin x for x in [0, π/4]. */
function sineNearZero(x: number): number {
  const z = x * x;
  let tail = 0;
  for (let n = 19; n >= 3; n -= 2) tail = (z * (1 + tail)) / (-n * (n - 1));
  return x + x * tail;
}

/** cos x for x in [0, π/4]. */
function cosineNearZero(x: number): number {
  const z = x * x;
  let tail = 0;
  for (let n = 18; n >= 2; n -= 2) tail = (z * (1 + tail)) / (-n * (n - 1));
  return 1 + tail;
}
