/**
 * The summary of a run: lines for people, one object for programs.
 *
 * @module
 */
import type { Measurement } from "@potluck/simulator";
import { bytes, counted, duration, NOT_MEASURED, percent } from "../report/format.ts";
import type { RunOutcome } from "./run-outcome.ts";
import { objectiveText } from "./clock-summary.ts";
import { NO_UPDATE } from "./scores-of.ts";
import { row } from "./text-table.ts";

/** Where a run's files lie. */
export interface RunPlace {
  readonly run: string;
  /** The folder, as the user would type it. */
  readonly path: string;
}

/** The measurement of the last model; undefined where it has diverged so far that nothing can be measured. */
export function finalMeasurement({ measurements, versions }: RunOutcome): Measurement | undefined {
  return measurements.find(({ version }) => version === versions);
}

/** The object that `--format json` prints and `summary.json` holds. */
export function summaryObject(result: RunOutcome, { run, path }: RunPlace): Readonly<Record<string, unknown>> {
  const last = finalMeasurement(result);
  return {
    run,
    scenario: result.scenario,
    status: result.status,
    ended: result.ended,
    seed: result.seed,
    rounds: result.versions,
    virtualSeconds: result.virtualSeconds,
    wallSeconds: result.wall.wallSeconds,
    testAccuracy: last?.testAccuracy ?? null,
    testLoss: last?.testLoss ?? null,
    bytesUp: result.scorecard.bottleneck.bytesUp,
    bytesDown: result.scorecard.bottleneck.bytesDown,
    modelHash: result.modelHash,
    scorecard: result.scorecard,
    effectiveObjective: {
      bias: result.effectiveObjective.bias,
      effectiveClients: result.effectiveObjective.effectiveClients,
    },
    parts: result.parts,
    settings: result.settings,
    failures: Object.fromEntries(result.failures),
    wall: result.wall,
    folder: path,
  };
}

/** What is printed at the end of a run. */
export function summaryLines(result: RunOutcome, { run, path }: RunPlace): readonly string[] {
  const last = finalMeasurement(result);
  return [
    `${result.status}: ${result.ended}`,
    ...(result.status === "interrupted" ? [row("go on with", `npx potluck simulate --resume ${run}`)] : []),
    "",
    row("test accuracy", last === undefined ? NOT_MEASURED : percent(last.testAccuracy)),
    row("test loss", last === undefined ? NOT_MEASURED : last.testLoss.toFixed(4)),
    row("rounds", String(result.versions)),
    row("virtual time", duration(result.virtualSeconds)),
    row("wall time", duration(result.wall.wallSeconds)),
    row("model hash", result.modelHash.slice(0, 16)),
    "",
    ...enemyLines(result),
    ...[...result.failures].map(([reason, times]) => row("failed tasks", `${counted(times, "time")}: ${reason}`)),
    "",
    row("report", `${path}/report.html`),
    row("also there", "metrics.jsonl, summary.json, result.json, model.onnx, model.safetensors"),
  ];
}

/** What was optimised is a line of its own only where it is not what the contribution gap says: how far voices are from data. */
function enemyLines(outcome: RunOutcome): readonly string[] {
  const { scorecard, targetAccuracy, versions, conditions } = outcome;
  const { starvation, delay, unfairShare, bottleneck } = scorecard;
  const neverUsed = `${counted(starvation.clientsNeverUsed, "client")} never used`;
  const gap = versions === 0 ? NO_UPDATE : `contribution gap ${percent(unfairShare.contributionGap)}`;
  return [
    row("starvation", `${neverUsed}, accuracy of the worst tenth ${percent(starvation.worstDecileAccuracy)}`),
    row(
      "delay",
      `${percent(delay.idleShare)} of client time idle, ${timeToTarget(delay.secondsToTarget, targetAccuracy)}`,
    ),
    row("unfair share", `${percent(unfairShare.wastedWorkShare)} of the work wasted, ${gap}`),
    row("bottleneck", `${bytes(bottleneck.bytesUp)} up, ${bytes(bottleneck.bytesDown)} down`),
    ...(conditions.objective === "per-client" ? [row("optimised", objectiveText(outcome))] : []),
  ];
}

function timeToTarget(seconds: number | null, target: number | null): string {
  if (target === null) return "no target was set";
  return seconds === null
    ? `time to target: never (target ${percent(target)})`
    : `time to target: ${duration(seconds)} (virtual)`;
}
