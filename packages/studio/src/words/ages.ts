/**
 * Of when numbers are that are not those of this instant.
 *
 * @module
 */
import type { Measurement, Run } from "../api/answers.ts";
import { count } from "./format.ts";

/** What says of when numbers are. */
export interface AgesStory {
  readonly run: Pick<Run, "version" | "measuredVersion">;
  readonly measurements: readonly Pick<Measurement, "version">[];
}

/** Of which version the model's numbers are, and up to which bytes are counted: "" for the newest, or this instant. */
export function agesOf({ run, measurements }: AgesStory, isPast: boolean): readonly [ofModel: string, ofBytes: string] {
  const { version, measuredVersion } = run;
  const isOlder = measuredVersion !== null && measuredVersion !== version;
  return [isOlder ? `of version ${count(measuredVersion)}` : "", isPast ? bytesAge(measurements.at(-1)) : ""];
}

function bytesAge(last: Pick<Measurement, "version"> | undefined): string {
  return last === undefined ? "not measured yet" : `up to version ${count(last.version)}`;
}
