/**
 * The process of a client of a rehearsal: it is told its scenario and its client, and takes part like any other device, at the pace of the
 * one that the fleet gives it.
 *
 * @module
 */
import { join, openStore, type Participation } from "@potluck/client";
import { clientId, present } from "@potluck/core";
import { parseScenario, setClock } from "@potluck/scenario";
import { paceOf } from "@potluck/simulator";
import { appendFileSync } from "node:fs";
import { dataOfClient } from "./local-data.ts";
import type { Job } from "./processes.ts";

/** How often it says that it is alive. */
const BEAT_SECONDS = 1;

process.once("message", (job: Job) => {
  void takePart(job);
});
// Whoever is left alone has nobody to work for. An interrupt of the terminal goes to the coordinator, which ends the run.
process.on("disconnect", () => process.exit());
process.on("SIGINT", () => {});
setInterval(() => process.send?.("alive"), 1000 * BEAT_SECONDS).unref();

async function takePart(job: Job): Promise<void> {
  try {
    await rehearse(job);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  process.disconnect?.();
}

async function rehearse({ scenario: file, seed, client, url, run, identity, log }: Job): Promise<void> {
  const scenario = parseScenario(file, `the scenario of client ${client}`);
  const [stage, data] = await Promise.all([setClock({ scenario, seed }), dataOfClient(scenario, client, seed)]);
  const { tier } = present(stage.devices[client], "the device of client", client);
  const clock = { now: () => performance.now() / 1000, sleep };
  for (let isOver = false; !isOver;) {
    let restart: number | null = null;
    const taking: { part: Participation | null } = { part: null };
    const onDropout = (seconds: number): void => {
      restart = seconds;
      void taking.part?.leave();
    };
    const pace = paceOf({ stage, client: clientId(client), clock, onDropout });
    const part = await join(url, {
      run,
      data,
      tier,
      store: await openStore(identity),
      means: { pace },
      onState: (state) => {
        if (log === undefined || state.kind !== "answered" || state.outcome !== "accepted") return;
        appendFileSync(log, `${state.task}\n`);
      },
    });
    taking.part = part;
    await part.ended;
    isOver = restart === null;
    await sleep(restart ?? 0);
  }
}

async function sleep(seconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, 1000 * seconds);
  });
}
