/**
 * What was measured of a run so far, as it stands in its folder while the run goes on.
 *
 * @module
 */
import type { Measurement } from "@potluck/scenario";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** As much of a measurement as is shown of a run that goes on; the rest is as it was written. */
export type MeasuredLine = Pick<
  Measurement,
  "version" | "virtualSeconds" | "testAccuracy" | "testLoss" | "updatesUsed" | "bytesUp" | "bytesDown"
>;

const measurement: z.ZodType<MeasuredLine> = z.looseObject({
  version: z.number(),
  virtualSeconds: z.number(),
  testAccuracy: z.number().nullable(),
  testLoss: z.number(),
  updatesUsed: z.number(),
  bytesUp: z.number(),
  bytesDown: z.number(),
});

const FILE = "metrics.jsonl";

/** All of them; none where there is no file. A line that is being written is left out. */
export function measuredLines(folder: string): readonly MeasuredLine[] {
  try {
    return linesIn(readFileSync(join(folder, FILE), "utf8"));
  } catch {
    return [];
  }
}

/** Lines are shorter than this. */
const TAIL_BYTES = 16_384;

/** The last one; null where there is none. Only the end of the file is read. */
export function lastMeasured(folder: string): MeasuredLine | null {
  try {
    const file = openSync(join(folder, FILE), "r");
    try {
      const { size } = fstatSync(file);
      const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
      readSync(file, tail, 0, tail.length, size - tail.length);
      return linesIn(tail.toString("utf8")).at(-1) ?? null;
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function linesIn(text: string): readonly MeasuredLine[] {
  return text.split("\n").flatMap((line) => {
    try {
      return [measurement.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}
