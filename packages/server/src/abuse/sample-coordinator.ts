/**
 * Coordinators for tests: each in a folder of its own, with a run of a small model for two clients or more.
 *
 * @module
 */
import { parseScenario, scenarioToJson } from "@potluck/scenario";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { type Coordinator, openCoordinator } from "../coordinator.ts";
import type { CoordinatedRun, CoordinatorOptions } from "../coordinator-options.ts";
import { joined, type SampleDevice, type SampleDeviceOptions, works } from "./sample-device.ts";

/** A coordinator with its run. */
export interface SampleSite {
  readonly folder: string;
  readonly coordinator: Coordinator;
  readonly run: CoordinatedRun;
  /** The token that it shows; "" where it is open. */
  readonly token: string;
  /** The first key of the role admin. */
  readonly key: string;
}

/** So many versions have runs. */
export const VERSIONS = 3;

/** Neurons of the model's hidden layer; so many that its answers are blobs. */
const HIDDEN = 8;
export const MANY_HIDDEN = 4000;

/** The scenario with changes to its plan. */
function sampleDocument(changes: object, hidden: number): string {
  const scenario = {
    name: "sample",
    model: { name: "mlp", hidden: [hidden] },
    data: { name: "gaussians", classes: 3, features: 5, examplesPerClass: 60 },
    fleet: { name: "uniform" },
    partition: { name: "iid", clients: 4 },
    plan: {
      pacing: { name: "rounds", cohort: 2 },
      solver: { name: "sgd", learningRate: 0.5 },
      work: { epochs: 1, batchSize: 8 },
      versions: VERSIONS,
      ...changes,
    },
  };
  return JSON.stringify(scenarioToJson(parseScenario(scenario, "sample")));
}

const open: SampleSite[] = [];
const folders: string[] = [];

/** Opens a coordinator, which is closed after the test. `plan` has changes to its plan. */
export async function sampleSite(
  options: Partial<CoordinatorOptions> = {},
  plan: object = {},
  hidden: number = HIDDEN,
): Promise<SampleSite> {
  const { folder = newFolder() } = options;
  const coordinator = await openCoordinator({ ...options, folder });
  const run = await coordinator.begin({ document: sampleDocument(plan, hidden), seed: 1, startClients: 2 });
  const token = new URL(coordinator.link).hash.slice("#token=".length);
  const site = { folder, coordinator, run, token, key: readFileSync(coordinator.keyFile, "utf8").trim() };
  open.push(site);
  return site;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "potluck-"));
  folders.push(folder);
  return folder;
}

afterEach(async () => {
  for (const { coordinator } of open.splice(0)) await coordinator.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Lets a device in that does everything right. */
export async function guestOf(
  { coordinator: { url }, token }: SampleSite,
  changes: Partial<SampleDeviceOptions> = {},
): Promise<SampleDevice> {
  return joined({ url, token, ...changes });
}

/** Two devices do all the work: the run comes to its end as if nothing had happened. */
export async function comesToItsEnd(site: SampleSite): Promise<void> {
  const devices = [await guestOf(site), await guestOf(site)];
  for (const device of devices) void works(device);
  await site.run.whenEnded;
  expect(site.run.view.ended?.ending).toMatchObject({ status: "finished" });
  expect((await site.run.result()).versions).toBe(VERSIONS);
}

/** Asks the administration of a coordinator. */
export async function admin(
  { coordinator: { url }, key }: SampleSite,
  method: string,
  path: string,
  body?: object,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(`${url}/v1/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** The value of a meter; 0 where there is none. */
export async function meter({ coordinator: { url }, key }: SampleSite, line: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
  const found = (await response.text()).split("\n").find((text) => text.startsWith(`${line} `));
  return Number(found?.slice(line.length) ?? 0);
}
