import { readFileSync } from "node:fs";
import { join } from "node:path";
import { present, waitedRounds } from "@potluck/core";
import { fleet, parseScenario, type RunResult } from "@potluck/scenario";
import { simulate } from "@potluck/simulator";
import { expect, test } from "vitest";

const here = (name: string): string => join(import.meta.dirname, name);

async function run(name: string): Promise<RunResult> {
  const scenario = parseScenario(JSON.parse(readFileSync(here(name), "utf8")), name);
  return simulate({
    scenario: { ...scenario, fleet: fleet.trace({ file: here("workers.json") }) },
    seed: 1,
    workers: 2,
  });
}

test("the codes take less time, and come to the same losses, as the README says", async () => {
  const [uncoded, coded, tuned] = [await run("uncoded.json"), await run("coded.json"), await run("tuned.json")];
  expect(uncoded.virtualSeconds).toBeCloseTo(19.7, 1);
  expect(coded.virtualSeconds).toBeCloseTo(16.7, 1);
  expect(tuned.virtualSeconds).toBeCloseTo(12.5, 1);
  const waited = ({ tasks = [], settings }: RunResult): number =>
    waitedRounds(tasks, settings["patience"] ?? NaN).length;
  expect([waited(uncoded), waited(coded)]).toEqual([35, 25]);
  const losses = ({ models }: RunResult): readonly string[] =>
    present(models, "two models").map(({ testLoss }) => (testLoss ?? NaN).toFixed(4));
  expect(losses(coded)).toEqual(["0.9995", "0.6301"]);
  expect(losses(uncoded)).toEqual(losses(coded));
  expect(losses(tuned)).toEqual(losses(coded));
}, 60_000);
