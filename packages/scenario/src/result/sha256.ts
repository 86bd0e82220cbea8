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

/** The same in hexadecimal: what models are known by. */
export async function modelHashOf(params: Float32Array): Promise<string> {
  return Array.from(await sha256(params), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
