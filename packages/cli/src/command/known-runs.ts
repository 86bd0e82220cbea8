/**
 * Known runs: runs of the store that an experiment need not do again. The same scenario with the same seed comes to the
 * same bytes as long as the files that it reads and the software that decides results are the same.
 *
 * @module
 */
import type { ArmRun } from "@potluck/comparison";
import { isDeepStrictEqual } from "node:util";
import { Fault } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { readOutcome } from "../output/run-outcome.ts";
import { decidesResults, softwareHere } from "../store/circumstances.ts";
import { inputsOf } from "../store/inputs.ts";
import { isLive, type RunRecord } from "../store/run-record.ts";
import type { RunStore } from "../store/run-store.ts";
import { fileOf } from "./recorded-run.ts";

/** Gives the run of a scenario with a seed if the store has it, each run once; undefined where it has to be done. */
export type KnownRuns = (scenario: Scenario, seed: number) => ArmRun | undefined;

/** The runs that `store` has by now. */
export function knownRuns(store: RunStore): KnownRuns {
  const software = softwareHere();
  const left = new Set(
    store
      .list()
      .toReversed()
      .filter((run) => isDone(run) && !isLive(run) && isDeepStrictEqual(softwareOf(run), software)),
  );
  return (scenario, seed) => {
    const file = asKept(fileOf(scenario));
    const alike = [...left].filter((run) => run.seed === seed && isDeepStrictEqual(run.file, file));
    if (file === null || alike.length === 0) return undefined;
    const inputs = inputsOf(scenario);
    for (const run of alike.filter((one) => isDeepStrictEqual(one.inputs, inputs))) {
      left.delete(run);
      const outcome = outcomeOf(run);
      if (outcome !== undefined) return { run: run.id, seed, outcome };
    }
    return undefined;
  };
}

function isDone({ status }: RunRecord): boolean {
  return status === "finished" || status === "stalled";
}

function softwareOf({ versions }: RunRecord): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(versions).filter(([name]) => decidesResults(name)));
}

/** A scenario file as it comes back from the store. */
function asKept(file: unknown): unknown {
  return JSON.parse(JSON.stringify(file));
}

/** What a run came to; undefined if its folder is gone, or holds it no more. */
function outcomeOf(run: RunRecord): ArmRun["outcome"] | undefined {
  try {
    return readOutcome(run).outcome;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
