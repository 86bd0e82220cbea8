/**
 * Simulates the clock of a fleet of so many clients, and prints its events per second and the most MiB that it took.
 * `simulator.ts` starts it in a process of its own, so that memory is that of one run. The second word is "easy" for a
 * fleet in which nothing is drawn and nobody waits for a link, and "hard" for one with failures and noise on a link that
 * cannot always carry all.
 *
 * @module
 */
import { federated, pacing, present, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { fleet, model, scenario, simulateTiming } from "@potluck/simulator";

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

/** When there were how many events: at the first report everything is loaded, compiled and in its place. */
const reports: (readonly [milliseconds: number, events: number])[] = [];
await simulateTiming({
  scenario: scale,
  seed: 1,
  onProgress: ({ events }) => reports.push([performance.now(), events]),
});
const [[from, first], [until, last]] = [present(reports[0], "a report"), present(reports.at(-1), "a report")];
const eventsPerSecond = (1000 * (last - first)) / (until - from);
console.log(JSON.stringify([eventsPerSecond, process.resourceUsage().maxRSS / 1024]));
