/**
 * What codecs that lose something have in common: they send x = trained − anchor, rounded to float32, since what they
 * lose is more than that.
 *
 * @module
 */
import type { Difference } from "../params/quantise.ts";
import { plainKernels, sameLength } from "../params/vector-kernels.ts";
import type { Codec, Scheme, Sparsifier } from "./codec.ts";
import { floats } from "./floats.ts";
import { sparse } from "./sparse.ts";
import { byTensor, spentOn } from "./spending.ts";

/** What is sent in place of numbers that are not finite, and is no message of any scheme: the server says why it is refused. */
const NOT_FINITE = 0xff;

/** The codec that sends differences by a scheme. */
export function ofDifferences(scheme: Scheme): Codec {
  const { guarantee, isSparse = false, isLinear, accumulate, spent, encodeDifference = asWhole(scheme) } = scheme;
  const { conceals, secretly } = scheme;
  return {
    ...(spent !== undefined && { spent }),
    ...(conceals !== undefined && { conceals }),
    ...(secretly !== undefined && { secretly: (secret) => ofDifferences(secretly(secret)) }),
    isSparse,
    guarantee,
    isLinear,
    encode: (trained, anchor, key, kernels = plainKernels) => {
      if (anchor !== null) sameLength(trained, anchor);
      return encodeDifference({ trained, anchor }, key, kernels) ?? Uint8Array.of(NOT_FINITE);
    },
    defect: (payload, length, kernels) =>
      payload.byteLength === 1 && payload[0] === NOT_FINITE
        ? "the update holds numbers that are not finite"
        : scheme.defect(payload, length, kernels),
    accumulate,
  };
}

/** The codec that sends differences by a scheme which may also be the last stage of a chain. */
export function quantising(scheme: Scheme): Codec {
  return {
    ...ofDifferences(scheme),
    spent: (payload, length, layout = []) => byTensor(spentOn(scheme, payload, length), layout),
    stage: { kind: "quantiser", scheme },
  };
}

/** The codec that sends some of the differences, as they are. */
export function sparsifying(sparsifier: Sparsifier): Codec {
  return { ...ofDifferences(sparse(sparsifier, floats)), stage: { kind: "sparsifier", sparsifier } };
}

/** Encodes a difference that is made in memory first. */
function asWhole({ encode }: Scheme): NonNullable<Scheme["encodeDifference"]> {
  return (difference, key, kernels) => {
    const x = wholeOf(difference);
    return kernels.inspect(x).finite ? encode(x, key, kernels) : null;
  };
}

function wholeOf({ trained, anchor }: Difference): Float32Array {
  if (anchor === null) return trained;
  const x = new Float32Array(trained.length);
  for (let i = 0; i < x.length; i++) x[i] = (trained[i] as number) - (anchor[i] as number);
  return x;
}
