/**
 * Sparse messages: which numbers are sent, and behind that a message of their values.
 *
 * @module
 */
import { present } from "../base/invariant.ts";
import { fold, type Key, rootKey } from "../base/key.ts";
import type { Difference } from "../params/quantise.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import type { Scheme, Sparsifier } from "./codec.ts";
import { firstAtLeast } from "./centres.ts";
import { bothSpent, byTensor, spentOn } from "./spending.ts";
import { combined } from "./guarantees.ts";

/** The scheme that sends what `sparsifier` chooses by `quantiser`. */
export function sparse(sparsifier: Sparsifier, quantiser: Scheme): Scheme {
  const encode = (difference: Difference, key: Key, kernels: VectorKernels): Uint8Array | null => {
    const chosen = sparsifier.choose(difference, key, kernels);
    if (chosen === null) return null;
    const { indices, values } = chosen;
    const block = sparsifier.write(indices, difference.trained.length);
    return joined(block, quantiser.encode(values, valuesKey(key), kernels));
  };
  return {
    guarantee: combined(sparsifier, quantiser),
    isSparse: sparsifier.sendsAll !== true,
    isLinear: sparsifier.isLinear && quantiser.isLinear,
    spent: (payload, length, layout = []) => {
      const frame = sparsifier.frame(payload, length);
      if (typeof frame === "string") return { numbers: payload.byteLength };
      const { count, end } = frame;
      const spending = bothSpent({ indices: end }, spentOn(quantiser, payload.subarray(end), count));
      if (sparsifier.saysWhich !== true || layout.length < 2) return spending;
      const { indices } = sparsifier.read(payload, length, NO_KEY);
      return byTensor(spending, layout, (from, to) => firstAtLeast(indices, to) - firstAtLeast(indices, from));
    },
    encode: (x, key, kernels) =>
      present(encode({ trained: x, anchor: null }, key, kernels), "a message of finite numbers"),
    encodeDifference: encode,
    defect: (payload, length, kernels) => {
      const frame = sparsifier.frame(payload, length);
      if (typeof frame === "string") return frame;
      const detail = quantiser.defect(payload.subarray(frame.end), frame.count, kernels);
      return detail === null || frame.end === 0 ? detail : `${detail}, behind its indices`;
    },
    accumulate: (payload, { sum, weight, key }, kernels) => {
      const { indices, end } = sparsifier.read(payload, sum.length, key);
      const values = new Float64Array(indices.length);
      const counts = sparsifier.weigh(weight, indices.length, sum.length);
      const target = { sum: values, weight: counts, key: valuesKey(key) };
      quantiser.accumulate(payload.subarray(end), target, kernels);
      for (let at = 0; at < indices.length; at++) {
        const index = indices[at] as number;
        sum[index] = (sum[index] as number) + (values[at] as number);
      }
    },
  };
}

/** For what needs none. */
const NO_KEY: Key = rootKey(0);

/** What is drawn about the values does not depend on what is drawn about their places. */
function valuesKey(key: Key): Key {
  return fold(key, "values");
}

function joined(block: Uint8Array, values: Uint8Array): Uint8Array {
  const message = new Uint8Array(block.byteLength + values.byteLength);
  message.set(block);
  message.set(values, block.byteLength);
  return message;
}
