/**
 * Notes beside charts.
 *
 * @module
 */

/** The most arms of which a note speaks one by one; of more, the legend and the tables do. */
const ARMS_NOTED_LIMIT = 3;

/** A sentence for each arm, to stand behind others; nothing for many arms. */
export function ofFew(sentences: readonly string[]): string {
  return sentences.length > ARMS_NOTED_LIMIT ? "" : sentences.map((sentence) => ` ${sentence}`).join("");
}
