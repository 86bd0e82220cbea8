/**
 * The arms of the experiments that last as many rounds as it takes to say all numbers twice: all numbers in every round with momentum at the server,
 * the method over the whole model and layer by layer, and each of its ideas left out.
 *
 * @module
 */
import { codec, download, feedback, federated, pacing, serverOptimizer, solver } from "@potluck/core";
import { partition } from "@potluck/data";
import { bench } from "../../harness/bench.ts";
import { type Arm, arm } from "../../harness/experiment.ts";

/** Workers, of which each takes a step of {@link BATCH} examples in every round. */
export const WORKERS = 4;
/** Examples of a step. */
export const BATCH = 20;

const MOMENTUM = 0.9;

type Bench = Parameters<typeof bench>[0];

/** What is learnt, and for how long. */
export interface Task extends Required<Pick<Bench, "data" | "model" | "evaluateEvery">> {
  /** The local rates that are tried. */
  readonly rates: readonly [number, ...(readonly number[])];
  readonly rounds: number;
  /** Share of the numbers that a worker sends in a round. */
  readonly ratio: number;
  /** Rounds in which more is sent. */
  readonly warmUp: number;
}

type Way = Partial<
  Pick<Parameters<typeof federated>[0], "upload" | "feedback" | "serverOptimizer" | "download" | "solver">
>;

function armOf({ rates, rounds, data, model, evaluateEvery }: Task, name: string, way: Way): Arm {
  return arm(name, rates, (local) => ({
    knobs: { local },
    scenario: bench({
      data,
      model,
      evaluateEvery,
      partition: partition.iid({ clients: WORKERS, testShare: 0 }),
      plan: federated({
        pacing: pacing.rounds({ cohort: WORKERS }),
        solver: solver.sgd({ learningRate: local }),
        work: { steps: 1, batchSize: BATCH },
        ...way,
        versions: rounds,
      }),
    }),
  }));
}

/** The arms of a task, by what they are. */
interface Arms {
  readonly all: Arm;
  readonly method: Arm;
  readonly bothWays: Arm;
  readonly byLayer: Arm;
  readonly unwarmed: Arm;
  readonly unmasked: Arm;
  readonly uncorrected: Arm;
}

/**
 * All numbers, the method, and the method without each of its ideas. What the workers of a round change is at most as many numbers as they
 * send, so that as large a share of the changes is all of them.
 */
export function armsOf(task: Task): Arms {
  const { warmUp: warmUpVersions, ratio } = task;
  const name = `dgc, ${100 * ratio}%`;
  const upload = codec.topK({ ratio, warmUpVersions });
  const atServer = { serverOptimizer: serverOptimizer.momentum({ learningRate: 1, momentum: MOMENTUM }) } as const;
  const dgc = { feedback: feedback.dgc({ momentum: MOMENTUM }) } as const;
  const unmasked = { feedback: feedback.dgc({ momentum: MOMENTUM, masking: "off" }) } as const;
  const changes = { download: download.changes({ codec: codec.topK({ ratio: WORKERS * ratio, warmUpVersions }) }) };
  return {
    all: armOf(task, "all numbers, momentum at the server", { upload: codec.identity(), ...atServer }),
    method: armOf(task, name, { upload, ...dgc }),
    bothWays: armOf(task, `${name}, changes down`, { upload, ...dgc, ...changes }),
    byLayer: armOf(task, `${name} of every layer`, { upload: codec.perLayer({ codec: upload }), ...dgc }),
    unwarmed: armOf(task, "without warm-up", { upload: codec.topK({ ratio }), ...dgc }),
    unmasked: armOf(task, "without masking", { upload, ...unmasked }),
    uncorrected: armOf(task, "without momentum correction", {
      upload,
      feedback: feedback.errorFeedback(),
      ...atServer,
    }),
  };
}
