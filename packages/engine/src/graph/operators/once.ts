/**
 * Values that several makers share and that are made only where one of them is called.
 *
 * @module
 */

/** A maker that calls `make` the first time and remembers the value. */
export function once(make: () => string): () => string {
  let made: string | null = null;
  return () => (made ??= make());
}
