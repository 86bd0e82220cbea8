/**
 * Which code trains MNIST soonest with 32 real worker processes, one task in five of which is slowed five times at random? Everything is
 * real but how slow the workers are: processes, messages, gradients, and the clock. Of each kind of code the parameters are those that are
 * fastest in virtual time, on slownesses of other seeds.
 *
 * @module
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rehearse } from "@potluck/cli";
import { coded, coding, fold, present, rootKey, serverOptimizer, uniformStream } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, type RunResult, type Scenario } from "@potluck/scenario";
import { simulate, simulateTiming } from "@potluck/simulator";
import { loadOfWorker } from "../../harness/coded-bench.ts";
import type { Metric, Report } from "../../harness/experiment.ts";
import { conditionSection, tableOf } from "../../harness/render.ts";

const WORKERS = 32;
/** As many as the code with the longest delay needs. */
const MODELS = 6;
const STEPS = 8;
const EXAMPLES = 960;
const TARGET_LOSS = 1.1;
const SEEDS = [1, 2, 3, 4, 5, 6, 7];
const TUNING_SEEDS = [101, 102];

/** Operations of a gradient of one digit. */
const EXAMPLE_FLOPS = 31_480;
/** What a worker that is not slowed takes for all of a gradient: a 32nd of it in 75 ms, or in 190. */
const SECONDS_PER_LOAD = [2.4, 6] as const;
/** What it takes for next to nothing. */
const LATENCY_SECONDS = 0.02;
const SLOW_SHARE = 0.2;
const SLOWDOWN = 5;
const RECORDED_TASKS = 200;

const FOLDER = mkdtempSync(join(tmpdir(), "potluck-"));

/** The file of a fleet whose tasks are slowed at random. */
function fleetFile(secondsPerLoad: number, seed: number): string {
  const devices = Array.from({ length: WORKERS }, (_, worker) => {
    const uniform = uniformStream(fold(fold(rootKey(seed), "slowness"), worker));
    return {
      tier: "process",
      flopsPerSecond: (EXAMPLE_FLOPS * EXAMPLES) / secondsPerLoad,
      uploadBytesPerSecond: 1e12,
      downloadBytesPerSecond: 1e12,
      latencySeconds: LATENCY_SECONDS,
      computeNoise: 0.05,
      slowdowns: Array.from({ length: RECORDED_TASKS }, () => (uniform() < SLOW_SHARE ? SLOWDOWN : 1)),
    };
  });
  const path = join(FOLDER, `workers-${secondsPerLoad}-${seed}.json`);
  writeFileSync(path, JSON.stringify({ devices }));
  return path;
}

/** A code, its name, and how much longer than the fastest must have taken a worker may take before it is a straggler. */
interface Chosen {
  readonly name: string;
  readonly coding: Parameters<typeof coded>[0]["coding"];
  readonly patience: number;
}

function scenarioOf({ coding: chosen, patience }: Omit<Chosen, "name">, file: string): Scenario {
  return {
    name: "real-workers",
    model: model.mlp({ hidden: [] }),
    data: data.mnist({ trainExamples: EXAMPLES, testExamples: 1000 }),
    partition: partition.replicated({ clients: WORKERS }),
    fleet: fleet.trace({ file }),
    plan: coded({
      coding: chosen,
      models: Array.from({ length: MODELS }, () => serverOptimizer.sgd({ learningRate: 0.5 })),
      jobs: MODELS * STEPS,
      patience,
    }),
    targetLoss: TARGET_LOSS,
  };
}

/** The largest relative difference of losses at the same step. */
function farthest(one: RunResult, other: RunResult): number {
  const differences = one.measurements.map(({ testLoss }, at) =>
    Math.abs(testLoss / present(other.measurements[at], `measurement ${at} of the run without a code`).testLoss - 1),
  );
  return Math.max(...differences);
}

const secondsToTarget: Metric = {
  name: `wall seconds to a test loss of ${TARGET_LOSS}`,
  better: "lower",
  digits: 2,
  of: ({ scorecard }) => scorecard.delay.secondsToTarget ?? Infinity,
};

const secondsPerGradient: Metric = {
  name: "wall seconds of a gradient",
  better: "lower",
  digits: 3,
  of: ({ virtualSeconds, versions }) => virtualSeconds / versions,
};

const inexactness: Metric = {
  name: "largest relative difference of the test loss from that without a code at the same step",
  better: "lower",
  digits: 7,
  of: (result) => present(apart.get(result), "a comparison"),
};
const apart = new WeakMap<RunResult, number>();

const METRICS = [secondsToTarget, secondsPerGradient, loadOfWorker, inexactness] as const;

const NO_CODE: Chosen = { name: "no code", coding: coding.uncoded(), patience: 0.5 };

/** What is tried of each kind; no delay is longer than there are models for. */
const KINDS: readonly (readonly Omit<Chosen, "patience">[])[] = [
  [1, 2, 3, 5].map((tolerated) => ({
    name: `gradient coding, s = ${tolerated}`,
    coding: coding.gradientCoding({ tolerated }),
  })),
  [[1, 2, 4] as const, [1, 2, 8] as const, [1, 4, 4] as const, [2, 3, 8] as const, [2, 3, 12] as const].map(
    ([burst, window, most]) => ({
      name: `SR-SGC(${burst}, ${window}, ${most})`,
      coding: coding.srSgc({ burst, window, most }),
    }),
  ),
  [[1, 2] as const, [1, 3] as const, [2, 3] as const, [2, 4] as const, [3, 4] as const].map(([burst, window]) => ({
    name: `M-SGC(${burst}, ${window}, ${WORKERS})`,
    coding: coding.mSgc({ burst, window, most: WORKERS }),
  })),
];
const PATIENCES = [0.5, 1] as const;

