/**
 * Of when numbers are that are not those of this instant.
 *
 * @module
 */
import type { Measurement, Run } from "../api/answers.ts";
import { count } from "./format.ts";

/** Of which version the model's numbers are, and up to which bytes are counted: "" for the newest, or this instant. */
export function agesOf(
  { run, measurements }: { readonly run: Pick<Run, "version">; readonly measurements: readonly Measurement[] },
  isPast: boolean,
): readonly [ofModel: string, ofBytes: string] {
  const last = measurements.at(-1);
  if (last === undefined) return ["", isPast ? "not measured yet" : ""];
  const version = count(last.version);
  return [last.version === run.version ? "" : `of version ${version}`, isPast ? `up to version ${version}` : ""];
}
