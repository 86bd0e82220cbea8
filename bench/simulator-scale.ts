/**
 * Simulates the clock of a fleet of so many clients, and prints its events per second and the most MiB that it took.
 * `simulator.ts` starts it in a process of its own, so that memory is that of one run. The second word is "easy" for a
 * fleet in which nothing is drawn and nobody waits for a link, and "hard" for one with failures and noise on a link that
 * cannot always carry all.
 *
 * @module
 */
import { federated, pacing, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, scenario } from "@potluck/scenario";
import { clockSpeed, wallMilliseconds } from "./clock-speed.ts";

const clients = Number(process.argv[2]);
const isHard = process.argv[3] === "hard";
/** Rounds of this many clients, over-selected. */
const COHORT = 1000;
const EVENTS = 600_000;
const EVENTS_PER_TASK = 5;
const OVER_SELECTION = 1.2;

const cohort = Math.min(COHORT, clients / 2);
const scale = scenario({
  name: "scale",
  model: model.mlp({ hidden: [200, 200] }),
  data: data.gaussians({ classes: 2, features: 1, examplesPerClass: clients }),
  partition: partition.iid({ clients, testShare: 0 }),
  fleet: fleet.tiers(isHard ? { failureRate: 0.01 } : { computeNoise: 0 }),
  ...(isHard && { server: { uploadBytesPerSecond: 1e9 } }),
  plan: federated({
    pacing: pacing.rounds({ cohort, overSelection: OVER_SELECTION, quorum: 0.5 }),
    solver: solver.sgd({ learningRate: 0.1 }),
    work: { epochs: 1, batchSize: 32 },
    versions: Math.ceil(EVENTS / (EVENTS_PER_TASK * OVER_SELECTION * cohort)),
  }),
});

console.log(JSON.stringify([await clockSpeed(scale, wallMilliseconds), process.resourceUsage().maxRSS / 1024]));
