import { describe, expect, test } from "vitest";
import { lastLine, skippedIn, tallyOfStep, tallyOfTests, total } from "./tally.ts";

describe("tallyOfTests", () => {
  const report = (counts: object): string => JSON.stringify(counts);

  test("takes the counts of the report", () => {
    const counts = { numPassedTests: 7, numFailedTests: 2, numPendingTests: 1, numTodoTests: 1 };
    expect(tallyOfTests(report(counts), true)).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });

  test("counts each file that cannot be loaded as a failure", () => {
    const testResults = [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [{ status: "failed" }] },
      { status: "passed", assertionResults: [{ status: "passed" }] },
    ];
    expect(tallyOfTests(report({ numPassedTests: 1, numFailedTests: 1, testResults }), true).failed).toBe(2);
  });

  test("counts a failure when the run failed although every test passed, as with an error between tests", () => {
    expect(tallyOfTests(report({ numPassedTests: 7, numFailedTests: 0 }), true).failed).toBe(1);
  });

  test("counts a failure when there is no report", () => {
    expect(tallyOfTests(undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test("counts a failure when no test ran at all", () => {
    expect(tallyOfTests(report({ numPassedTests: 0, numFailedTests: 0 }), false).failed).toBe(1);
  });
});

test("the total adds up steps and tests", () => {
  const tests = { passed: 7, failed: 2, skipped: 1 };
  expect(total([tallyOfStep(false), tallyOfStep(true), tests])).toEqual({ passed: 8, failed: 3, skipped: 1 });
});

test.each([
  [{ passed: 12, failed: 0, skipped: 0 }, "12 passed, 0 failed"],
  [{ passed: 12, failed: 1, skipped: 3 }, "12 passed, 1 failed, 3 skipped"],
])("the last line of %o is %s", (tally, line) => {
  expect(lastLine(tally)).toBe(line);
});

describe("skippedIn", () => {
  test("names each group of skipped tests once, and a test outside a group by itself", () => {
    const skipped = { status: "skipped", ancestorTitles: ["no browser", "with WebGPU"], title: "trains" };
    const alone = { status: "skipped", ancestorTitles: [], title: "alone" };
    const passed = { status: "passed", ancestorTitles: ["others"], title: "works" };
    const testResults = [{ assertionResults: [skipped, skipped, passed] }, { assertionResults: [alone] }];
    expect(skippedIn(JSON.stringify({ testResults }))).toEqual(["no browser", "alone"]);
  });

  test("names nothing where there is no report", () => {
    expect(skippedIn(undefined)).toEqual([]);
  });
});
