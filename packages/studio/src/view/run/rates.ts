/**
 * Bytes per second over time, read off measurements.
 *
 * @module
 */
import type { Measurement } from "../../api/answers.ts";

/** So many stretches of time are told apart. */
const MOST_STRETCHES = 60;

/** Bytes per second in equal stretches of time, at the end of each: as if they had flown evenly between two measurements. */
export function ratesOf(
  measurements: readonly Measurement[],
  bytes: (one: Measurement) => number,
): readonly (readonly [seconds: number, rate: number])[] {
  const points = measurements.map((one) => [one.virtualSeconds, bytes(one)] as const);
  const [start, end] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0];
  const stretches = Math.min(MOST_STRETCHES, points.length - 1);
  if (stretches < 1 || end <= start) return [];
  const width = (end - start) / stretches;
  let before = bytesAt(points, start);
  return Array.from({ length: stretches }, (_, at) => {
    const seconds = start + (at + 1) * width;
    const now = bytesAt(points, seconds);
    const rate = Math.max(0, now - before) / width;
    before = now;
    return [seconds, rate] as const;
  });
}

function bytesAt(points: readonly (readonly [number, number])[], seconds: number): number {
  const after = points.findIndex(([at]) => at >= seconds);
  if (after === -1) return points.at(-1)?.[1] ?? 0;
  const [to, most] = points[after] ?? [0, 0];
  const [from, least] = points[after - 1] ?? [to, most];
  return to === from ? most : least + ((seconds - from) / (to - from)) * (most - least);
}
