/**
 * The process of a worker: it is told its scenario and its client, and then what to do.
 *
 * @module
 */
import { parseScenario } from "@potluck/scenario";
import { clientId, type Key } from "@potluck/core";
import { type LiveWorker, type ToWorker, workLive } from "@potluck/simulator";
import { type Job, realClock } from "./processes.ts";

const early: ToWorker[] = [];
let worker: LiveWorker | undefined;

process.once("message", (job: Job) => {
  void begin(job);
  process.on("message", (message: ToWorker) => {
    if (worker === undefined) early.push(message);
    else worker.hear(message);
  });
});
// Whoever is left alone has nobody to work for. An interrupt of the terminal goes to its coordinator, who ends the run.
process.on("disconnect", () => process.exit());
process.on("SIGINT", () => {});

async function begin(job: Job): Promise<void> {
  try {
    worker = await workerFor(job);
    for (const message of early.splice(0)) worker.hear(message);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    process.disconnect?.();
  }
}

async function workerFor({ scenario, seed, client }: Job): Promise<LiveWorker> {
  return workLive({
    scenario: parseScenario(scenario, `the scenario of worker ${client}`),
    seed,
    client: clientId(client),
    clock: realClock,
    secret: drawnSecret,
    send: (message) => process.send?.(message),
  });
}

/** From the system's source of chance. */
function drawnSecret(): Key {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return { high, low };
}
