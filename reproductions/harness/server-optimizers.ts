/**
 * The arms that the reproductions of adaptive server optimizers share: each tuned over five local and four server
 * learning rates, half a decade apart.
 *
 * @module
 */
import { federated, pacing, serverOptimizer, solver } from "@potluck/core";
import type { Scenario } from "@potluck/scenario";
import { bench } from "./bench.ts";
import { type Arm, arm, pairs } from "./experiment.ts";

type Optimizer = ReturnType<typeof serverOptimizer.sgd>;
type Rates = readonly [number, number, number, number];

/** A server optimizer by name, its server rates, and how it is made. */
interface Candidate {
  readonly name: string;
  readonly rates: Rates;
  readonly make: (learningRate: number) => Optimizer;
}

const CANDIDATES = {
  sgd: { name: "FedAvg", rates: [0.3, 1, 3, 10], make: (learningRate) => serverOptimizer.sgd({ learningRate }) },
  momentum: {
    name: "FedAvgM",
    rates: [0.03, 0.1, 0.3, 1],
    make: (learningRate) => serverOptimizer.momentum({ learningRate }),
  },
  adam: {
    name: "FedAdam",
    rates: [0.003, 0.01, 0.03, 0.1],
    make: (learningRate) => serverOptimizer.adam({ learningRate }),
  },
  yogi: {
    name: "FedYogi",
    rates: [0.003, 0.01, 0.03, 0.1],
    make: (learningRate) => serverOptimizer.yogi({ learningRate }),
  },
  adagrad: {
    name: "FedAdagrad",
    rates: [0.03, 0.1, 0.3, 1],
    make: (learningRate) => serverOptimizer.adagrad({ learningRate }),
  },
} as const satisfies Record<string, Candidate>;

/** The arm of a server optimizer, on the standard bench but for `changes`: 8 of 40 clients a round, one local epoch. */
export function serverArm(which: keyof typeof CANDIDATES, changes: Partial<Scenario> = {}): Arm {
  const { name, rates, make }: Candidate = CANDIDATES[which];
  return arm(name, pairs([0.01, 0.03, 0.1, 0.3, 1], rates), ([local, server]) => ({
    knobs: { local, server },
    scenario: bench({
      plan: federated({
        pacing: pacing.rounds({ cohort: 8 }),
        serverOptimizer: make(server),
        solver: solver.sgd({ learningRate: local }),
        work: { epochs: 1, batchSize: 10 },
        versions: 40,
      }),
      evaluateEvery: 2,
      ...changes,
    }),
  }));
}
