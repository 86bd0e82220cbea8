/**
 * The setting of a run: its data, its devices and its conditions in a few numbers, for reports.
 *
 * @module
 */
import { type Examples, present, type Seconds, targetKindOf } from "@potluck/core";
import type { Device } from "../fleet/device.ts";
import type { Scenario } from "../scenario.ts";
import type { Stage, TrainingStage } from "./stage.ts";

/** The data, and how it lies among the clients. */
export interface DataSummary {
  readonly name: string;
  readonly trainExamples: number;
  readonly testExamples: number;
  /** 0 where there are numbers to predict. */
  readonly classes: number;
  /** What they are called, where the data says so. */
  readonly classNames?: readonly string[];
  /**
   * Mean over clients of the total variation distance between a client's class mix and that of all clients together:
   * 0 is iid, towards 1 the clients have nothing in common. Null where there are no classes.
   */
  readonly labelSkew: number | null;
  /** Held-out examples of each class. */
  readonly testPerClass: readonly number[];
}

/** How a quantity lies over devices. */
export interface Spread {
  readonly low: number;
  /** Half of the devices have no more. */
  readonly median: number;
  readonly high: number;
}

/** The devices of one tier. */
export interface TierSummary {
  readonly tier: string;
  readonly devices: number;
  readonly flopsPerSecond: Spread;
  readonly uploadBytesPerSecond: Spread;
  readonly downloadBytesPerSecond: Spread;
}

/** What a scenario says beside its parts and its plan; null where it says nothing. */
export interface Conditions {
  /** What the server's link carries. */
  readonly uploadBytesPerSecond: number | null;
  readonly downloadBytesPerSecond: number | null;
  /** How fast it computes; left out where the scenario says nothing. */
  readonly flopsPerSecond?: number;
  readonly objective: NonNullable<Scenario["objective"]>;
  readonly targetAccuracy: number | null;
  readonly targetLoss: number | null;
  readonly stopAtTarget: boolean;
  readonly maximumSeconds: Seconds | null;
  readonly evaluateEvery: number;
}

/** The conditions of a scenario, those by default too. */
export function conditionsOf(scenario: Scenario): Conditions {
  const { server, objective, targetAccuracy, targetLoss, stopAtTarget, maximumSeconds, evaluateEvery } = scenario;
  return {
    uploadBytesPerSecond: server?.uploadBytesPerSecond ?? null,
    downloadBytesPerSecond: server?.downloadBytesPerSecond ?? null,
    ...(server?.flopsPerSecond !== undefined && { flopsPerSecond: server.flopsPerSecond }),
    objective: objective ?? "per-example",
    targetAccuracy: targetAccuracy ?? null,
    targetLoss: targetLoss ?? null,
    stopAtTarget: stopAtTarget ?? false,
    maximumSeconds: maximumSeconds ?? null,
    evaluateEvery: evaluateEvery ?? 1,
  };
}

/** The data of a stage in a few numbers. */
export function dataSummary({ dataset, rows }: TrainingStage): DataSummary {
  const { train, test, name, classNames } = dataset;
  return {
    name,
    trainExamples: rows.reduce((sum, row) => sum + row.train.length, 0),
    testExamples: test.count,
    classes: train.classes,
    ...(classNames !== undefined && { classNames }),
    labelSkew: targetKindOf(train) === "classes" ? labelSkew(train, rows) : null,
    testPerClass: classCounts(test, test.labels.keys()),
  };
}

function labelSkew(train: Examples, rows: TrainingStage["rows"]): number {
  const mixes = rows.map((row) => classCounts(train, row.train));
  const pooled = mixes.reduce((sum, mix) => sum.map((count, label) => count + (mix[label] ?? 0)), zeros(train.classes));
  const distances = mixes.map((mix) => mixDistance(mix, pooled));
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length;
}

/** The tiers of a stage: by their median speed, fastest first, then by their median upload, then by name. */
export function tierSummaries({ devices }: Pick<Stage, "devices">): readonly TierSummary[] {
  return [...Map.groupBy(devices, ({ tier }) => tier)]
    .map(([tier, members]) => ({
      tier,
      devices: members.length,
      flopsPerSecond: spreadOf(members, ({ flopsPerSecond }) => flopsPerSecond),
      uploadBytesPerSecond: spreadOf(members, ({ uploadBytesPerSecond }) => uploadBytesPerSecond),
      downloadBytesPerSecond: spreadOf(members, ({ downloadBytesPerSecond }) => downloadBytesPerSecond),
    }))
    .sort(
      (a, b) =>
        falling(a.flopsPerSecond.median, b.flopsPerSecond.median) ||
        falling(a.uploadBytesPerSecond.median, b.uploadBytesPerSecond.median) ||
        a.tier.localeCompare(b.tier, "en", { numeric: true }),
    );
}

function spreadOf(devices: readonly Device[], of: (device: Device) => number): Spread {
  const sorted = Float64Array.from(devices, of).sort();
  const at = (place: number): number => present(sorted[place], "a device of the tier");
  return { low: at(0), median: at(Math.floor((sorted.length - 1) / 2)), high: at(sorted.length - 1) };
}

/** Larger ones first; links without bound are equal. */
function falling(a: number, b: number): number {
  return a === b ? 0 : a > b ? -1 : 1;
}

function zeros(length: number): readonly number[] {
  return Array.from({ length }, () => 0);
}

function classCounts({ labels, classes }: Examples, rows: Iterable<number>): readonly number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const row of rows) {
    const label = labels[row] ?? 0;
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

function mixDistance(mix: readonly number[], pooled: readonly number[]): number {
  const sum = Math.max(
    1,
    mix.reduce((a, b) => a + b, 0),
  );
  const all = Math.max(
    1,
    pooled.reduce((a, b) => a + b, 0),
  );
  return mix.reduce((distance, count, label) => distance + Math.abs(count / sum - (pooled[label] ?? 0) / all), 0) / 2;
}
