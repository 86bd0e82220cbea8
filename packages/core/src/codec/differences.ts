/**
 * What codecs that lose something have in common: they send x = trained − anchor, rounded to float32, since what they
 * lose is more than that.
 *
 * @module
 */
import type { Key } from "../base/key.ts";
import { sameLength } from "../params/vector-kernels.ts";
import type { Codec, Target } from "./codec.ts";

/** How a vector of finite numbers becomes bytes, and how it is added up again. */
export interface Scheme extends Pick<Codec, "guarantee" | "isLinear"> {
  /** `x` is finite. */
  readonly encode: (x: Float32Array, key: Key) => Uint8Array;
  /** Why `payload` is not a message of `length` finite numbers, in words; null when it is one. Never throws. */
  readonly defect: (payload: Uint8Array, length: number) => string | null;
  /** sum ← sum + weight · C(x). `payload` has no defect. */
  readonly accumulate: (payload: Uint8Array, target: Omit<Target, "anchor">) => void;
}

/** What is sent in place of numbers that are not finite, and is no message of any scheme: the server says why it is refused. */
const NOT_FINITE = 0xff;

/** The codec that sends differences by a scheme. */
export function ofDifferences(scheme: Scheme): Codec {
  const { guarantee, isLinear, accumulate } = scheme;
  return {
    guarantee,
    isLinear,
    encode: (trained, anchor, key) => {
      const x = difference(trained, anchor);
      return x.every(Number.isFinite) ? scheme.encode(x, key) : Uint8Array.of(NOT_FINITE);
    },
    defect: (payload, length) =>
      payload.byteLength === 1 && payload[0] === NOT_FINITE
        ? "the update holds numbers that are not finite"
        : scheme.defect(payload, length),
    accumulate,
  };
}

function difference(trained: Float32Array, anchor: Float32Array): Float32Array {
  sameLength(trained, anchor);
  return trained.map((end, i) => end - (anchor[i] ?? 0));
}

/** What is wrong with the length of a message, in words; null when nothing is. */
export function lengthDefect({ byteLength }: Uint8Array, expected: number): string | null {
  return byteLength === expected ? null : `the update has ${byteLength} bytes, expected ${expected}`;
}
