/**
 * SHA-256: what tells whether bytes are the same ones.
 *
 * @module
 */

/** How many bytes {@link sha256} gives. */
export const SHA256_BYTES = 32;

/** The SHA-256 of the bytes of `values`. */
export async function sha256(values: Uint8Array | Float32Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", values.slice()));
}
