/**
 * What a codec lets pass, as its client can know it: it decodes what the server will.
 *
 * @module
 */
import type { Kept, Outgoing } from "./feedback.ts";

/** The message that says a difference, and what arrives of it; null where the server will refuse the message. */
export function passed(
  x: Float32Array,
  { codec, key, kernels }: Pick<Outgoing, "codec" | "key" | "kernels">,
): { readonly payload: Uint8Array; readonly arrived: Float64Array | null } {
  const encoded = codec.encode(x, null, key, kernels);
  // What sends numbers as they are sends x itself, which its client may go on to change.
  const payload = encoded.buffer === x.buffer ? encoded.slice() : encoded;
  if (codec.defect(payload, x.length, kernels) !== null) return { payload, arrived: null };
  const arrived = new Float64Array(x.length);
  codec.accumulate(payload, { sum: arrived, weight: 1, anchor: null, key }, kernels);
  return { payload, arrived };
}

/** What a client keeps after one more message. */
export function keeping({ version, kept }: Pick<Outgoing, "version" | "kept">, vectors: readonly Float32Array[]): Kept {
  return { version, messages: (kept?.messages ?? 0) + 1, vectors };
}
