/**
 * Checks that product files speak of the product alone: no paths of the machine that they were written on, no hosts
 * that packages were installed from, no remarks on how the work was done.
 *
 * The patterns spell a letter as a class, so that they do not match their own source.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { productFiles } from "./files.ts";

interface Taboo {
  readonly pattern: RegExp;
  readonly why: string;
}

const taboos: readonly Taboo[] = [
  {
    pattern: /(?<![\w.$}*-])\/(?:[w]ork|[r]oot|[h]ome|[U]sers)\/\w/u,
    why: "is a path of one machine; write it relative to the repository",
  },
  {
    pattern: /(?<![\w.$}*-])\/[t]mp\/\w/u,
    why: "is a path of one machine; use the temporary folder that the system names",
  },
  {
    pattern: /[r]egistry\.(?:npmjs|yarnpkg)|[n]pm\.pkg\.github|\b[a]rtifactory\b|\b[v]erdaccio\b|\b[n]exus\.\w/iu,
    why: "is a host of packages; the installer's own configuration names it",
  },
  {
    pattern: /\b(?:[s]ub-?agents?|[A]I[ -](?:assist|generat|written)|[l]anguage model wrote|[c]o-authored-by)/iu,
    why: "says how the work was done, not what it is",
  },
  { pattern: /\b(?:[c]hatgpt|[c]laude|[c]opilot|[a]nthropic)\b/iu, why: "says how the work was done, not what it is" },
];

/** Every place of the repository at `root` that says what a product should not, one sentence each, with its line. */
export function wordsOutOfPlace(root: string): readonly string[] {
  return productFiles(root).flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return text.includes("\0") ? [] : remarks(text).map(({ line, remark }) => `${path}:${line}: ${remark}`);
  });
}

/** The taboos that a text breaks, with their lines, counted from 1. */
export function remarks(text: string): readonly { readonly line: number; readonly remark: string }[] {
  return text.split("\n").flatMap((words, index) =>
    taboos.flatMap(({ pattern, why }) => {
      const [found] = pattern.exec(words) ?? [];
      return found === undefined ? [] : [{ line: index + 1, remark: `"${found}" ${why}` }];
    }),
  );
}
