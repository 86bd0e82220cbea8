/**
 * What codecs that lose something have in common: they send x = trained − anchor, rounded to float32, since what they
 * lose is more than that.
 *
 * @module
 */
import { sameLength } from "../params/vector-kernels.ts";
import type { Codec, Scheme, Sparsifier } from "./codec.ts";
import { floats } from "./floats.ts";
import { sparse } from "./sparse.ts";

/** What is sent in place of numbers that are not finite, and is no message of any scheme: the server says why it is refused. */
const NOT_FINITE = 0xff;

/** The codec that sends differences by a scheme. */
export function ofDifferences(scheme: Scheme): Codec {
  const { guarantee, isSparse = false, isLinear, accumulate } = scheme;
  return {
    isSparse,
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

/** The codec that sends differences by a scheme which may also be the last stage of a chain. */
export function quantising(scheme: Scheme): Codec {
  return { ...ofDifferences(scheme), stage: { kind: "quantiser", scheme } };
}

/** The codec that sends some of the differences, as they are. */
export function sparsifying(sparsifier: Sparsifier): Codec {
  return { ...ofDifferences(sparse(sparsifier, floats)), stage: { kind: "sparsifier", sparsifier } };
}

function difference(trained: Float32Array, anchor: Float32Array | null): Float32Array {
  if (anchor === null) return trained;
  sameLength(trained, anchor);
  return trained.map((end, i) => end - (anchor[i] ?? 0));
}
