/**
 * Sizes as people read them.
 *
 * @module
 */

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** Bytes: "12.3 MB". */
export function bytes(size: number): string {
  const at = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, size)) / 3));
  return `${(size / 1000 ** at).toLocaleString("en", { maximumFractionDigits: 1 })} ${UNITS[at]}`;
}
