/**
 * What is wrong with the length of a message.
 *
 * @module
 */

/** In words; null when nothing is. */
export function lengthDefect({ byteLength }: Uint8Array, expected: number): string | null {
  return byteLength === expected ? null : `the update has ${byteLength} bytes, expected ${expected}`;
}
