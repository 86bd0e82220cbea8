/**
 * What tests of random draws need: samples, their moments, how well counts fit, and bits to compare.
 *
 * @module
 */

/** The first `count` numbers of a stream. */
export function take(stream: () => number, count: number): Float64Array {
  return Float64Array.from({ length: count }, stream);
}

/** The mean of x^power. */
export function moment(values: Float64Array, power: number): number {
  return values.reduce((sum, x) => sum + x ** power, 0) / values.length;
}

/** Pearson's Σ (count − expected)² / expected, where every count has the same expectation. */
export function chiSquare(counts: Iterable<number>, expected: number): number {
  return Array.from(counts).reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The 64 bits of each number in hexadecimal digits: what must not change from engine to engine. */
export function hexBits(values: Iterable<number>): readonly string[] {
  const view = new DataView(new ArrayBuffer(8));
  return Array.from(values, (x) => {
    view.setFloat64(0, x);
    return view.getBigUint64(0).toString(16).padStart(16, "0");
  });
}
