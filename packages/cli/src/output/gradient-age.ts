/**
 * How old the gradients of a coded run are.
 *
 * @module
 */
import type { RunOutcome } from "@potluck/scenario";
import { catalogue, makePart } from "@potluck/core";
import type { ReportGradientAge } from "../report/report.ts";

/**
 * How old gradients are where the code has a longer delay than there are other models to take turns with; null where none is
 * old, and for runs without a code.
 */
export function gradientAge({ parts, settings, clients }: RunOutcome): ReportGradientAge | null {
  const part = parts.find(({ room }) => room === "coding");
  if (part === undefined) return null;
  const { delay } = makePart("coding", catalogue.coding, part).schemeFor(clients.length);
  const models = settings["models"] ?? 1;
  const versions = Math.floor(delay / models);
  return versions === 0 ? null : { versions, delay, models };
}
