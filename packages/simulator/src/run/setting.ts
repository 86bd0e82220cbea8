/**
 * The setting of a run: its data and devices in a few numbers, for reports.
 *
 * @module
 */
import { type Examples, targetKindOf } from "@potluck/core";
import type { Device } from "../fleet/device.ts";
import type { Stage, TrainingStage } from "./stage.ts";

/** The data, and how it lies among the clients. */
export interface DataSummary {
  readonly name: string;
  readonly trainExamples: number;
  readonly testExamples: number;
  /** 0 where there are numbers to predict. */
  readonly classes: number;
  /**
   * Mean over clients of the total variation distance between a client's class mix and that of all clients together:
   * 0 is iid, towards 1 the clients have nothing in common. Null where there are no classes.
   */
  readonly labelSkew: number | null;
  /** Held-out examples of each class. */
  readonly testPerClass: readonly number[];
}

/** The devices of one tier. */
export interface TierSummary {
  readonly device: Device;
  readonly devices: number;
}

/** The data of a stage in a few numbers. */
export function dataSummary({ dataset, rows }: TrainingStage): DataSummary {
  const { train, test, name } = dataset;
  return {
    name,
    trainExamples: rows.reduce((sum, row) => sum + row.train.length, 0),
    testExamples: test.count,
    classes: train.classes,
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

/** The tiers of a stage, fastest first. */
export function tierSummaries({ devices }: Pick<Stage, "devices">): readonly TierSummary[] {
  const byTier = Map.groupBy(devices, ({ tier }) => tier);
  return [...byTier.values()]
    .flatMap((members) => members.slice(0, 1).map((device) => ({ device, devices: members.length })))
    .sort((a, b) => b.device.flopsPerSecond - a.device.flopsPerSecond);
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
