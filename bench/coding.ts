/**
 * What a master does beside adding answers up: 256 answers of 1.7 million float32 numbers to one job, with every code, from the
 * first that arrives until the new model is there.
 *
 * The peer looks whether the same answers are finite, as every update is looked at, and adds them to a float64 sum, one after
 * the other, and nothing else. Answers come in 16 buffers in turn,
 * 109 MB, so that each comes from main memory and not from a cache.
 *
 * @module
 */
import {
  clientId,
  coded,
  coding,
  type FleetEvent,
  type GradientTask,
  type Machine,
  rootKey,
  serverOptimizer,
  startMachine,
  type VectorKernels,
} from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { interleaved, median, speedup, type Timings } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const WORKERS = 256;
const LENGTH = 1_700_000;
const BUFFERS = 16;
const REPETITIONS = 5;

const PEER = "256 answers looked at and added up";

const CODES: Readonly<Record<string, ReturnType<typeof coding.uncoded>>> = {
  uncoded: coding.uncoded(),
  "gradient coding, s = 15: repeats": coding.gradientCoding({ tolerated: 15 }),
  "gradient coding, s = 12: a cyclic block of 22": coding.gradientCoding({ tolerated: 12 }),
  "SR-SGC (2, 3, 23)": coding.srSgc({ burst: 2, window: 3, most: 23 }),
};

const bench: Bench = { name: "coding", run: async () => Promise.resolve(measured()) };
export default bench;

function measured(): BenchTable {
  const kernels = loadKernels();
  const answers = Array.from({ length: BUFFERS }, (_, buffer) =>
    Float32Array.from({ length: LENGTH }, (__, at) => Math.sin(buffer + 0.001 * at)),
  );
  const runs = Object.entries(CODES).map(([name, code]) => [name, jobsOf(code, answers, kernels)] as const);
  const timings = interleaved(
    {
      [PEER]: adding(answers, kernels),
      ...Object.fromEntries(runs),
    },
    { warmUps: 1, repetitions: REPETITIONS },
  );
  return {
    title: `coding: ${WORKERS} answers of ${LENGTH.toLocaleString("en")} floats to one job`,
    rows: [...timings].map(([name, own]) => rowOf(name, own, timings.get(PEER) ?? [])),
    notes: [
      `Kernels: ${kernels.name}. A ratio is the time of the row over that of the peer, which adds up all ${WORKERS} answers.`,
      "Codes that repeat add one answer of each group, and take less time than all answers for that reason.",
      "Memory of a job: a sum in float64, 13.6 MB, and of a cyclic block its answers until it is decoded, 6.8 MB each.",
    ],
  };
}

function rowOf(what: string, own: Timings, peer: Timings): BenchRow {
  const figures = { what, value: 1000 * median(own), best: 1000 * Math.min(...own), unit: "ms" };
  if (what === PEER) return figures;
  return { ...figures, ratio: 1 / speedup(own, peer), peer: "added up", target: "≤ 1.1" };
}

function adding(answers: readonly Float32Array[], kernels: VectorKernels): () => void {
  const sum = kernels.zeros(LENGTH);
  return () => {
    for (let worker = 0; worker < WORKERS; worker++) {
      const answer = answers[worker % BUFFERS] ?? new Float32Array(0);
      if (!kernels.inspect(answer).finite) throw new Error("an answer is not finite");
      kernels.accumulate(sum, answer, 1);
    }
  };
}

/** A run of a code, whose every call answers all tasks of the next round. */
function jobsOf(
  code: ReturnType<typeof coding.uncoded>,
  answers: readonly Float32Array[],
  kernels: VectorKernels,
): () => void {
  const models = [serverOptimizer.sgd({ learningRate: 1e-6 })];
  const plan = coded({ coding: code, models, jobs: 2 * REPETITIONS + 10 });
  const machine = startMachine({ plan, params: new Float32Array(LENGTH), key: rootKey(1), kernels });
  const profile = { examples: 10 * WORKERS, tier: "worker" };
  for (let k = 0; k < WORKERS; k++) machine.handle(0, { kind: "joined", client: clientId(k), profile });
  let open = tasksIn(machine, { kind: "started" });
  return () => {
    const next: GradientTask[] = [];
    for (const { id, client, gradients } of open) {
      if (gradients.length !== 1) throw new Error("an answer of one vector");
      const { buffer } = answers[client % BUFFERS] ?? new Float32Array(0);
      const spent = { downloadSeconds: 0, computeSeconds: 1, uploadSeconds: 0 };
      const update = { payload: new Uint8Array(buffer), examples: 1, steps: 1, trainLoss: 0, spent };
      next.push(...tasksIn(machine, { kind: "update", client, task: id, update }));
    }
    open = next;
  };
}

function tasksIn(machine: Machine, event: FleetEvent): readonly GradientTask[] {
  return machine
    .handle(1, event)
    .flatMap((command) => (command.kind === "assign" && "gradients" in command.task ? [command.task] : []));
}
