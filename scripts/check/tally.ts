/**
 * Counts what passed and what failed: every test, and every other step of the check as one.
 *
 * @module
 */

/** How many checks passed, failed and were skipped. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The tally of a step that is one check. */
export function tallyOfStep(failed: boolean): Tally {
  return { passed: failed ? 0 : 1, failed: failed ? 1 : 0, skipped: 0 };
}

/**
 * The tally of the tests, from the JSON report that the test runner wrote; undefined where it wrote none. A file that
 * cannot be loaded counts as a failure, and a run that failed, or ran nothing, counts at least one.
 */
export function tallyOfTests(report: string | undefined, failed: boolean): Tally {
  const counts: unknown = report === undefined ? {} : JSON.parse(report);
  const passed = countIn(counts, "numPassedTests");
  const failures = countIn(counts, "numFailedTests") + listIn(counts, "testResults").filter(isUnloaded).length;
  const skipped = countIn(counts, "numPendingTests") + countIn(counts, "numTodoTests");
  return { passed, failed: Math.max(failures, failed || passed === 0 ? 1 : 0), skipped };
}

/** What the tests that were skipped are called: each outermost group, or test outside a group, once. */
export function skippedIn(report: string | undefined): readonly string[] {
  const counts: unknown = report === undefined ? {} : JSON.parse(report);
  const tests = listIn(counts, "testResults").flatMap((file) => listIn(file, "assertionResults"));
  const skipped = tests.filter((test) => ["skipped", "pending", "todo"].includes(String(fieldOf(test, "status"))));
  return [...new Set(skipped.map((test) => String(listIn(test, "ancestorTitles")[0] ?? fieldOf(test, "title"))))];
}

function isUnloaded(file: unknown): boolean {
  return fieldOf(file, "status") === "failed" && listIn(file, "assertionResults").length === 0;
}

function countIn(report: unknown, name: string): number {
  const count = fieldOf(report, name);
  return typeof count === "number" ? count : 0;
}

function listIn(report: unknown, name: string): readonly unknown[] {
  const list = fieldOf(report, name);
  return Array.isArray(list) ? list : [];
}

function fieldOf(report: unknown, name: string): unknown {
  if (typeof report !== "object" || report === null) return undefined;
  return Object.entries(report).find(([key]) => key === name)?.[1];
}

/** The sum of tallies. */
export function total(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The line that a check ends with: `12 passed, 0 failed`, with `, 1 skipped` where there is any. */
export function lastLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
