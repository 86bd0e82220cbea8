/**
 * Sparse messages: which numbers are sent, and behind that a message of their values.
 *
 * @module
 */
import { fold, type Key } from "../base/key.ts";
import type { Scheme, Sparsifier } from "./codec.ts";
import { bothSpent, spentOn } from "./spending.ts";
import { combined } from "./guarantees.ts";

/** The scheme that sends what `sparsifier` chooses by `quantiser`. */
export function sparse(sparsifier: Sparsifier, quantiser: Scheme): Scheme {
  return {
    guarantee: combined(sparsifier, quantiser),
    isSparse: true,
    isLinear: sparsifier.isLinear && quantiser.isLinear,
    spent: (payload, length) => {
      const frame = sparsifier.frame(payload, length);
      if (typeof frame === "string") return { numbers: payload.byteLength };
      const { count, end } = frame;
      return bothSpent({ indices: end }, spentOn(quantiser, payload.subarray(end), count));
    },
    encode: (x, key) => {
      const indices = sparsifier.choose(x, key);
      const values = Float32Array.from(indices, (index) => x[index] ?? 0);
      return joined(sparsifier.write(indices, x.length), quantiser.encode(values, valuesKey(key)));
    },
    defect: (payload, length) => {
      const frame = sparsifier.frame(payload, length);
      if (typeof frame === "string") return frame;
      const detail = quantiser.defect(payload.subarray(frame.end), frame.count);
      return detail === null || frame.end === 0 ? detail : `${detail}, behind its indices`;
    },
    accumulate: (payload, { sum, weight, key }) => {
      const { indices, end } = sparsifier.read(payload, sum.length, key);
      const values = new Float64Array(indices.length);
      const counts = sparsifier.weigh(weight, indices.length, sum.length);
      quantiser.accumulate(payload.subarray(end), { sum: values, weight: counts, key: valuesKey(key) });
      indices.forEach((index, at) => {
        sum[index] = (sum[index] ?? 0) + (values[at] ?? 0);
      });
    },
  };
}

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
