/**
 * The simulator against simulators in Python: federated averaging on MNIST by Flower, FedJAX and BlazeFL, where there are
 * Pythons that have them. All train on the same examples of each client, from the same first model, on the same cores.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./measure.ts";
import { packageVersion, pythonWith } from "./python.ts";
import { type Measured, type RunFigures, runPeer, runPotluck } from "./run-figures.ts";
import { writeTask } from "./simulator-data.ts";
import { type FederatedTask, federatedTask } from "./simulator-tasks.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

/** A simulator in Python. */
interface Peer {
  readonly name: string;
  readonly script: string;
  /** What a Python must have. */
  readonly modules: readonly string[];
  /** What is installed for it, the peer itself first. */
  readonly packages: readonly [string, ...string[]];
}

/** The first is the one with targets; it runs as often as Potluck, the others once. */
const PEERS: readonly [Peer, ...Peer[]] = [
  {
    name: "Flower",
    script: "simulator-flower.py",
    modules: ["flwr", "ray", "torch"],
    packages: ["flwr[simulation]", "torch"],
  },
  { name: "FedJAX", script: "simulator-fedjax.py", modules: ["fedjax"], packages: ["fedjax"] },
  {
    name: "BlazeFL",
    script: "simulator-blazefl.py",
    modules: ["blazefl", "torch", "numpy", "tqdm"],
    packages: ["blazefl", "torch", "numpy", "tqdm"],
  },
];
const POTLUCK = "Potluck";
const CORES = availableParallelism();

/** What is measured, how often, and what the ratios to the first peer must reach. */
const COMPARISONS = [
  { task: "mlp", repetitions: 3, timeTarget: "<= 0.2", accuracyTarget: "0.99 to 1.01" },
  { task: "cnn", repetitions: 2, timeTarget: "<= 1.0", accuracyTarget: "0.97 to 1.03" },
] as const;
const MEMORY_TARGET = "<= 0.33";

const bench: Bench = { name: "simulator-peers", run: measured };
export default bench;

interface PresentPeer extends Peer {
  readonly python: string;
}

type Run = Measured<RunFigures>;

/** Stands where a run failed. */
const FAILED: Run = { roundSeconds: Number.NaN, accuracy: Number.NaN, peakMebibytes: Number.NaN };

async function measured(): Promise<BenchTable> {
  const peers = PEERS.flatMap((peer) => {
    const python = pythonWith(peer.modules);
    return python === null ? [] : [{ ...peer, python }];
  });
  const missing = PEERS.filter(({ name }) => peers.every((peer) => peer.name !== name));
  const rows: BenchRow[] = [];
  const failures: string[] = [];
  for (const comparison of COMPARISONS) {
    const { runs, failed } = await compared(federatedTask(comparison.task), peers, comparison.repetitions);
    rows.push(...rowsOf(runs, comparison));
    failures.push(...failed);
  }
  return {
    title: `simulator: federated averaging on MNIST against simulators in Python, ${CORES} cores`,
    rows,
    notes: [
      ...COMPARISONS.map(({ task }) => describe(federatedTask(task))),
      "A round's time is that of the second half of the rounds, with the evaluation at their end; a ratio is Potluck's figure over the peer's.",
      "Memory is that of all processes of a run together, shared memory counted once; NaN where there is no /proc.",
      ...peers.map(({ name, python, packages }) => `${name}: ${packages.map(versionIn(python)).join(", ")}.`),
      ...missing.map(
        ({ name, packages }) =>
          `${name} is left out: install it with pip install ${packages.map((what) => `"${what}"`).join(" ")}, and name its Python with PYTHON=….`,
      ),
      ...failures,
    ],
  };
}

function versionIn(python: string): (what: string) => string {
  return (what) => {
    const [name = what] = what.split("[");
    return `${name} ${packageVersion(python, name)}`;
  };
}

function describe({
  name,
  clients,
  trainExamples,
  cohort,
  epochs,
  batchSize,
  learningRate,
  rounds,
}: FederatedTask): string {
  const model = name === "mlp" ? "MLP 784-200-200-10" : "CNN 5x5x32, 5x5x64, fc 512";
  const work = `${epochs} epochs, batches of ${batchSize}, step size ${learningRate}`;
  return `${model}: ${clients} clients of ${trainExamples / clients} examples, ${cohort} a round, ${work}, ${2 * rounds} rounds.`;
}

interface Comparison {
  /** By the simulator's name. */
  readonly runs: ReadonlyMap<string, readonly Run[]>;
  /** What failed, in sentences. */
  readonly failed: readonly string[];
}

/** Runs a task with Potluck and, in turn with it, with the peers. */
async function compared(task: FederatedTask, peers: readonly PresentPeer[], repetitions: number): Promise<Comparison> {
  const runs = new Map<string, Run[]>([[POTLUCK, []], ...peers.map(({ name }): [string, Run[]] => [name, []])]);
  const failed: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), "potluck-bench-"));
  try {
    await writeTask(task, folder);
    for (let repetition = 0; repetition < repetitions; repetition++) {
      runs.get(POTLUCK)?.push(await runPotluck(task.name, CORES));
      for (const { name, script, python } of peers) {
        if (repetition > 0 && name !== PEERS[0].name) continue;
        const run = await runPeer(python, [script, folder, String(CORES)]);
        if (typeof run === "string") failed.push(`${name} failed on the ${task.name}: ${run}.`);
        // The n-th figures of Potluck and of a peer belong together.
        runs.get(name)?.push(typeof run === "string" ? FAILED : run);
      }
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return { runs, failed };
}

/** A figure of a run. */
interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly of: (run: Run) => number;
  readonly best: (...values: readonly number[]) => number;
  /** What the ratio to the first peer must reach. */
  readonly target: string;
}

function rowsOf(
  runs: Comparison["runs"],
  { task, timeTarget, accuracyTarget }: (typeof COMPARISONS)[number],
): readonly BenchRow[] {
  const model = task.toUpperCase();
  const figures: readonly Figure[] = [
    { what: `${model} round`, unit: "s", of: ({ roundSeconds }) => roundSeconds, best: Math.min, target: timeTarget },
    {
      what: `${model} peak memory`,
      unit: "MiB",
      of: ({ peakMebibytes }) => peakMebibytes,
      best: Math.min,
      target: MEMORY_TARGET,
    },
    {
      what: `${model} accuracy`,
      unit: "%",
      of: ({ accuracy }) => 100 * accuracy,
      best: Math.max,
      target: accuracyTarget,
    },
  ];
  return figures.flatMap((figure) => rowsOfFigure(runs, figure));
}

/** For each peer Potluck's figure with the ratio, and the peer's; both of the repetitions that ran side by side. */
function rowsOfFigure(runs: Comparison["runs"], { what, unit, of, best, target }: Figure): readonly BenchRow[] {
  const ours = (runs.get(POTLUCK) ?? []).map(of);
  const row = (name: string, values: readonly number[]): BenchRow => {
    return { what: `${what}, ${name}`, value: median(values), best: best(...values), unit };
  };
  const peers = [...runs].filter(([name, those]) => name !== POTLUCK && those.length > 0);
  if (peers.length === 0) return [row(POTLUCK, ours)];
  return peers.flatMap(([name, those]) => {
    const values = those.map(of);
    const beside = ours.slice(0, values.length);
    const ratio = median(beside.map((value, repetition) => value / (values[repetition] ?? Number.NaN)));
    const goal = name === PEERS[0].name ? { target } : {};
    return [{ ...row(POTLUCK, beside), ratio, peer: name, ...goal }, row(name, values)];
  });
}
