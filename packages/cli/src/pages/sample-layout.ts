/**
 * What of the drawings of a page is not where it should be, for tests of pages.
 *
 * @module
 */

/** What runs scripts, such as a page. */
interface Scripted {
  readonly evaluate: (script: string) => Promise<unknown>;
}

const FOUND = `(() => {
  const cut = Array.from(document.querySelectorAll("figure svg text"), (text) => {
    const [own, frame] = [text.getBoundingClientRect(), text.closest("svg").getBoundingClientRect()];
    return own.left < frame.left - 0.5 || own.right > frame.right + 0.5 ? "cut off: " + text.textContent : "";
  });
  const uneven = Array.from(document.querySelectorAll(".histogram"), (histogram) => {
    const feet = Array.from(histogram.querySelectorAll(".histogram-bar"), (bar) => bar.getBoundingClientRect().bottom);
    return Math.max(...feet) - Math.min(...feet) > 0.5 ? "bars on several lines: " + histogram.textContent : "";
  });
  const over = Array.from(document.querySelectorAll(".numbers > div"), (cell) =>
    cell.scrollWidth > cell.clientWidth + 1 ? "runs over its neighbour: " + cell.textContent : "");
  return [...cut, ...uneven, ...over].filter((found) => found !== "");
})()`;

/** Labels that are cut off, bars that do not stand on one line, numbers that run over their neighbours: a list of texts. */
export async function misplaced(page: Scripted): Promise<unknown> {
  return page.evaluate(FOUND);
}
