/**
 * The summary of a run: lines for people, one object for programs.
 *
 * @module
 */
import type { RunResult } from "@potluck/simulator";
import { bytes, duration, percent } from "../report/format.ts";

/** Where a run's files lie. */
export interface RunPlace {
  readonly run: string;
  readonly path: string;
}

/** The object that `--format json` prints and `summary.json` holds. */
export function summaryObject(result: RunResult, { run, path }: RunPlace): Readonly<Record<string, unknown>> {
  const last = result.measurements.at(-1);
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
    parts: result.parts,
    settings: result.settings,
    failures: Object.fromEntries(result.failures),
    wall: result.wall,
    folder: path,
  };
}

/** What is printed at the end of a run. */
export function summaryLines(result: RunResult, { path }: RunPlace): readonly string[] {
  const last = result.measurements.at(-1);
  const { starvation, delay, unfairShare, bottleneck } = result.scorecard;
  return [
    `${result.status}: ${result.ended}`,
    "",
    row("test accuracy", last === undefined ? "not measured" : percent(last.testAccuracy)),
    row("test loss", last === undefined ? "not measured" : last.testLoss.toFixed(4)),
    row("rounds", String(result.versions)),
    row("virtual time", duration(result.virtualSeconds)),
    row("wall time", duration(result.wall.wallSeconds)),
    row("model hash", result.modelHash.slice(0, 16)),
    "",
    row(
      "starvation",
      `${starvation.clientsNeverUsed} clients never used, worst tenth: ${percent(starvation.worstDecileAccuracy)}`,
    ),
    row(
      "delay",
      `${percent(delay.idleShare)} of client time idle, target reached after ${target(delay.secondsToTarget)}`,
    ),
    row(
      "unfair share",
      `${percent(unfairShare.wastedWorkShare)} of the work wasted, voice off by ${percent(unfairShare.contributionGap)}`,
    ),
    row("bottleneck", `${bytes(bottleneck.bytesUp)} up, ${bytes(bottleneck.bytesDown)} down`),
    ...[...result.failures].map(([reason, count]) => row("failed tasks", `${count} times: ${reason}`)),
    "",
    row("report", `${path}/report.html`),
    row("also there", "metrics.jsonl, summary.json, model.onnx, model.safetensors"),
  ];
}

function row(name: string, value: string): string {
  return `${name.padEnd(14)} ${value}`;
}

function target(seconds: number | null): string {
  return seconds === null ? "never or none set" : `${duration(seconds)} (virtual)`;
}
