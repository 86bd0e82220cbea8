/**
 * How fast the simulator's clock runs.
 *
 * @module
 */
import { present } from "@potluck/core";
import { type Scenario } from "@potluck/scenario";
import { simulateTiming } from "@potluck/simulator";

/**
 * Events per second of a scenario in which only the clock runs, from when everything is loaded, compiled and in its place;
 * `milliseconds` tells how many have passed since any origin.
 */
export async function clockSpeed(scenario: Scenario, milliseconds: () => number): Promise<number> {
  const reports: (readonly [milliseconds: number, events: number])[] = [];
  await simulateTiming({ scenario, seed: 1, onProgress: ({ events }) => reports.push([milliseconds(), events]) });
  const [[from, first], [until, last]] = [present(reports[0], "a report"), present(reports.at(-1), "a report")];
  return (1000 * (last - first)) / (until - from);
}

/** Milliseconds by the clock on the wall. */
export function wallMilliseconds(): number {
  return performance.now();
}

/**
 * Milliseconds for which processors have worked for this process, on all its threads: also those that collect garbage and
 * compile beside the one that simulates.
 */
export function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
