/**
 * What a master does beside adding answers up: a round of 256 workers, whose answers are vectors of 1.7 million float32 numbers, with
 * every code, from the first answer that arrives until the new model is there. And what a worker does beside computing
 * gradients, which it puts together to an answer.
 *
 * Peers look whether the same vectors are finite, as every update is looked at, and add them to a float64 sum, one after
 * the other, and nothing else. Answers come in 16 buffers in turn,
 * 218 MB, so that each comes from main memory and not from a cache.
 *
 * @module
 */
import {
  clientId,
  coded,
  coding,
  type FleetEvent,
  type GradientTask,
  layoutOf,
  type Machine,
  rootKey,
  serverOptimizer,
  startMachine,
  type VectorKernels,
} from "@potluck/core";
import { loadKernels } from "@potluck/kernels";
import { type Gradient, sumGradients } from "@potluck/engine";
import { alternated, interleaved, median, speedup, type Timings } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const WORKERS = 256;
const LENGTH = 1_700_000;
const BUFFERS = 16;
const REPETITIONS = 5;

/** A code, and who is late in every round: so many workers, others than in the round before. */
interface Setup {
  readonly code: ReturnType<typeof coding.uncoded>;
  readonly late: number;
  /** Vectors that arrive in a round. */
  readonly vectors: number;
}

const SETUPS: Readonly<Record<string, Setup>> = {
  uncoded: { code: coding.uncoded(), late: 0, vectors: WORKERS },
  "gradient coding, s = 15: repeats": { code: coding.gradientCoding({ tolerated: 15 }), late: 0, vectors: WORKERS },
  "gradient coding, s = 12: a cyclic block of 22": {
    code: coding.gradientCoding({ tolerated: 12 }),
    late: 0,
    vectors: WORKERS,
  },
  "SR-SGC (2, 3, 23)": { code: coding.srSgc({ burst: 2, window: 3, most: 23 }), late: 0, vectors: WORKERS },
  "M-SGC (1, 2, 27), two vectors an answer": {
    code: coding.mSgc({ burst: 1, window: 2, most: 27 }),
    late: 0,
    vectors: 2 * WORKERS,
  },
  "M-SGC (1, 2, 27), 13 workers late": {
    code: coding.mSgc({ burst: 1, window: 2, most: 27 }),
    late: 13,
    vectors: 2 * (WORKERS - 13),
  },
};

const bench: Bench = { name: "coding", run: measured };
export default bench;

async function measured(): Promise<BenchTable> {
  const kernels = loadKernels();
  const answers = Array.from({ length: BUFFERS }, (_, buffer) =>
    Float32Array.from({ length: 2 * LENGTH }, (__, at) => Math.sin(buffer + 0.001 * at)),
  );
  const runs = Object.entries(SETUPS).map(([name, setup]) => [name, roundsOf(setup, answers, kernels)] as const);
  const counts = [...new Set(Object.values(SETUPS).map(({ vectors }) => vectors))];
  const peers = counts.map((count) => [peerOf(count), adding(answers, count, kernels)] as const);
  const timings = interleaved(Object.fromEntries([...peers, ...runs]), { warmUps: 2, repetitions: REPETITIONS });
  const peerRows = counts.map((count) => rowOf(peerOf(count), timings.get(peerOf(count)) ?? []));
  const codeRows = Object.entries(SETUPS).map(([name, { vectors }]) => ({
    ...rowOf(name, timings.get(name) ?? []),
    ratio: 1 / speedup(timings.get(name) ?? [], timings.get(peerOf(vectors)) ?? []),
    peer: `${vectors} added up`,
    target: "≤ 1.1",
  }));
  return {
    title: `coding: a round of ${WORKERS} workers that answer with vectors of ${LENGTH.toLocaleString("en")} floats`,
    rows: [...peerRows, ...codeRows, ...(await encodingRows(answers, kernels))],
    notes: [
      `Kernels: ${kernels.name}. A ratio is the time of the row over that of its peer, which adds up as many vectors as arrive.`,
      "Codes that repeat add one answer of each group, and take less time than all answers for that reason.",
      "Memory of a job: a sum in float64, 13.6 MB; of a cyclic block its answers until it is decoded, 6.8 MB each; and the parameters at which it began, 6.8 MB, where its model has moved on since.",
      "Memory of a step: the difference in float64, 13.6 MB, and the new parameters, 6.8 MB.",
      "A worker adds its gradients up in plain TypeScript, and its peer with the kernels; what the gradients take is in neither.",
    ],
  };
}

function peerOf(count: number): string {
  return `${count} vectors looked at and added up`;
}

function rowOf(what: string, own: Timings): BenchRow {
  return { what, value: 1000 * median(own), best: 1000 * Math.min(...own), unit: "ms" };
}

