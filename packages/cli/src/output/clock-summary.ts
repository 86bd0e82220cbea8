/**
 * The summary of a run in which only the clock ran: lines for people, one object for programs.
 *
 * @module
 */
import { bytes, counted, duration, percent } from "@potluck/comparison";
import type { TimingResult } from "@potluck/scenario";
import { conversionText } from "../report/conversion-text.ts";
import { row } from "./text-table.ts";

/** The object that `--format json` prints. */
export function clockObject(result: TimingResult): Readonly<Record<string, unknown>> {
  const { accounts: _accounts, effectiveObjective, failures, tiers: _tiers, versions, ...rest } = result;
  const { bias, effectiveClients } = effectiveObjective;
  return {
    ...rest,
    timingOnly: true,
    rounds: versions,
    effectiveObjective: { bias, effectiveClients },
    failures: Object.fromEntries(failures),
  };
}

/** Of conversions training decides which are believed, and there was none. */
const ALL_BELIEVED =
  "all are taken as believed, since training alone tells which are; `potluck analyse` says what is so with none";

/** What is printed at the end of a run. */
export function clockLines(result: TimingResult): readonly string[] {
  const { scorecard, clients, wallSeconds, events } = result;
  const { starvation, delay, unfairShare, bottleneck } = scorecard;
  const neverUsed = `${starvation.clientsNeverUsed} of ${counted(clients, "client")} never used`;
  const link = bottleneck.serverLink;
  const full = link === null ? 0 : Math.max(link.saturatedShareUp, link.saturatedShareDown);
  const sent = `${bytes(bottleneck.bytesUp)} up, ${bytes(bottleneck.bytesDown)} down, ${bytes(bottleneck.bytesLost)} lost`;
  return [
    `${result.status}: ${result.ended} (only the clock ran)`,
    "",
    row("versions", String(result.versions)),
    row("virtual time", duration(result.virtualSeconds)),
    row("wall time", `${duration(wallSeconds)}, ${counted(events, "event")}`),
    "",
    row("starvation", neverUsed),
    row("delay", `${percent(delay.idleShare)} of client time idle`),
    row("unfair share", `${percent(unfairShare.wastedWorkShare)} of the work wasted, ${objectiveText(result)}`),
    row("bottleneck", `${sent}, server link too narrow ${percent(full)} of the time`),
    ...conversionRows(result),
    ...(result.conversions === undefined ? [] : [row("", ALL_BELIEVED)]),
    ...[...result.failures].map(([reason, times]) => row("failed tasks", `${counted(times, "time")}: ${reason}`)),
  ];
}

/** What conversions of old updates have cost the server, where there were any. */
export function conversionRows({ conversions }: Pick<TimingResult, "conversions">): readonly string[] {
  return conversions === undefined ? [] : [row("conversions", conversionText(conversions))];
}

/** How far the objective that was optimised is from the one that was asked for. */
export function objectiveText({ effectiveObjective: { bias } }: Pick<TimingResult, "effectiveObjective">): string {
  return bias === null ? "no client was heard" : `${percent(bias)} of the pull to the wrong clients`;
}
