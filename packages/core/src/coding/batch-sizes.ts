/**
 * Which batches are large enough for a scheme: every answer that it asks for is a sum over at least one example, so that everybody
 * has something to compute and loads are about what the scheme says.
 *
 * A chunk of a coded group may be smaller than an example, where an answer is made of several.
 *
 * @module
 */
import { rowsOf } from "./placement.ts";
import type { CodingScheme, Group } from "./scheme.ts";

/** Whether some answer would be a sum over no examples, or a batch has fewer examples than there are workers. */
export function isTooSmall(scheme: CodingScheme, batchSize: number): boolean {
  if (batchSize < scheme.workers) return true;
  const placement = { scheme, models: 1, examples: batchSize, batchSize };
  return scheme.groups.some(({ code }, group) => {
    const filled = Array.from(
      { length: scheme.workers },
      (_, chunk) => rowsOf(placement, { job: 1, group }, chunk).length > 0,
    );
    return code.blocks.some(({ first, terms }) => terms.some((own) => !own.some(({ chunk }) => filled[first + chunk])));
  });
}

/** The next larger batch that is not too small; it is at least as large as there are workers. */
export function nextBatchSize(scheme: CodingScheme, batchSize: number): number {
  const least = Math.min(...scheme.groups.map((group) => shareOfAnswer(group, scheme)));
  let size = Math.max(batchSize + 1, scheme.workers, Math.ceil(1 / least));
  while (isTooSmall(scheme, size)) size += 1;
  return size;
}

/** How much of a job an answer is a sum over. */
function shareOfAnswer({ share, code }: Group, { workers }: CodingScheme): number {
  return (share * (code.tolerated + 1)) / workers;
}
