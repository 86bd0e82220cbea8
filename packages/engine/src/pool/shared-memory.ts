/**
 * Memory that all threads see. Node always has it; a page has it only where it is cross-origin isolated, and elsewhere
 * workers are given copies.
 *
 * @module
 */

const CAN_SHARE = typeof SharedArrayBuffer === "function";

/** Whether other threads may see `values`. */
export function isShared({ buffer }: Uint8Array | Float32Array): boolean {
  return CAN_SHARE && buffer instanceof SharedArrayBuffer;
}

/** `bytes` where all threads see them, if there is such memory: themselves if they lie there already, otherwise a copy. */
export function shareBytes(bytes: Uint8Array): Uint8Array {
  if (!CAN_SHARE || isShared(bytes)) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  shared.set(bytes);
  return shared;
}

/** The same for floats. */
export function shareFloats(values: Float32Array): Float32Array {
  if (!CAN_SHARE || isShared(values)) return values;
  const shared = new Float32Array(new SharedArrayBuffer(values.byteLength));
  shared.set(values);
  return shared;
}
