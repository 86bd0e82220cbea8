/**
 * The picture of an experiment: its arms by what they cost in bytes and how good their model is, and which of them nothing beats in both.
 *
 * @module
 */
import { type FrontPicture, frontPicture } from "@potluck/cli";
import type { Drawn, Experiment } from "./experiment.ts";
import { mean } from "./metrics.ts";
import { tableOf } from "./render.ts";
import type { ConditionOutcome } from "./run.ts";

/** What is drawn of the arms under a condition, in the mean over the seeds; null where nothing was measured. */
export function frontOf(
  { metrics }: Pick<Experiment, "metrics">,
  { megabytes, accuracy }: Drawn,
  outcome: ConditionOutcome | undefined,
): FrontPicture | null {
  if (outcome === undefined) return null;
  const [cost, quality] = [metrics.indexOf(megabytes), metrics.indexOf(accuracy)];
  const priced = outcome.arms.map(({ arm, values }) => ({
    name: arm.name,
    bytes: 1e6 * mean(values[cost] ?? []),
    quality: mean(values[quality] ?? []),
  }));
  return frontPicture(priced, `Accuracy against bytes in both directions: ${outcome.condition.name}`);
}

/** The picture in `file`, and the arms from the fewest bytes to the most. */
export function frontSection({ points }: FrontPicture, file: string): readonly string[] {
  const all = points[0]?.bytes ?? Number.NaN;
  const rows = points
    .toSorted((a, b) => a.bytes - b.bytes)
    .map(({ name, bytes, quality, isOnFront }) => [
      isOnFront ? `**${name}**` : name,
      (bytes / 1e6).toFixed(2),
      (all / bytes).toFixed(1),
      (quality ?? Number.NaN).toFixed(4),
      isOnFront ? "yes" : "",
    ]);
  return [
    "## The front",
    "",
    `![Accuracy against bytes in both directions, on a logarithmic scale](${file})`,
    "",
    "In the mean over the seeds, from the fewest bytes in both directions to the most. On the front is what nothing beats in both: no other arm",
    "has as good a model for fewer bytes, or a better one for as many.",
    "",
    ...tableOf(["arm", "MB", "times fewer", "accuracy", "on the front"], rows),
    "",
  ];
}
