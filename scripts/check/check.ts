/**
 * The one command: runs the steps of `steps.ts`, or the ones that are named, and ends with one line that counts what
 * passed and what failed. `--fix` formats and applies safe lint fixes first.
 *
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Outcome, runStep } from "./run.ts";
import { fixes, type Step, stepsOf } from "./steps.ts";
import { lastLine, skippedIn, type Tally, tallyOfStep, tallyOfTests, total } from "./tally.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "check-"));
const testReport = join(folder, "tests.json");

try {
  await main();
} finally {
  rmSync(folder, { recursive: true });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { fix: { type: "boolean" } }, allowPositionals: true });
  const steps = stepsOf(root, testReport);
  const unknown = positionals.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    const names = steps.map(({ name }) => name).join(", ");
    console.log(`There is no step ${unknown.join(", ")}. Choose among ${names}.`);
    return finish([tallyOfStep(true)]);
  }
  if (values.fix === true) await runStep(root, { commands: fixes, limitSeconds: 300 });
  const tallies: Tally[] = [];
  for (const step of steps) {
    if (positionals.length === 0 || positionals.includes(step.name)) tallies.push(await perform(step));
  }
  finish(tallies);
}

async function perform(step: Step): Promise<Tally> {
  const outcome = await runStep(root, step);
  const tally = step.name === "tests" ? testTally(outcome) : tallyOfStep(outcome.failed);
  const failed = tally.failed > 0;
  const note = step.note === undefined ? "" : `: ${step.note}`;
  const detail = step.name === "tests" ? `: ${lastLine(tally)}` : note;
  if (failed) console.log(`\n${outcome.output.trim()}\n`);
  console.log(`${failed ? "FAIL" : "ok  "} ${step.name} (${outcome.seconds.toFixed(1)} s)${detail}`);
  if (failed) console.log(`     ${step.remedy}\n`);
  if (step.name === "tests") for (const title of skippedIn(readReport())) console.log(`     skipped: ${title}`);
  return tally;
}

function testTally({ failed }: Outcome): Tally {
  return tallyOfTests(readReport(), failed);
}

/** What the tests reported; undefined where they did not come to that. */
function readReport(): string | undefined {
  return existsSync(testReport) ? readFileSync(testReport, "utf8") : undefined;
}

function finish(tallies: readonly Tally[]): void {
  const sum = total(tallies);
  process.exitCode = sum.failed > 0 ? 1 : 0;
  console.log(lastLine(sum));
}
