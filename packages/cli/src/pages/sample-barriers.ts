/**
 * What on a page keeps people out, for tests of pages.
 *
 * @module
 */

/** What runs scripts, such as a page. */
interface Scripted {
  readonly evaluate: (script: string) => Promise<unknown>;
}

const FOUND = `axe.run().then(({ violations }) =>
  violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`;

/** What axe, given as its source, finds on a page that is serious or critical: a list of texts. */
export async function barriers(page: Scripted, axe: string): Promise<unknown> {
  await page.evaluate(axe);
  return page.evaluate(FOUND);
}
