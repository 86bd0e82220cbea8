/**
 * The choices that the engine makes to be fast, each against the same without it: many steps in one call or one call a
 * step, products that absorb the arithmetic after them, convolutions in blocks of channels.
 *
 * @module
 */
import { rootKey } from "@potluck/core";
import { type Batches, crossEntropy, type LocalTask, type Model, type SpeedUp } from "@potluck/engine";
import { BATCH_SIZE, modelTask, openTrainer } from "./engine-tasks.ts";
import { alternated, median, type Peer, speedup, type Timings } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const [MLP_STEPS, CNN_STEPS] = [50, 3];

const bench: Bench = { name: "engine-choices", run: measured };
export default bench;

async function measured(): Promise<BenchTable> {
  const key = rootKey(1);
  const { model: network, task: small } = modelTask("mlp", MLP_STEPS, key);
  const { model: images, task: large } = modelTask("cnn", CNN_STEPS, key);
  const mlps = {
    "MLP, as it is": await peer(network, [small]),
    "MLP, a call for each step": await peer(network, stepByStep(small)),
    "MLP, without absorption": await peer(network, [small], "absorption"),
  };
  const cnns = {
    "CNN, as it is": await peer(images, [large]),
    "CNN, a call for each step": await peer(images, stepByStep(large)),
    "CNN, without blocks": await peer(images, [large], "blocks"),
  };
  const rows = [
    ...rowsOf(await alternated(mlps, { warmUps: 3, repetitions: 40 })),
    ...rowsOf(await alternated(cnns, { warmUps: 2, repetitions: 15 })),
  ];
  return {
    title: `engine: what the choices are worth, one step of plain descent, batches of ${BATCH_SIZE}, one thread`,
    rows,
    notes: ["A ratio above 1 says that the choice, which is the default, makes steps faster."],
  };
}

/** Takes all steps of `tasks`, which are those of one client. */
async function peer(model: Model, tasks: readonly LocalTask[], leftOut?: SpeedUp): Promise<Peer> {
  const trainer = await openTrainer(model, crossEntropy(), leftOut === undefined ? [] : [leftOut]);
  return {
    steps: tasks.reduce((sum, { batches }) => sum + batches.starts.length, 0),
    run: async () => {
      let params: Float32Array | null = null;
      for (const task of tasks) ({ params } = await trainer.train({ ...task, params: params ?? task.params }));
    },
  };
}

/** The steps of `task`, each a task of its own. */
function stepByStep(task: LocalTask): readonly LocalTask[] {
  const { order, starts, ends, seeds } = task.batches;
  return Array.from(starts, (_, step) => {
    const one = (values: BigInt64Array): BigInt64Array => values.slice(step, step + 1);
    const batches: Batches = { order, starts: one(starts), ends: one(ends), seeds: one(seeds) };
    return { ...task, batches };
  });
}

/** The first of the peers, then the others with their time over that of the first. */
function rowsOf(timings: ReadonlyMap<string, Timings>): readonly BenchRow[] {
  const [first = ["", []]] = timings;
  return [...timings].map(([what, seconds]) => {
    const milliseconds = seconds.map((time) => 1000 * time);
    const row = { what, value: median(milliseconds), best: Math.min(...milliseconds), unit: "ms" };
    return what === first[0]
      ? row
      : { ...row, ratio: speedup(seconds, first[1]) ** -1, peer: "as it is", target: "≥ 1" };
  });
}
