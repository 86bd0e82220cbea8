/**
 * Experiments: several arms, tuned alike, measured on the same seeds, under one condition or more.
 *
 * @module
 */
import type { RunResult, Scenario } from "@potluck/scenario";

/** One setting of an arm's free knobs. */
export interface Setting {
  /** What is set, by name: { "learning rate": 0.1 }. */
  readonly knobs: Readonly<Record<string, number>>;
  readonly scenario: Scenario;
}

/** One side of a comparison. */
export interface Arm {
  readonly name: string;
  /** The settings to tune over, all with the same knobs; one setting means that nothing is tuned. */
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
  /** What arms are tuned by under this condition; the experiment's first metric unless given. */
  readonly tunedBy?: Metric;
  readonly arms: readonly [Arm, ...(readonly Arm[])];
}

/** An experiment. The first metric decides the tuning, unless a condition says otherwise. */
export interface Experiment {
  readonly title: string;
  readonly conditions: readonly [Condition, ...(readonly Condition[])];
  readonly metrics: readonly [Metric, ...(readonly Metric[])];
  /** Seeds for tuning, not used for what is reported. */
  readonly tuningSeeds: readonly number[];
  /** Seeds for what is reported: at least five. */
  readonly seeds: readonly number[];
  /** One run, where it is more than the simulator's. */
  readonly run?: (scenario: Scenario, seed: number) => Promise<RunResult>;
  /** What is drawn, if anything. */
  readonly drawn?: Drawn;
  /** Files and folders that do not come with the project: where one is not there, the experiment is skipped. */
  readonly needs?: readonly string[];
}

/** Two of an experiment's metrics: the arms of its first condition are drawn by them, and what nothing beats in both is marked. */
export interface Drawn {
  readonly megabytes: Metric;
  readonly accuracy: Metric;
}

/** An experiment of another form: one without seeds, because nothing in it is drawn. */
export interface Report {
  readonly title: string;
  /** Measures, and gives the lines of RESULT.md after its head; `say` hears how it goes. */
  readonly measure: (say: (line: string) => void) => Promise<readonly string[]>;
  /** As in {@link Experiment}. */
  readonly needs?: readonly string[];
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

/** What a setting sets, in words: "local 0.1, server 1". */
export function labelOf({ knobs }: Setting): string {
  const parts = Object.entries(knobs).map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? "as it is" : parts.join(", ");
}

/** The knobs that have the smallest or the largest value of the grid in `chosen`: the best may lie beyond it. */
export function edgesOf(grid: readonly Setting[], chosen: Setting): readonly string[] {
  return Object.entries(chosen.knobs).flatMap(([name, value]) => {
    const values = new Set(grid.map(({ knobs }) => knobs[name] ?? value));
    const isEdge = value === Math.min(...values) || value === Math.max(...values);
    return values.size > 1 && isEdge ? [name] : [];
  });
}

/** All pairs of a value of `a` and a value of `b`: a grid in two knobs. */
export function pairs<A, B>(
  a: readonly [A, ...(readonly A[])],
  b: readonly [B, ...(readonly B[])],
): readonly [readonly [A, B], ...(readonly (readonly [A, B])[])] {
  const [first, ...others] = a.flatMap((x) => b.map((y) => [x, y] as const));
  return [first ?? [a[0], b[0]], ...others];
}
