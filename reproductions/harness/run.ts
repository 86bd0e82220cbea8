/**
 * Running experiments: tune every arm on the tuning seeds, then measure it on the others.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { type RunResult, type Scenario } from "@potluck/scenario";
import { simulate } from "@potluck/simulator";
import { type Arm, type Condition, type Experiment, labelOf, type Metric, type Setting } from "./experiment.ts";

/** A setting that was tried in tuning. */
export interface Trial {
  readonly setting: Setting;
  /** By metric, the mean over the tuning seeds. */
  readonly scores: readonly number[];
}

/** What was measured of an arm. */
export interface ArmOutcome {
  readonly arm: Arm;
  /** The settings that were tried, in the order of the grid; none if there was nothing to choose. */
  readonly trials: readonly Trial[];
  /** The setting that tuning chose. */
  readonly chosen: Setting;
  /** By metric, one value for each seed. */
  readonly values: readonly (readonly number[])[];
}

/** What was measured under a condition. */
export interface ConditionOutcome {
  readonly condition: Condition;
  readonly arms: readonly ArmOutcome[];
}

/** How to run experiments. */
export interface RunOptions {
  /** Hears how it goes. */
  readonly say: (line: string) => void;
  /** One run; the experiment's own by default, or the simulator's. */
  readonly run?: (scenario: Scenario, seed: number) => Promise<RunResult>;
  /** How many runs at a time; as many as the machine has cores by default. No result depends on it. */
  readonly atOnce?: number;
}

/** What all functions below need. */
interface Scope {
  readonly experiment: Experiment;
  readonly options: Required<RunOptions>;
  /** What was measured already, by setting and seed: conditions that share arms need not run them again. */
  readonly known: Map<Setting, Map<number, readonly number[]>>;
}

/** Runs an experiment. */
export async function runExperiment(experiment: Experiment, options: RunOptions): Promise<readonly ConditionOutcome[]> {
  const scope: Scope = {
    experiment,
    options: { run: experiment.run ?? runOnce, atOnce: availableParallelism(), ...options },
    known: new Map(),
  };
  const outcomes: ConditionOutcome[] = [];
  for (const condition of experiment.conditions) {
    options.say(condition.name);
    const arms: ArmOutcome[] = [];
    for (const arm of condition.arms) arms.push(await measured(scope, arm, tuningMetrics(experiment, condition)));
    outcomes.push({ condition, arms });
  }
  return outcomes;
}

/** What decides the tuning under a condition, then what breaks ties. */
function tuningMetrics({ metrics }: Experiment, { tunedBy }: Condition): readonly number[] {
  const places = metrics.map((_, at) => at);
  const first = tunedBy === undefined ? 0 : metrics.indexOf(tunedBy);
  return [first, ...places.filter((at) => at !== first)];
}

async function measured(scope: Scope, arm: Arm, deciding: readonly number[]): Promise<ArmOutcome> {
  const { experiment, options } = scope;
  const trials = arm.grid.length === 1 ? [] : await tried(scope, arm.grid);
  const chosen = trials.length === 0 ? arm.grid[0] : best(experiment.metrics, trials, deciding).setting;
  options.say(`  ${arm.name}: ${labelOf(chosen)}`);
  const bySeed = await scored(scope, [chosen], experiment.seeds);
  return { arm, trials, chosen, values: experiment.metrics.map((_, at) => bySeed.map((values) => values[at] ?? NaN)) };
}

/** Every setting of a grid, with its mean scores over the tuning seeds. */
async function tried(scope: Scope, grid: readonly Setting[]): Promise<readonly Trial[]> {
  const { metrics, tuningSeeds } = scope.experiment;
  const rows = await scored(scope, grid, tuningSeeds);
  return grid.map((setting, place) => {
    const own = rows.slice(place * tuningSeeds.length, (place + 1) * tuningSeeds.length);
    const scores = metrics.map((_, at) => own.reduce((sum, values) => sum + (values[at] ?? NaN), 0) / own.length);
    scope.options.say(
      `    ${labelOf(setting)}: ${scores.map((score, at) => score.toFixed(metrics[at]?.digits)).join(", ")}`,
    );
    return { setting, scores };
  });
}

/** The metrics of every setting on every seed, setting by setting. */
function scored(
  scope: Scope,
  settings: readonly Setting[],
  seeds: readonly number[],
): Promise<readonly (readonly number[])[]> {
  const jobs = settings.flatMap((setting) => seeds.map((seed) => ({ setting, seed })));
  return mapAtOnce(jobs, scope.options.atOnce, async ({ setting, seed }) => {
    const values = scope.known.get(setting)?.get(seed) ?? (await scoresOf(scope, setting, seed));
    const bySeed = scope.known.get(setting) ?? new Map<number, readonly number[]>();
    scope.known.set(setting, bySeed.set(seed, values));
    return values;
  });
}

async function scoresOf(
  { experiment, options }: Scope,
  { scenario }: Setting,
  seed: number,
): Promise<readonly number[]> {
  const result = await options.run(scenario, seed);
  return Promise.all(experiment.metrics.map(async (metric) => metric.of(result)));
}

/**
 * The trial that is best by the first of the metrics in the order of their places in `deciding`; where trials are equal
 * by it, the second decides, and so on.
 */
export function best(
  metrics: readonly Metric[],
  trials: readonly Trial[],
  deciding: readonly number[] = metrics.map((_, at) => at),
): Trial {
  const [winner] = [...trials].sort((a, b) => {
    const [order] = deciding.flatMap((at) => {
      const metric = metrics[at];
      const [x, y] = [a.scores[at] ?? NaN, b.scores[at] ?? NaN];
      if (metric === undefined) return [];
      return isBetter(metric, x, y) ? [-1] : isBetter(metric, y, x) ? [1] : [];
    });
    return order ?? 0;
  });
  if (winner === undefined) throw new Error("an arm needs at least one setting");
  return winner;
}

/** Whether `score` beats `other`. What is not a number loses to every number. */
export function isBetter({ better }: Metric, score: number, other: number): boolean {
  if (Number.isNaN(score)) return false;
  if (Number.isNaN(other)) return true;
  return better === "higher" ? score > other : score < other;
}

/** `work` done on all items, `atOnce` of them at a time; the results are in the order of the items. */
export async function mapAtOnce<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const left = items.entries();
  const lane = async (): Promise<void> => {
    for (const [place, item] of left) results.set(place, await work(item));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}

function runOnce(scenario: Scenario, seed: number): Promise<RunResult> {
  return simulate({ scenario, seed, workers: 1 });
}
