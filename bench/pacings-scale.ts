/**
 * Simulates the clock of 10,000 clients under one pacing, and prints its events per second of processor time. `pacings.ts` starts it in a
 * process of its own.
 *
 * @module
 */
import { federated, type FederatedOptions, pacing, present, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, scenario } from "@potluck/scenario";
import { clockSpeed, processorMilliseconds } from "./clock-speed.ts";

const CLIENTS = 10_000;
const EVENTS = 600_000;
const EVENTS_PER_UPDATE = 5;

/** Pacings, each with the updates that make a version. */
const pacings: Readonly<
  Record<string, { readonly pacing: () => FederatedOptions["pacing"]; readonly updates: number }>
> = {
  rounds: { pacing: () => pacing.rounds({ cohort: 1000 }), updates: 1000 },
  "fed-async": { pacing: () => pacing.fedAsync({ concurrency: 1000 }), updates: 1 },
  "fed-buff": { pacing: () => pacing.fedBuff({ updates: 10, concurrency: 1000 }), updates: 10 },
  "fed-fix": { pacing: () => pacing.fedFix({ intervalSeconds: 1 }), updates: 5000 },
  "fed-compass": { pacing: () => pacing.fedCompass(), updates: 3000 },
  anarchic: { pacing: () => pacing.anarchic({ updates: 10 }), updates: 10 },
};

const { pacing: paced, updates } = present(pacings[process.argv[2] ?? ""], "a pacing of that name");
const scale = scenario({
  name: "pacings",
  model: model.mlp({ hidden: [200, 200] }),
  data: data.gaussians({ classes: 2, features: 1, examplesPerClass: CLIENTS }),
  partition: partition.iid({ clients: CLIENTS, testShare: 0 }),
  fleet: fleet.tiers({ flopsPerSecond: 1e9 }),
  plan: federated({
    pacing: paced(),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { minimumSteps: 20, maximumSteps: 100, batchSize: 2 },
    versions: Math.ceil(EVENTS / (EVENTS_PER_UPDATE * updates)),
  }),
});

console.log(JSON.stringify(await clockSpeed(scale, processorMilliseconds)));