/** Looks at so many vectors, two in each buffer, and adds them up. */
function adding(answers: readonly Float32Array[], count: number, kernels: VectorKernels): () => void {
  const sum = kernels.zeros(LENGTH);
  return () => {
    for (let at = 0; at < count; at++) {
      const half = (at >> 4) % 2;
      const vector = answers[at % BUFFERS]?.subarray(half * LENGTH, (half + 1) * LENGTH) ?? new Float32Array(0);
      if (!kernels.inspect(vector).finite) throw new Error("a vector is not finite");
      kernels.accumulate(sum, vector, 1);
    }
  };
}

/** A run of a code, whose every call is the next round: all who are not late answer, and then its time is up. */
function roundsOf({ code, late }: Setup, answers: readonly Float32Array[], kernels: VectorKernels): () => void {
  const models = Array.from({ length: code.schemeFor(WORKERS).delay + 1 }, () =>
    serverOptimizer.sgd({ learningRate: 1e-6 }),
  );
  const plan = coded({ coding: code, models, jobs: 2 * REPETITIONS + 10 });
  const machine = startMachine({ plan, params: new Float32Array(LENGTH), key: rootKey(1), kernels });
  const profile = { examples: 100 * WORKERS, tier: "worker" };
  for (let k = 0; k < WORKERS; k++) machine.handle(0, { kind: "joined", client: clientId(k), profile });
  let open = tasksIn(machine, { kind: "started" });
  return () => {
    const next: GradientTask[] = [];
    const round = open[0]?.round ?? 0;
    for (const { id, client, gradients } of open) {
      if (isLate(client, round, late)) continue;
      const { buffer } = answers[client % BUFFERS] ?? new Float32Array(0);
      const payload = new Uint8Array(buffer, 0, 4 * LENGTH * gradients.length);
      const spent = { downloadSeconds: 0, computeSeconds: 1, uploadSeconds: 0 };
      const update = { payload, examples: 1, steps: 1, trainLoss: 0, spent };
      next.push(...tasksIn(machine, { kind: "update", client, task: id, update }));
    }
    if (late > 0) next.push(...tasksIn(machine, { kind: "timer", name: `round ${round}` }));
    if (next.length !== WORKERS) throw new Error(`round ${round} did not end`);
    open = next;
  };
}

/** Whether a worker is one of the `late` in a round; they are others than in the round before. */
function isLate(worker: number, round: number, late: number): boolean {
  const first = late * (round % Math.max(1, Math.floor(WORKERS / Math.max(1, late))));
  return worker >= first && worker < first + late;
}

function tasksIn(machine: Machine, event: FleetEvent): readonly GradientTask[] {
  return machine
    .handle(1, event)
    .flatMap((command) => (command.kind === "assign" && "gradients" in command.task ? [command.task] : []));
}

const ENCODING = "a worker's answer to a coded group of M-SGC (1, 2, 27)";

/** What a worker makes of 28 gradients, one of each of its chunks, against adding them up. */
async function encodingRows(answers: readonly Float32Array[], kernels: VectorKernels): Promise<readonly BenchRow[]> {
  const terms =
    coding.gradientCoding({ tolerated: 27 }).schemeFor(WORKERS).groups[0]?.code.blocks.at(-1)?.terms[0] ?? [];
  const gradients = answers.flatMap((pair) => [pair.subarray(0, LENGTH), pair.subarray(LENGTH)]);
  const peer = `its ${terms.length} gradients added up`;
  const timings = await alternated(
    {
      [peer]: { steps: 1, run: async () => Promise.resolve(weighted(gradients, terms, kernels)) },
      [ENCODING]: { steps: 1, run: async () => encoded(gradients, terms) },
    },
    { warmUps: 2, repetitions: 2 * REPETITIONS },
  );
  const [added, own] = [timings.get(peer) ?? [], timings.get(ENCODING) ?? []];
  return [rowOf(peer, added), { ...rowOf(ENCODING, own), ratio: 1 / speedup(own, added), peer: "added up" }];
}

/** What an answer is made of. */
type Terms = readonly { readonly coefficient: number }[];

function weighted(gradients: readonly Float32Array[], terms: Terms, kernels: VectorKernels): Float64Array {
  const sum = kernels.zeros(LENGTH);
  for (const [at, { coefficient }] of terms.entries()) {
    kernels.accumulate(sum, gradients[at % gradients.length] ?? new Float32Array(0), coefficient);
  }
  return sum;
}

async function encoded(gradients: readonly Float32Array[], terms: Terms): Promise<unknown> {
  let at = 0;
  const gradient: Gradient = {
    layout: layoutOf([{ name: "parameters", shape: [LENGTH] }]),
    of: async () =>
      Promise.resolve({
        loss: 0,
        gradient: gradients[at++ % gradients.length] ?? new Float32Array(0),
        executingSeconds: 0,
      }),
    close: async () => Promise.resolve(),
  };
  const examples = {
    count: terms.length,
    features: new Float32Array(terms.length),
    labels: new Uint8Array(terms.length),
    shape: [1],
    scale: 1,
    classes: 1,
  };
  const chunks = terms.map(({ coefficient }, row) => ({ rows: Uint32Array.of(row), coefficient }));
  return sumGradients(gradient, examples, [{ params: new Float32Array(0), chunks }]);
}
