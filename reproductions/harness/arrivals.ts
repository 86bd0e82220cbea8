/**
 * When the updates of each version arrived: experiments that measure it say so with `run: runNotingArrivals`.
 *
 * @module
 */
import type { Plan, Seconds, TaskId } from "@potluck/core";
import { type RunResult, type Scenario } from "@potluck/scenario";
import { simulate } from "@potluck/simulator";
import type { Metric } from "./experiment.ts";
import { mean } from "./metrics.ts";

/** A version. */
interface Version {
  readonly publishedAt: Seconds;
  /** When its updates arrived, at least one. */
  readonly arrivals: readonly Seconds[];
}

const versionsOf = new WeakMap<RunResult, readonly Version[]>();

/** One run of which the metrics below can be read. */
export async function runNotingArrivals(scenario: Scenario, seed: number): Promise<RunResult> {
  const versions: Version[] = [];
  const plan = noting(scenario.plan, (version) => versions.push(version));
  const result = await simulate({ scenario: { ...scenario, plan }, seed, workers: 1 });
  versionsOf.set(result, versions);
  return result;
}

/** The same plan, which `hear` hears the versions of. It is for one run. */
function noting(plan: Plan, hear: (version: Version) => void): Plan {
  const arrivedAt = new Map<TaskId, Seconds>();
  const { init, handle } = plan.strategy;
  return {
    ...plan,
    strategy: {
      init,
      handle: (state, event, context) => {
        const { now } = context;
        if (event.kind === "update") arrivedAt.set(event.task, now);
        handle(state, event, {
          ...context,
          issue: (command) => {
            if (command.kind === "publish" && command.contributions.length > 0) {
              const arrivals = command.contributions.map(({ task }) => arrivedAt.get(task) ?? Number.NaN);
              hear({ publishedAt: now, arrivals });
            }
            context.issue(command);
          },
        });
      },
    },
  };
}

/** Seconds between the first and the last arrival of a version, the mean over those that are published from `since` on. */
export function spreadOfArrivals(since: Seconds): Metric {
  return {
    name: "seconds between the first and the last update of a version to arrive",
    better: "lower",
    digits: 4,
    of: (result) =>
      mean(versionsFrom(result, since).map(({ arrivals }) => Math.max(...arrivals) - Math.min(...arrivals))),
  };
}

/** Updates in a version, the mean over those that are published from `since` on. */
export function updatesPerVersion(since: Seconds): Metric {
  return {
    name: "updates in a version",
    better: "higher",
    digits: 1,
    of: (result) => mean(versionsFrom(result, since).map(({ arrivals }) => arrivals.length)),
  };
}

function versionsFrom(result: RunResult, since: Seconds): readonly Version[] {
  const versions = versionsOf.get(result);
  if (versions === undefined) throw new Error("arrivals are known of runs by runNotingArrivals only");
  return versions.filter(({ publishedAt }) => publishedAt >= since);
}
