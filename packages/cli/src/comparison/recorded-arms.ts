/**
 * Arms from the store: which of its runs are the seeds of one arm.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { RunOutcome } from "../output/run-outcome.ts";
import type { RunRecord } from "../store/run-record.ts";
import { type Arm, type Arms, distinct } from "./arms.ts";

/**
 * The arms of runs, on the seeds that all of them have: runs of the same scenario are one arm, and the later one counts of two with
 * the same seed. Throws Fault "run-missing" if the arms have no seed in common.
 */
export function recordedArms(runs: readonly RunRecord[], outcomeOf: (run: RunRecord) => RunOutcome): Arms {
  const groups = [...Map.groupBy(runs, scenarioOf).values()].flatMap(apart);
  const names = distinct(groups.flatMap((group) => group.slice(0, 1).map(nameOf)));
  const byArm = groups.map((group, at) => ({
    name: names[at] ?? "",
    bySeed: new Map(group.map((run) => [run.seed, run])),
  }));
  const seeds = [...new Set(runs.map(({ seed }) => seed))]
    .filter((seed) => byArm.every(({ bySeed }) => bySeed.has(seed)))
    .sort((a, b) => a - b);
  const arms = byArm.flatMap(({ name, bySeed }): readonly Arm[] => {
    const own = seeds.flatMap((seed) => bySeed.get(seed) ?? []);
    const [first, ...others] = own.map((run) => ({ run: run.id, seed: run.seed, outcome: outcomeOf(run) }));
    return first === undefined ? [] : [{ name, runs: [first, ...others] }];
  });
  const [first, ...others] = arms;
  if (first !== undefined) return [first, ...others];
  const had = byArm.map(({ name, bySeed }) => `${name} has ${[...bySeed.keys()].join(", ")}`);
  throw new Fault("run-missing", `the arms have no seed in common: ${had.join("; ")}`, "Run them on the same seeds.");
}

/** What two runs of one arm have in common: the scenario as it was kept, or else its name and its plan. */
function scenarioOf({ scenario, file, plan }: RunRecord): string {
  return JSON.stringify(file ?? [scenario, plan]);
}

/** A scenario that was given to one comparison twice is two arms there. */
function apart(group: readonly RunRecord[]): readonly (readonly RunRecord[])[] {
  const armsIn = [...Map.groupBy(group, ({ experiment }) => experiment)].map(
    ([experiment, own]) => experiment !== null && new Set(own.map(({ arm }) => arm)).size > 1,
  );
  return armsIn.includes(true) ? [...Map.groupBy(group, nameOf).values()] : [group];
}

function nameOf({ arm, scenario }: RunRecord): string {
  return arm ?? scenario;
}
