/**
 * Numbers as people read them.
 *
 * @module
 */
import { scientific } from "@potluck/comparison";

/** What stands for a number that there is not. */
export const NONE = "–";

/** A share as a percentage: "97.3%". */
export function percent(share: number | null): string {
  return share === null ? NONE : `${(100 * share).toFixed(1)}%`;
}

/** Numbers that are larger, and smaller ones than the other, are written with a power of ten. */
const LARGEST = 1e7;
const SMALLEST = 1e-4;

/** With so many digits that small ones still say something: "0.0123", "12.3", "1,234", "5.12×10³¹". */
export function decimal(value: number | null): string {
  if (value === null) return NONE;
  const size = Math.abs(value);
  if (Number.isFinite(value) && (size >= LARGEST || (size > 0 && size < SMALLEST))) return scientific(value);
  return value.toLocaleString(
    "en",
    Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** Bytes: "12.3 MB". */
export function bytes(size: number | null): string {
  if (size === null) return NONE;
  const at = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, size)) / 3));
  const scaled = size / 1000 ** at;
  return `${at === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${BYTE_UNITS[at]}`;
}

/** A length of time: "12.3 s", "3 min 20 s", "2 h 5 min". */
export function duration(seconds: number | null): string {
  if (seconds === null) return NONE;
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A whole number: "12,345". */
export function count(value: number): string {
  return value.toLocaleString("en");
}
