/**
 * Cosine and sine from + − × ÷ alone, so that they are the same to the last bit in every JavaScript engine.
 *
 * @module
 */

/** Cosine and sine of an angle in degrees; exact for whole quarters of a turn. */
export function turn(degrees: number): { readonly cosine: number; readonly sine: number } {
  const positive = ((degrees % 360) + 360) % 360;
  const quarter = Math.floor(positive / 90);
  const angle = ((positive - 90 * quarter) * Math.PI) / 180;
  // Their series, in [0, π/2): the last terms are below 1e-18.
  let [c, s] = [0, 0];
  for (let k = 11; k >= 0; k--) {
    c = 1 - (angle * angle * c) / ((2 * k + 1) * (2 * k + 2));
    s = 1 - (angle * angle * s) / ((2 * k + 2) * (2 * k + 3));
  }
  s *= angle;
  if (quarter === 0) return { cosine: c, sine: s };
  if (quarter === 1) return { cosine: -s, sine: c };
  if (quarter === 2) return { cosine: -c, sine: -s };
  return { cosine: s, sine: -c };
}
