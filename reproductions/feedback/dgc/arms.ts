/**
 * The arms of the experiments with a thousandth of the numbers that last as many rounds as there are thousandths: all numbers with momentum at the server,
 * the method as it is published and as a codec over the whole model has it, and each of its ideas left out.
 *
 * @module
 */
import { codec, download, feedback, federated, pacing, serverOptimizer, solver } from "@potluck/core";
import { partition } from "@potluck/data";
import { bench } from "../../harness/bench.ts";
import { type Arm, arm, type Condition } from "../../harness/experiment.ts";

/** Workers, of which each takes a step of {@link BATCH} examples in every round. */
export const WORKERS = 4;
/** Examples of a step. */
export const BATCH = 20;

const MOMENTUM = 0.9;
const RATIO = 0.001;

type Bench = Parameters<typeof bench>[0];

/** What is learnt, and for how long. */
export interface Task extends Required<Pick<Bench, "data" | "model" | "evaluateEvery">> {
  /** The local rates that are tried. */
  readonly rates: readonly [number, ...(readonly number[])];
  readonly rounds: number;
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

/**
 * Two conditions of the same arms: all of them against all numbers, then the method without each of its ideas against the method.
 * What the workers of a round change is at most as many numbers as they send, so that as large a share of the changes is all of them.
 */
export function conditionsOf(name: string, task: Task): readonly [Condition, Condition] {
  const { warmUp: warmUpVersions } = task;
  const upload = codec.topK({ ratio: RATIO, warmUpVersions });
  const atServer = serverOptimizer.momentum({ learningRate: 1, momentum: MOMENTUM });
  const dgc = feedback.dgc({ momentum: MOMENTUM });
  const all = armOf(task, "all numbers, momentum at the server", {
    upload: codec.identity(),
    serverOptimizer: atServer,
  });
  const method = armOf(task, "dgc, 0.1%", { upload, feedback: dgc });
  const bothWays = armOf(task, "dgc, 0.1%, changes down", {
    upload,
    feedback: dgc,
    download: download.changes({ codec: codec.topK({ ratio: WORKERS * RATIO, warmUpVersions }) }),
  });
  const others = [
    armOf(task, "dgc, 0.1% of every layer", { upload: codec.perLayer({ codec: upload }), feedback: dgc }),
    armOf(task, "without warm-up", { upload: codec.topK({ ratio: RATIO }), feedback: dgc }),
    armOf(task, "without masking", { upload, feedback: feedback.dgc({ momentum: MOMENTUM, masking: "off" }) }),
    armOf(task, "without momentum correction", {
      upload,
      feedback: feedback.errorFeedback(),
      serverOptimizer: atServer,
    }),
  ];
  return [
    { name, arms: [all, method, bothWays, ...others] },
    { name: "the same, against the method", arms: [method, ...others] },
  ];
}
