/**
 * Scales: from values to places in a drawing.
 *
 * @module
 */

/** Where values go. */
export interface ScaleOptions {
  readonly from: number;
  readonly to: number;
  /** Values that are in sight whatever there is. */
  readonly lowest?: number | undefined;
  readonly highest?: number | undefined;
}

/** A linear scale. */
export interface Scale {
  /** Where its lowest value goes, and its highest. */
  readonly from: number;
  readonly to: number;
  readonly at: (value: number) => number;
  readonly back: (place: number) => number;
  /** Round values in sight, about four. */
  readonly ticks: readonly number[];
}

/** The scale for `values`, of which there may be none. */
export function scaleOf(values: readonly number[], { from, to, lowest, highest }: ScaleOptions): Scale {
  const all = values.filter(Number.isFinite);
  const low = all.reduce((least, value) => Math.min(least, value), lowest ?? Infinity);
  const high = all.reduce((most, value) => Math.max(most, value), highest ?? -Infinity);
  const start = Number.isFinite(low) ? low : 0;
  const end = areApart(low, high) ? high : start + 1;
  return {
    from,
    to,
    at: (value) => from + ((Math.min(end, Math.max(start, value)) - start) / (end - start)) * (to - from),
    back: (place) => start + ((place - from) / (to - from)) * (end - start),
    ticks: ticksIn(start, end),
  };
}

/** Whether there is room for round values between two; differences that are rounding are none. */
function areApart(low: number, high: number): boolean {
  const least = Math.max(
    Number.MIN_VALUE / Number.EPSILON ** 2,
    16 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high)),
  );
  return high - low > least;
}

function ticksIn(start: number, end: number): readonly number[] {
  const rough = (end - start) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(start / step);
  const last = Math.floor(end / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** Where the point stands whose x is closest to `wanted`; the points are in the order of x. */
export function nearest(points: readonly (readonly [number, number])[], wanted: number): number {
  let best = 0;
  for (const [at, [x]] of points.entries()) {
    if (Math.abs(x - wanted) <= Math.abs((points[best]?.[0] ?? 0) - wanted)) best = at;
  }
  return best;
}

/** So many points are drawn: more than a drawing has columns are of no use. */
const MOST_POINTS = 500;

/** As many of the points as are of use, the last among them. */
export function thinned<T>(points: readonly T[]): readonly T[] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return every <= 1 ? points : points.filter((_, at) => at % every === 0 || at === points.length - 1);
}
