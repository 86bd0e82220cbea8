/**
 * What a run under fire is made of: its plan, its clients, and what they were told.
 *
 * @module
 */
import { clientProcesses, type Job, type Processes } from "@potluck/cli";
import { present } from "@potluck/core";
import { parseScenario, scenarioToJson, type ScenarioFile } from "@potluck/scenario";
import { tiny } from "@potluck/testkit";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

/** So many clients has a run under fire. */
export const CLIENTS = 3;
/** So many versions has one by default. */
const VERSIONS = 60;

const common = { solver: { name: "sgd", learningRate: 0.1 }, work: { epochs: 1, batchSize: 8 } } as const;

/** The plans that are put under fire, in turn. */
const PLANS: readonly ((versions: number) => ScenarioFile["plan"])[] = [
  (versions) => ({ ...common, pacing: { name: "rounds", cohort: CLIENTS, deadlineSeconds: 5, quorum: 1 }, versions }),
  (versions) => ({
    ...common,
    pacing: { name: "fed-buff", updates: 2, concurrency: CLIENTS },
    upload: { name: "qsgd", bits: 4 },
    versions,
  }),
  (versions) => ({
    ...common,
    pacing: { name: "fed-async", concurrency: CLIENTS },
    solver: { name: "sgd", learningRate: 0.05 },
    feedback: { name: "error-feedback" },
    upload: { name: "top-k", ratio: 0.2 },
    versions: 2 * versions,
  }),
];

/** The scenario of a seed. */
export function scenarioOf(seed: number, versions: number = VERSIONS): ScenarioFile {
  const place = seed % PLANS.length;
  const name = `chaos-${place}`;
  const plan = present(PLANS[place], "a plan")(versions);
  return scenarioToJson(
    parseScenario({ ...tiny, name, partition: { name: "iid", clients: CLIENTS }, plan, evaluateEvery: 20 }, name),
  );
}

/** Clients that are started again whenever they end. */
export interface Troupe extends Pick<Processes, "kill" | "close"> {
  readonly start: (client: number) => void;
}

/** The clients of a scenario, none so far. */
export function troupeOf(
  scenario: ScenarioFile,
  { folder, port }: { readonly folder: string; readonly port: number },
): Troupe {
  const jobFor = (client: number): Job => ({
    scenario,
    seed: 1,
    client,
    run: "",
    url: `http://127.0.0.1:${port}`,
    identity: join(folder, "devices", String(client)),
    log: join(folder, LOG),
  });
  const processes = clientProcesses({
    onGone: (client) => processes.start(jobFor(client)),
  });
  return { start: (client) => processes.start(jobFor(client)), kill: processes.kill, close: processes.close };
}

const LOG = "acknowledged.txt";

/** The tasks whose updates count, by what clients were told. */
export async function acknowledgedTo(folder: string): Promise<ReadonlySet<number>> {
  const text = await readFile(join(folder, LOG), "utf8").catch(() => "");
  return new Set(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map(Number),
  );
}

/** A port that nobody listens at. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => {
    server.listen(0, "127.0.0.1", ready);
  });
  const address = server.address();
  await new Promise((closed) => {
    server.close(closed);
  });
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

/** Resolves after so long. */
export async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