/** No code, and of each kind what is fastest in virtual time. */
async function armsOf(secondsPerLoad: number, say: (line: string) => void): Promise<readonly Chosen[]> {
  const arms = [NO_CODE];
  for (const kind of KINDS) {
    let [best, least] = [NO_CODE, Infinity];
    for (const chosen of kind.flatMap((own) => PATIENCES.map((patience) => ({ ...own, patience })))) {
      const seconds = await timeOf(chosen, secondsPerLoad);
      say(`  ${chosen.name}, patience ${chosen.patience}: ${seconds.toFixed(1)} virtual seconds`);
      if (seconds < least) [best, least] = [chosen, seconds];
    }
    arms.push(best);
  }
  return arms;
}

async function timeOf(chosen: Chosen, secondsPerLoad: number): Promise<number> {
  let seconds = 0;
  for (const seed of TUNING_SEEDS) {
    const run = await simulateTiming({ scenario: scenarioOf(chosen, fleetFile(secondsPerLoad, seed)), seed });
    seconds += run.virtualSeconds / TUNING_SEEDS.length;
  }
  return seconds;
}

/** One run of each arm, in another order for each seed; by arm and metric. */
async function runsOf(
  arms: readonly Chosen[],
  { file, seed, say }: { readonly file: string; readonly seed: number; readonly say: (line: string) => void },
): Promise<ReadonlyMap<string, readonly number[]>> {
  const exact = await simulate({ scenario: scenarioOf(NO_CODE, file), seed, workers: 1 });
  const values = new Map<string, readonly number[]>();
  for (const chosen of [...arms.slice(seed % arms.length), ...arms.slice(0, seed % arms.length)]) {
    const live = await rehearse({ scenario: scenarioOf(chosen, file), seed });
    apart.set(live, farthest(live, exact));
    say(`  seed ${seed}: ${chosen.name}: ${live.ended} after ${live.virtualSeconds.toFixed(1)} s`);
    values.set(chosen.name, await Promise.all(METRICS.map(async (metric) => metric.of(live))));
  }
  return values;
}

async function sectionOf(secondsPerLoad: number, say: (line: string) => void): Promise<readonly string[]> {
  const chosen = await armsOf(secondsPerLoad, say);
  const rows: ReadonlyMap<string, readonly number[]>[] = [];
  for (const seed of SEEDS) {
    rows.push(await runsOf(chosen, { file: fleetFile(secondsPerLoad, seed), seed, say }));
  }
  const arms = chosen.map((own) => {
    const setting = { knobs: { patience: own.patience }, scenario: scenarioOf(own, fleetFile(secondsPerLoad, 0)) };
    const values = METRICS.map((_, at) => rows.map((row) => row.get(own.name)?.[at] ?? NaN));
    return { arm: { name: own.name, grid: [setting] as const }, trials: [], chosen: setting, values };
  });
  const [first, ...others] = arms.map(({ arm }) => arm);
  const name = `${WORKERS} processes that take ${secondsPerLoad} s for a whole gradient and ${LATENCY_SECONDS} s for none, ${MODELS} models side by side, ${STEPS} steps of each`;
  const condition = { name, arms: [present(first, "a first arm"), ...others] as const };
  return [
    ...conditionSection({ metrics: METRICS }, { condition, arms }),
    "In how many runs the last row was faster than each other:",
    "",
    ...pairsTable(arms),
    "",
  ];
}

/** How often the last arm had the lower time, run by run. */
function pairsTable(
  arms: readonly { readonly arm: { readonly name: string }; readonly values: readonly (readonly number[])[] }[],
): readonly string[] {
  const times = METRICS.slice(0, 2);
  const last = present(arms.at(-1), "a last arm");
  const count = (metric: number, values: readonly (readonly number[])[]): string => {
    const own = last.values[metric] ?? [];
    return `${own.filter((value, run) => value < (values[metric]?.[run] ?? NaN)).length} of ${own.length}`;
  };
  return tableOf(
    [`${last.arm.name} against`, ...times.map(({ name }) => name)],
    arms.slice(0, -1).map(({ arm, values }) => [arm.name, ...times.map((_, metric) => count(metric, values))]),
  );
}

export const experiment: Report = {
  title: "real worker processes, one task in five slowed five times",
  measure: async (say) => {
    const sections: string[] = [];
    for (const secondsPerLoad of SECONDS_PER_LOAD) sections.push(...(await sectionOf(secondsPerLoad, say)));
    return [
      `Mean ± standard deviation over ${SEEDS.length} runs; differences are to the first row and taken run by run, for runs of one seed have`,
      "the same first models and the same tasks slowed. Times are of the wall clock, from the first task on. The parameters of each",
      `kind are those that are fastest in virtual time on other slownesses (${TUNING_SEEDS.length} seeds).`,
      "",
      ...sections,
    ];
  },
};
