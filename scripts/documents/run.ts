/**
 * Runs a check of documents by name, `links` or `wording`: prints what is wrong and exits with 1 if anything is.
 *
 * @module
 */
import { join } from "node:path";
import { brokenLinks } from "./links.ts";
import { wordsOutOfPlace } from "./wording.ts";

const checks: Readonly<Record<string, (root: string) => readonly string[]>> = {
  links: brokenLinks,
  wording: wordsOutOfPlace,
};

const check = checks[process.argv[2] ?? ""];
if (check === undefined) throw new Error(`say which check to run: ${Object.keys(checks).join(" or ")}`);
const findings = check(join(import.meta.dirname, "../.."));
for (const finding of findings) console.log(finding);
process.exitCode = findings.length === 0 ? 0 : 1;
