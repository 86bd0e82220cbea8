/**
 * Numbers in bytes that travelled.
 *
 * @module
 */

/** The bytes of a float32 number. */
export const BYTES_PER_FLOAT = 4;

/** The float32 numbers in `bytes`: a view where the bytes are aligned, else a copy. (`slice` of Node's buffers would not copy.) */
export function floatsIn(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % BYTES_PER_FLOAT === 0 ? bytes : new Uint8Array(bytes);
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / BYTES_PER_FLOAT);
}
