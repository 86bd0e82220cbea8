/**
 * The start of a run, for tests.
 *
 * @module
 */
import type { RunStart } from "./run-record.ts";

/** A run of the scenario "sample", with `changes` made to it. */
export function sampleStart(changes: Partial<RunStart> = {}): RunStart {
  return {
    scenario: "sample",
    title: null,
    seed: 1,
    file: { name: "sample" },
    plan: { parts: [], settings: {} },
    command: "npx potluck simulate sample.json --seed 1",
    inputs: {},
    experiment: null,
    arm: null,
    versions: { potluck: "1.2.3" },
    environment: { cores: 2 },
    startedAt: "2031-05-07T08:09:10.123Z",
    ...changes,
  };
}
