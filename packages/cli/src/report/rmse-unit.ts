/**
 * What a root mean squared error is measured in.
 *
 * @module
 */

/** A part as a run or a report names it. */
interface NamedPart {
  readonly room: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** " standard deviations of the target" where the data are scaled to them; nothing where the target is as it was given. */
export function rmseUnit(parts: readonly NamedPart[]): string {
  const isScaled = parts.some(({ room, options }) => room === "data" && options["scaling"] === "standard");
  return isScaled ? " standard deviations of the target" : "";
}
