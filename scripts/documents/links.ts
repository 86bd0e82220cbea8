/**
 * Checks that the documentation holds together: every relative link of every Markdown file leads to a file of the
 * repository, and every anchor to a heading. Links to other sites are left alone.
 *
 * @module
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { productFiles } from "./files.ts";
import { anchorsOf, linksOf } from "./markdown.ts";

/** Every broken link of the repository at `root`, one sentence each, with file and line. */
export function brokenLinks(root: string): readonly string[] {
  const documents = productFiles(root).filter((path) => path.endsWith(".md"));
  return documents.flatMap((path) =>
    linksOf(readFileSync(join(root, path), "utf8")).flatMap(({ target, line }) => {
      const fault = faultOf(root, path, target);
      return fault === undefined ? [] : [`${path}:${line}: ${fault}`];
    }),
  );
}

/** What is wrong with a link from the document at `from`; undefined where nothing is. */
function faultOf(root: string, from: string, target: string): string | undefined {
  if (/^(?:[a-z][a-z+.-]*:|\/\/)/iu.test(target)) return undefined;
  if (target.startsWith("/")) return `${target} is absolute; write it relative to the document`;
  const [file = "", anchor] = decodeURIComponent(target).split("#");
  const path = file === "" ? from : posix.join(posix.dirname(from), file);
  if (path.startsWith("..") || !existsSync(join(root, path))) return `${target} leads to no file`;
  if (anchor === undefined || anchor === "") return undefined;
  return offers(join(root, path), anchor) ? undefined : `${target} names no heading of ${path}`;
}

/** Whether the file has that anchor. Lines of sources (`#L10`) are not checked. */
function offers(path: string, anchor: string): boolean {
  if (statSync(path).isDirectory()) return false;
  return path.endsWith(".md") ? anchorsOf(readFileSync(path, "utf8")).has(anchor) : /^L\d/u.test(anchor);
}
