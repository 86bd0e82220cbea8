/**
 * What values are called that came from outside, where the compiler could not check them.
 *
 * @module
 */

/** The kind of a value in words: "a Float64Array", "an Array", "undefined". */
export function arrayKind(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  const kind = Object.prototype.toString.call(value).slice("[object ".length, -"]".length);
  return `${/^[AEIOU](?!int)/u.test(kind) ? "an" : "a"} ${kind}`;
}
