import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sampleRun } from "./sample-run.ts";
import { scoresOf } from "./scores-of.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/reference/scorecard.md"), "utf8");

/** The cells of every row of the page's tables, headings left out. */
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

test("docs/reference/scorecard.md holds every field of the JSON, enemy by enemy, and no other", async () => {
  const { scorecard } = await sampleRun();
  const expected = Object.values(scorecard).flatMap((scores: object) => Object.keys(scores));
  expect(rows.map(([, field]) => field)).toEqual(expected.map((field) => `\`${field}\``));
  for (const enemy of Object.keys(scorecard)) expect(page).toContain(`## \`${enemy}\`\n`);
});

test("docs/reference/scorecard.md has the names of the report beside them", async () => {
  const names = scoresOf(await sampleRun()).flatMap(({ scores }) => scores.map(({ name }) => name));
  const documented = new Set(rows.map(([, , name]) => name));
  // It is a field of the effective objective.
  expect(names.filter((name) => !documented.has(name))).toEqual(["objective bias"]);
  expect(page).toContain("**objective bias**");
  expect(names).toContain("contribution gap");
});

test("objective bias stands beside the contribution gap, and says what was asked for", async () => {
  const biasOf = (result: Parameters<typeof scoresOf>[0]): string | undefined =>
    scoresOf(result)
      .flatMap(({ scores }) => scores)
      .find(({ name }) => name === "objective bias")?.meaning;
  const result = await sampleRun();
  expect(biasOf(result)).toContain("for each example to count alike");
  const conditions = { ...result.conditions, objective: "per-client" } as const;
  expect(biasOf({ ...result, conditions })).toContain("for each client to count alike");
});

test("a score without a value says why there is none", async () => {
  const absent = (result: Parameters<typeof scoresOf>[0]): Readonly<Record<string, unknown>> =>
    Object.fromEntries(
      scoresOf(result)
        .flatMap(({ scores }) => scores)
        .filter(({ value }) => value === null)
        .map((score) => [score.name, score.absent]),
    );
  const updates = {
    "participation fairness": "no update was used",
    "staleness, median": "no update was used",
    "staleness, 95 of 100": "no update was used",
    "staleness, worst": "no update was used",
    "contribution gap": "no update was used",
    "objective bias": "no update was used",
    "upload compression": "no update was sent",
  };
  const result = await sampleRun({ maximumSeconds: 1e-6, targetAccuracy: 1 });
  expect(absent(result)).toEqual({ ...updates, "time to target": "never" });
  expect(absent({ ...result, targetAccuracy: null })).toEqual({ ...updates, "time to target": "no target" });
});
