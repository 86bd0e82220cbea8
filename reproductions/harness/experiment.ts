/**
 * Experiments: several arms, tuned alike, measured on the same seeds, under one condition or more.
 *
 * @module
 */
import type { RunResult, Scenario } from "@potluck/simulator";

/** One setting of an arm's free knobs. */
export interface Setting {
  /** What is set: "learning rate 0.1". */
  readonly label: string;
  readonly scenario: Scenario;
}

/** One side of a comparison. */
export interface Arm {
  readonly name: string;
  /** The settings to tune over; one setting means that nothing is tuned. */
  readonly grid: readonly [Setting, ...(readonly Setting[])];
}

/** A number that is read off a result; NaN if it cannot be. */
export interface Metric {
  readonly name: string;
  /** Which way is better. */
  readonly better: "higher" | "lower";
  readonly digits: number;
  readonly of: (result: RunResult) => number | Promise<number>;
}

/** What is compared under one condition: "iid", "two classes per client". The first arm is the baseline. */
export interface Condition {
  readonly name: string;
  readonly arms: readonly [Arm, ...(readonly Arm[])];
}

/** An experiment. The first metric decides the tuning; the later ones break its ties. */
export interface Experiment {
  readonly title: string;
  readonly conditions: readonly [Condition, ...(readonly Condition[])];
  readonly metrics: readonly [Metric, ...(readonly Metric[])];
  /** Seeds for tuning, not used for what is reported. */
  readonly tuningSeeds: readonly number[];
  /** Seeds for what is reported: at least five. */
  readonly seeds: readonly number[];
}

/** An arm that is tuned over `values`, which are all tried with `settingOf`. */
export function arm<Value>(
  name: string,
  values: readonly [Value, ...(readonly Value[])],
  settingOf: (value: Value) => Setting,
): Arm {
  const [first, ...others] = values;
  return { name, grid: [settingOf(first), ...others.map(settingOf)] };
}

/** All pairs of a value of `a` and a value of `b`: a grid in two knobs. */
export function pairs<A, B>(
  a: readonly [A, ...(readonly A[])],
  b: readonly [B, ...(readonly B[])],
): readonly [readonly [A, B], ...(readonly (readonly [A, B])[])] {
  const [first, ...others] = a.flatMap((x) => b.map((y) => [x, y] as const));
  return [first ?? [a[0], b[0]], ...others];
}
