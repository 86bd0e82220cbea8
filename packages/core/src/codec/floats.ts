/**
 * Numbers as they are: float32, little-endian.
 *
 * @module
 */
import { BYTES_PER_FLOAT, floatsIn } from "../params/floats-in.ts";
import type { Scheme } from "./codec.ts";
import { lengthDefect } from "./length-defect.ts";

/** The scheme that loses nothing. */
export const floats: Scheme = {
  guarantee: { kind: "exact" },
  isLinear: true,
  encode: (x) => new Uint8Array(x.slice().buffer),
  defect: (payload, length) =>
    lengthDefect(payload, BYTES_PER_FLOAT * length) ??
    (floatsIn(payload).every(Number.isFinite) ? null : "the update holds numbers that are not finite"),
  accumulate: (payload, { sum, weight }) => {
    const values = floatsIn(payload);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + weight * (values[i] ?? 0);
  },
};
