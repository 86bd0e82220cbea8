/**
 * How fast the simulator's clock runs.
 *
 * @module
 */
import { present } from "@potluck/core";
import { type Scenario, simulateTiming } from "@potluck/simulator";

/** Events per second of a scenario in which only the clock runs, from when everything is loaded, compiled and in its place. */
export async function clockSpeed(scenario: Scenario): Promise<number> {
  const reports: (readonly [milliseconds: number, events: number])[] = [];
  await simulateTiming({ scenario, seed: 1, onProgress: ({ events }) => reports.push([performance.now(), events]) });
  const [[from, first], [until, last]] = [present(reports[0], "a report"), present(reports.at(-1), "a report")];
  return (1000 * (last - first)) / (until - from);
}
