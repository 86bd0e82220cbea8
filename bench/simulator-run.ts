/**
 * Simulates a task with so many workers, `simulator-run.ts mlp 2`, and prints its figures as JSON. It is started in a
 * process of its own, so that time and memory are those of one run.
 *
 * @module
 */
import { simulate } from "@potluck/simulator";
import type { PotluckFigures } from "./run-figures.ts";
import { federatedScenario, federatedTask, SEED } from "./simulator-tasks.ts";

const task = federatedTask(process.argv[2] ?? "");
const workers = Number(process.argv[3]);
const measuredAt: { readonly milliseconds: number; readonly processorSeconds: number }[] = [];
const { measurements, wall, modelHash } = await simulate({
  scenario: federatedScenario(task),
  seed: SEED,
  workers,
  onProgress: () => {
    const { user, system } = process.cpuUsage();
    measuredAt.push({ milliseconds: performance.now(), processorSeconds: (user + system) / 1e6 });
  },
});
// Measured are the first model, that in the middle of the run, and the last.
const [, middle, end] = measuredAt;
if (middle === undefined || end === undefined) {
  throw new Error(`the simulation of ${task.name} did not come to its end`);
}
const figures: PotluckFigures = {
  roundSeconds: (end.milliseconds - middle.milliseconds) / 1000 / task.rounds,
  processorSeconds: (end.processorSeconds - middle.processorSeconds) / task.rounds,
  accuracy: measurements.at(-1)?.testAccuracy ?? Number.NaN,
  executingShare: wall.executingSeconds / wall.busySeconds,
  modelHash,
};
console.log(JSON.stringify(figures));
