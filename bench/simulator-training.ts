/**
 * Training in the simulator: what share of the workers' time the tensor runtime has, and what a second worker is worth.
 *
 * @module
 */
import { median } from "./measure.ts";
import { type Measured, type PotluckFigures, runPotluck } from "./run-figures.ts";
import { federatedTask } from "./simulator-tasks.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const REPETITIONS = 5;

const bench: Bench = { name: "simulator-training", run: measured };
export default bench;

type Run = Measured<PotluckFigures>;

async function measured(): Promise<BenchTable> {
  const { clients, cohort, epochs, batchSize, rounds } = federatedTask("mlp");
  const one: Run[] = [];
  const two: Run[] = [];
  const beside: Run[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    one.push(await runPotluck("mlp", 1));
    two.push(await runPotluck("mlp", 2));
    beside.push(...(await Promise.all([runPotluck("mlp", 1), runPotluck("mlp", 1)])));
  }
  const hashes = new Set([...one, ...two, ...beside].map(({ modelHash }) => modelHash));
  if (hashes.size !== 1) throw new Error(`runs of one seed ended with ${hashes.size} different models`);
  return {
    title: `simulator: training, ${clients} MNIST clients, MLP, ${cohort} a round, ${epochs} epochs, batches of ${batchSize}`,
    rows: rowsOf(one, two, beside),
    notes: [
      "The ratio of a round is how many times as fast two workers are as one; its repetitions ran side by side, each in a process of its own.",
      `Rounds: ${rounds} of them with the evaluation at their end, after ${rounds} that are not counted.`,
      "Two runs beside each other share nothing but the machine: what their ratio is below 2, no simulator can make good.",
      "All runs ended with the same model, to the last bit.",
    ],
  };
}

function rowsOf(one: readonly Run[], two: readonly Run[], beside: readonly Run[]): readonly BenchRow[] {
  const shares = [...one, ...two].map(({ executingShare }) => 100 * executingShare);
  const wall = (runs: readonly Run[]): readonly number[] => runs.map(({ roundSeconds }) => roundSeconds);
  const processor = (runs: readonly Run[]): readonly number[] => runs.map(({ processorSeconds }) => processorSeconds);
  const peer = "one worker";
  return [
    {
      what: "workers' time inside ONNX Runtime",
      value: median(shares),
      best: Math.max(...shares),
      unit: "%",
      target: ">= 85",
    },
    secondsRow("a round, one worker", wall(one)),
    {
      ...secondsRow("a round, two workers", wall(two)),
      ratio: ratioOf(wall(one), wall(two)),
      peer,
      target: ">= 1.85",
    },
    {
      ...secondsRow("a round of two runs beside each other, each with one worker", wall(beside)),
      ratio: (2 * median(wall(one))) / median(wall(beside)),
      peer,
    },
    secondsRow("its processor time, one worker", processor(one)),
    {
      ...secondsRow("its processor time, two workers", processor(two)),
      ratio: ratioOf(processor(two), processor(one)),
      peer,
    },
  ];
}

function secondsRow(what: string, values: readonly number[]): BenchRow {
  return { what, value: median(values), best: Math.min(...values), unit: "s" };
}

/** The median over the repetitions, which ran side by side. */
function ratioOf(above: readonly number[], below: readonly number[]): number {
  return median(above.map((seconds, repetition) => seconds / (below[repetition] ?? Number.NaN)));
}
