/**
 * `potluck status`: what the runs of a coordinator are at, and `potluck stop`: ends one of them.
 *
 * @module
 */
import { bytes, count, duration, percent } from "@potluck/comparison";
import type { RefusedAnswer, RunOverview } from "@potluck/server";
import type { Command } from "commander";
import { textTable } from "../output/text-table.ts";
import { askAdministration, type Remote } from "../remote/administration.ts";
import { refusalsAnswer, runAnswer } from "../remote/answers.ts";
import { chosenRun, runsOf } from "../remote/chosen-run.ts";
import { printAnswer, remoteAt, remoteCommand, type RemoteOptions } from "../remote/remote-options.ts";
import type { Terminal } from "../terminal.ts";

/** So many refused answers are shown of each run. */
const SHOWN_REFUSALS = 5;

/** `potluck status` */
export function statusCommand(terminal: Terminal): Command {
  return remoteCommand("status", "Show what the runs of a coordinator are at.", terminal).action(
    async (url: string, options: RemoteOptions) => {
      const remote = remoteAt(url, options);
      const { runs } = await runsOf(remote);
      const known = await Promise.all(runs.map(async (run) => ({ ...run, refusals: await refusalsOf(remote, run) })));
      printAnswer(terminal, options, { runs: known }, known.flatMap(linesOf));
    },
  );
}

async function refusalsOf(remote: Remote, { id }: RunOverview): Promise<readonly RefusedAnswer[]> {
  const path = `/runs/${encodeURIComponent(id)}/refusals`;
  const { refusals } = await askAdministration(remote, { method: "GET", path, answer: refusalsAnswer });
  return refusals.slice(0, SHOWN_REFUSALS);
}

/** A number; "?" for one that is not known. */
export function numberText(number: number | null): string {
  return number === null ? "?" : count(number);
}

function linesOf(run: RunOverview & { readonly refusals: readonly RefusedAnswer[] }): readonly string[] {
  const { clients, updates } = run;
  const invalid = Object.entries(updates.invalid).map(([rule, times]) => `${rule} ${count(times)}`);
  const cells = [
    run.name,
    run.state,
    count(run.version),
    run.accuracy === null ? "" : percent(run.accuracy),
    `${numberText(clients.connected)} of ${count(clients.known)}`,
    numberText(run.openTasks),
    count(updates.accepted),
    numberText(updates.late === null ? null : updates.late + (updates.abandoned ?? 0)),
    invalid.length === 0 ? "0" : invalid.join(", "),
    duration(run.seconds),
  ];
  return [
    ...textTable(HEADINGS, [cells], [2, 3, 4, 5, 6, 7]),
    `  run ${run.id}: ${run.plan}; ${run.fleet}`,
    `  ${bytes(run.bytesUp)} up, ${bytes(run.bytesDown)} down`,
    ...(run.ended === null ? [] : [`  ended: ${run.ended}`]),
    ...run.refusals.map(
      ({ at, client, refusal, detail }) => `  refused ${duration(at)} in, of client ${client} as ${refusal}: ${detail}`,
    ),
  ];
}

const HEADINGS = ["scenario", "state", "version", "accuracy", "connected", "tasks", "used", "late", "invalid", "time"];

interface StopOptions extends RemoteOptions {
  readonly run?: string;
  readonly reason: string;
}

/** `potluck stop` */
export function stopCommand(terminal: Terminal): Command {
  return remoteCommand("stop", "End a run for good: what it has come to stays.", terminal)
    .option("--run <id>", "which one, where there are several; as much of its id as no other has")
    .option("--reason <text>", "why, for its result", "it was stopped")
    .action(async (url: string, options: StopOptions) => {
      const remote = remoteAt(url, options);
      const { id } = await chosenRun(remote, options.run);
      const path = `/runs/${encodeURIComponent(id)}/stop`;
      const body = { reason: options.reason };
      const run = await askAdministration(remote, { method: "POST", path, body, answer: runAnswer });
      printAnswer(terminal, options, run, [`${run.name} has ended: ${run.ended ?? options.reason}`]);
    });
}
