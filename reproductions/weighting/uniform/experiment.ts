/**
 * What does it do for clients with few examples to count as much as the others?
 *
 * @module
 */
import { federated, pacing, solver, weighting } from "@potluck/core";
import { data, partition } from "@potluck/data";
import type { ClientResult } from "@potluck/scenario";
import { bench, SEEDS, TUNING_SEEDS } from "../../harness/bench.ts";
import { type Arm, arm, type Experiment, type Metric } from "../../harness/experiment.ts";
import { clientAccuracy, finalLoss } from "../../harness/metrics.ts";

const CLIENTS = 20;

function armsWith(alpha: number): readonly [Arm, Arm] {
  const armOf = (name: string, chosen: ReturnType<typeof weighting.uniform>): Arm =>
    arm(name, [0.1, 0.3, 1, 2], (learningRate) => ({
      knobs: { "learning rate": learningRate },
      scenario: bench({
        data: data.mnist({ trainExamples: 6000, testExamples: 2000 }),
        partition: partition.dirichlet({
          clients: CLIENTS,
          alpha,
          quantitySkew: 1.5,
          testShare: 0.5,
          minimumExamples: 60,
        }),
        plan: federated({
          pacing: pacing.rounds({ cohort: CLIENTS }),
          weighting: chosen,
          solver: solver.sgd({ learningRate }),
          // Steps and not epochs, so that clients differ in what they know and not in how far they go.
          work: { steps: 10, batchSize: 10 },
          versions: 30,
        }),
        evaluateEvery: 30,
      }),
    }));
  return [armOf("by examples", weighting.byExamples()), armOf("uniform", weighting.uniform())];
}

const bySize = (clients: readonly ClientResult[]): readonly ClientResult[] =>
  [...clients].sort((a, b) => a.examples - b.examples || a.id - b.id);

const meanOverClients = clientAccuracy("accuracy on a client's own examples, mean over clients", (clients) => clients);

const worstDecile: Metric = {
  name: "accuracy of the worst tenth of the clients",
  better: "higher",
  digits: 4,
  of: ({ scorecard }) => scorecard.starvation.worstDecileAccuracy ?? Number.NaN,
};

export const experiment: Experiment = {
  title: "accuracy for the small and for all, by weighting",
  conditions: [
    { name: "α = 0.1, tuned for the mean over clients", tunedBy: meanOverClients, arms: armsWith(0.1) },
    { name: "α = 0.1, tuned for the loss over all examples", tunedBy: finalLoss, arms: armsWith(0.1) },
    { name: "α = 0.01, tuned for the mean over clients", tunedBy: meanOverClients, arms: armsWith(0.01) },
    { name: "α = 0.01, tuned for the loss over all examples", tunedBy: finalLoss, arms: armsWith(0.01) },
  ],
  metrics: [
    meanOverClients,
    clientAccuracy("the same, smaller half of the clients", (clients) => bySize(clients).slice(0, CLIENTS / 2)),
    clientAccuracy("the same, largest tenth of the clients", (clients) => bySize(clients).slice(-CLIENTS / 10)),
    worstDecile,
    finalLoss,
  ],
  tuningSeeds: TUNING_SEEDS,
  seeds: SEEDS,
};
