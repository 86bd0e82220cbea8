/**
 * The identity codec: the trained parameters as they are, float32, little-endian, 4 bytes each.
 *
 * What travels is the parameters and not their difference to the anchor: the difference of two float32 numbers is
 * often no float32 number, so that a client alone with all the data would not reproduce plain training. The server
 * takes the difference in float64, where products of a float32 and a weight below 2^29 are exact.
 *
 * @module
 */
import { invariant } from "../base/invariant.ts";
import { BYTES_PER_FLOAT, floatsIn } from "../params/floats-in.ts";
import type { VectorKernels } from "../params/vector-kernels.ts";
import { definePart, type PartFactory } from "../part/part.ts";
import type { Codec } from "./codec.ts";
import { byTensor } from "./spending.ts";

/** The codec `identity` has no options. */
export type IdentityOptions = Readonly<Record<never, never>>;

invariant(new Uint8Array(new Uint16Array([1]).buffer)[0] === 1, "a little-endian machine");

/** The codec `identity`. */
export const identity: PartFactory<IdentityOptions, Codec> = definePart<IdentityOptions, Codec>({
  room: "codec",
  name: "identity",
  about: "The trained parameters as they are: 4 bytes each, nothing lost.",
  fights: [],
  options: {},
  make: () => ({
    guarantee: { kind: "exact" },
    isLinear: true,
    spent: ({ byteLength }, _, layout = []) => byTensor({ numbers: byteLength }, layout),
    encode: (trained) => new Uint8Array(trained.buffer, trained.byteOffset, trained.byteLength),
    defect,
    accumulate: (payload, { sum, weight, anchor }, kernels) => {
      const terms = anchor === null ? [] : [{ x: anchor, weight: -weight }];
      kernels.accumulateAll(sum, [{ x: floatsIn(payload), weight }, ...terms]);
    },
  }),
});

function defect(payload: Uint8Array, length: number, kernels: VectorKernels): string | null {
  const expected = BYTES_PER_FLOAT * length;
  if (payload.byteLength !== expected) return `the update has ${payload.byteLength} bytes, expected ${expected}`;
  return kernels.inspect(floatsIn(payload)).finite ? null : "the update holds numbers that are not finite";
}
