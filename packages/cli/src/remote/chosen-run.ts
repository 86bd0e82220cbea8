/**
 * Which run of a coordinator is meant.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { RunOverview } from "@potluck/server";
import { askAdministration, type Remote } from "./administration.ts";
import { runsAnswer } from "./answers.ts";

/** All runs of a coordinator. Rejects as {@link askAdministration} does. */
export async function runsOf(remote: Remote): Promise<{ readonly runs: readonly RunOverview[] }> {
  return askAdministration(remote, { method: "GET", path: "/runs", answer: runsAnswer });
}

/**
 * The run that is meant by as much of its id as no other has, or by its name; without a word the only one that goes on. Rejects with
 * Fault "run-missing" where there is none, or several could be meant.
 */
export async function chosenRun(remote: Remote, word: string | undefined): Promise<RunOverview> {
  const { runs } = await runsOf(remote);
  const open = runs.filter(({ state }) => state !== "ended");
  const meant = word === undefined ? open : runs.filter(({ id, name }) => id.startsWith(word) || name === word);
  const [first] = meant;
  if (first !== undefined && meant.length === 1) return first;
  const problem = first === undefined ? "there is no such run that goes on" : "several runs could be meant";
  const ids = runs.map(({ id }) => id).join(", ");
  throw new Fault("run-missing", problem, `Name one with --run: ${ids === "" ? "there is none" : ids}.`);
}
