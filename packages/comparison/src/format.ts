/**
 * Numbers in words: with their unit, and no more digits than mean something.
 *
 * @module
 */

/** The most characters of a label in a drawing. */
const LABEL_LIMIT = 18;

/** What stands where nothing was measured. */
export const NOT_MEASURED = "not measured";

/** "97.4%", with one digit after the point; 1 and 0 without. */
export function percent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return decimal(share);
  if (share === 0 || share === 1) return `${100 * share}%`;
  return `${(100 * share).toFixed(1)}%`;
}

/** "60,000": a whole number with its thousands apart. */
export function count(whole: number): string {
  return String(Math.round(whole)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 client", "7 clients". */
export function counted(whole: number, noun: string): string {
  return `${count(whole)} ${whole === 1 ? noun : `${noun}s`}`;
}

/** "5.12×10³¹": a finite number with a power of ten, three digits that count. */
export function scientific(value: number): string {
  const [digits = "", power = ""] = value.toExponential(2).split("e");
  const raised = power.replace("+", "").replace(/./gu, (digit) => RAISED[digit] ?? "");
  return `${String(Number(digits)).replace("-", "−")}×10${raised}`;
}

/** "0.0871": three digits that count, thousands apart from 1000 on, a power of ten where digits would fill a line. */
export function decimal(value: number | null): string {
  if (value === null) return NOT_MEASURED;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size >= LARGEST || (size > 0 && size < SMALLEST)) return scientific(value);
  if (size >= 1000 || Number.isInteger(value)) return value < 0 ? `−${count(-value)}` : count(value);
  return String(Number(value.toPrecision(3))).replace("-", "−");
}

/** "1.66 GB": decimal units, three digits that count. */
export function bytes(size: number): string {
  const { factor, name } = byteUnit(size);
  return `${decimal(size / factor)}${SPACE}${name}`;
}

/** "12.4 million": a number with its scale in words from a million on, three digits that count. */
export function quantity(number: number): string {
  const scale = SCALES.findLast(({ factor }) => number >= factor);
  return scale === undefined ? count(number) : `${decimal(number / scale.factor)}${SPACE}${scale.name}`;
}

/** "42.5 s", "10 min 12 s", "3 h 5 min", "4 d 6 h". */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${decimal(Number(seconds.toFixed(1)))}${SPACE}s`;
  const whole = Math.round(seconds);
  if (whole < HOUR) return twoUnits(whole, MINUTE, "min", "s");
  if (whole < 2 * DAY) return twoUnits(Math.round(whole / MINUTE), 60, "h", "min");
  return twoUnits(Math.round(whole / HOUR), 24, "d", "h");
}

/** `label`, cut where it is longer than a drawing has room for. */
export function clipped(label: string): string {
  return label.length > LABEL_LIMIT ? `${label.slice(0, LABEL_LIMIT - 1)}…` : label;
}

/** A unit to measure an axis in: the quantity is divided by the factor. */
export interface Unit {
  readonly factor: number;
  readonly name: string;
}

/** The unit of time in which `seconds` is a number that can be read. */
export function timeUnit(seconds: number): Unit {
  if (seconds < 3 * MINUTE) return { factor: 1, name: "seconds" };
  if (seconds < 3 * HOUR) return { factor: MINUTE, name: "minutes" };
  if (seconds < 3 * DAY) return { factor: HOUR, name: "hours" };
  return { factor: DAY, name: "days" };
}

/** The unit in which `size` in bytes is a number that can be read. */
export function byteUnit(size: number): Unit {
  const step = size < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(size) / 3));
  return { factor: 1000 ** step, name: BYTE_UNITS[step] ?? "B" };
}

/** Numbers between these are written without a power of ten. */
const LARGEST = 1e12;
const SMALLEST = 1e-6;

/** Digits as powers are written. */
const RAISED: Readonly<Record<string, string>> = {
  "-": "⁻",
  ...Object.fromEntries(Array.from("⁰¹²³⁴⁵⁶⁷⁸⁹", (raised, digit) => [String(digit), raised])),
};

/** Keeps a number and its unit on one line. */
const SPACE = "\u00a0";
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SCALES: readonly Unit[] = [
  { factor: 1e6, name: "million" },
  { factor: 1e9, name: "billion" },
  { factor: 1e12, name: "trillion" },
];
const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

function twoUnits(whole: number, base: number, large: string, small: string): string {
  const rest = whole % base;
  return `${Math.floor(whole / base)}${SPACE}${large}${rest === 0 ? "" : ` ${rest}${SPACE}${small}`}`;
}
