/**
 * What the benchmarks of the simulator train: federated averaging on the digits of MNIST, the same for Potluck and for
 * its peers.
 *
 * @module
 */
import { federated, fold, type Key, pacing, rootKey, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, type Scenario, scenario } from "@potluck/scenario";

/** A task of federated averaging. Python reads it as JSON. */
export interface FederatedTask {
  readonly name: "mlp" | "cnn";
  readonly clients: number;
  /** Among all clients. */
  readonly trainExamples: number;
  readonly testExamples: number;
  /** Clients of a round. */
  readonly cohort: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Rounds before the clock starts, and as many again while it runs. */
  readonly rounds: number;
}

/** The task called `name`. Throws where there is none. */
export function federatedTask(name: string): FederatedTask {
  switch (name) {
    case "mlp": {
      const examples = { trainExamples: 60_000, testExamples: 10_000 } as const;
      return { name, clients: 100, cohort: 10, epochs: 5, batchSize: 32, learningRate: 0.05, rounds: 5, ...examples };
    }
    case "cnn": {
      const examples = { trainExamples: 6000, testExamples: 2000 } as const;
      return { name, clients: 20, cohort: 4, epochs: 2, batchSize: 32, learningRate: 0.1, rounds: 2, ...examples };
    }
    default:
      throw new Error(`a task called mlp or cnn, got "${name}"`);
  }
}

/** Of all runs. */
export const SEED = 1;

/** The scenario of a task, on equal devices, since only what was learnt and the real time count. */
export function federatedScenario(task: FederatedTask): Scenario {
  const { name, clients, trainExamples, testExamples, cohort, epochs, batchSize, learningRate, rounds } = task;
  return scenario({
    name,
    model: name === "mlp" ? model.mlp() : model.cnn(),
    data: data.mnist({ trainExamples, testExamples }),
    partition: partition.iid({ clients, testShare: 0 }),
    fleet: fleet.uniform(),
    evaluateEvery: rounds,
    plan: federated({
      pacing: pacing.rounds({ cohort }),
      solver: solver.sgd({ learningRate }),
      work: { epochs, batchSize },
      versions: 2 * rounds,
    }),
  });
}

/** The keys from which a run of {@link SEED} shares the examples out and draws the first model. */
export function sceneKeys(): { readonly partition: Key; readonly model: Key } {
  const key = rootKey(SEED);
  return { partition: fold(key, "partition"), model: fold(key, "model") };
}
