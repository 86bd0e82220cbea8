/**
 * Runs that are compared: looked up, fetched, and set beside one another.
 *
 * @module
 */
import {
  type Comparison,
  compareArms,
  type LeftOut,
  type RecordedRun,
  recordedArms,
  type Unusable,
} from "@potluck/comparison";
import type { RunOutcome } from "@potluck/scenario";
import type { Run } from "../api/answers.ts";
import { type Api, ApiProblem } from "../api/api.ts";

/** A comparison, and what is missing in it. */
export interface ComparedRuns {
  readonly comparison: Comparison;
  readonly leftOut: readonly LeftOut[];
  /** Arms of which no run could be compared. */
  readonly lostArms: readonly string[];
}

type Asked = Pick<Api, "runs" | "result">;

/** The most sides that can be told apart, and the most runs that are fetched for them. */
const MOST_ARMS = 8;
const MOST_RUNS = 64;

/** Compares what some words name. Rejects with an error that says what is wrong. */
export async function compareRuns(api: Asked, words: readonly string[]): Promise<ComparedRuns> {
  const all = await api.runs();
  const runs = runsOf(all, words);
  if (runs.length < 2) throw new Error("A comparison needs two runs at least. Choose them in the list of runs.");
  if (runs.length > MOST_RUNS) throw new Error(`These are ${runs.length} runs; up to ${MOST_RUNS} can be compared.`);
  const readings = new Map<string, RunOutcome | Unusable>();
  const going = new Set(all.flatMap(({ id, state }) => (state === "ended" ? [] : [id])));
  for (const { id } of runs) readings.set(id, going.has(id) ? { why: "it goes on" } : await readingOf(api, id));
  const reasons = [...readings.values()].flatMap((reading) => ("why" in reading ? [reading.why] : []));
  if (reasons.length === runs.length) {
    throw new Error(`None of these runs can be compared: ${[...new Set(reasons)].join("; ")}.`);
  }
  const { arms, leftOut, lostArms } = recordedArms(runs, ({ id }) => readings.get(id) ?? { why: "it is gone" });
  if (arms.length > MOST_ARMS) throw new Error(`These are ${arms.length} arms; up to ${MOST_ARMS} can be compared.`);
  return { comparison: compareArms(arms), leftOut, lostArms };
}

/** The runs that words name, by their ids or as those of an experiment, each once. */
export function runsOf(all: readonly Run[], words: readonly string[]): readonly RecordedRun[] {
  const found = words.flatMap((word) => {
    const inIt = all.filter(({ experiments }) => experiments.some(({ experiment }) => experiment === word));
    const known = inIt.length > 0 ? inIt : all.filter(({ id }) => id === word);
    if (known.length === 0) throw new Error(`There is no run “${word}” any more. Choose again in the list of runs.`);
    return known.map((run) => recorded(run, word));
  });
  return [...new Map(found.map((run) => [run.id, run])).values()];
}

/** A run as one of the experiment that a word names, or of the one that it was begun in. */
function recorded({ id, name, seed, scenario, experiments }: Run, word: string): RecordedRun {
  const member = experiments.find(({ experiment }) => experiment === word) ?? experiments[0];
  const { experiment = null, arm = null } = member ?? {};
  return { id, scenario: name, seed, kin: scenario, experiment, arm };
}

async function readingOf(api: Asked, id: string): Promise<RunOutcome | Unusable> {
  try {
    const outcome = await api.result(id);
    return outcome.status === "interrupted" ? { why: "it was interrupted" } : outcome;
  } catch (error) {
    if (error instanceof ApiProblem && error.kind === "missing") return { why: error.message };
    throw error;
  }
}
