/**
 * float16, IEEE 754's binary16: a sign, 5 bits of exponent and 10 of fraction.
 *
 * @module
 */

const SIGN = 0x80_00;
const INFINITY = 0x7c_00;
const NOT_A_NUMBER = 0x7e_00;
/** Fractions count in steps of 2^−10 of the power of two below a number. */
const FRACTION = 1024;
/** The exponent of the smallest number that is not denormal; below it steps are 2^−24. */
const LEAST_EXPONENT = -14;
/** What is at least so large is rounded to infinity. */
const OVERFLOW = 65_520;

/** The bits of the float16 nearest to `number`, of two the even one. */
export function float16Bits(number: number): number {
  if (Number.isNaN(number)) return NOT_A_NUMBER;
  const sign = number < 0 || Object.is(number, -0) ? SIGN : 0;
  const size = Math.abs(number);
  if (size >= OVERFLOW) return sign | INFINITY;
  const exponent = Math.max(LEAST_EXPONENT, exponentOf(size));
  const steps = roundedToEven((size / 2 ** exponent) * FRACTION);
  // A denormal number has less than a whole FRACTION; one that is rounded up to the next power of two has two of them.
  return sign | ((exponent - LEAST_EXPONENT) * FRACTION + steps);
}

/** The number that a float16 is. */
export function float16Number(bits: number): number {
  const sign = (bits & SIGN) === 0 ? 1 : -1;
  const [exponent, fraction] = [(bits & INFINITY) / FRACTION, bits & (FRACTION - 1)];
  if (exponent === INFINITY / FRACTION) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * (fraction / FRACTION) * 2 ** LEAST_EXPONENT;
  return sign * (1 + fraction / FRACTION) * 2 ** (exponent - 1 + LEAST_EXPONENT);
}

/** The largest e with 2^e ≤ size. */
function exponentOf(size: number): number {
  const guess = Math.floor(Math.log2(size));
  return 2 ** guess > size ? guess - 1 : guess;
}

function roundedToEven(number: number): number {
  const below = Math.floor(number);
  const rest = number - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}
