import { parseScenario } from "@potluck/scenario";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulate } from "@potluck/simulator";
import { expect, test } from "vitest";
import { rehearse } from "../live/rehearsal.ts";
import { tiny } from "@potluck/testkit";
import { say } from "../sample-command.ts";
import { runStore } from "../store/run-store.ts";

/** Three workers, each of whose tasks takes a tenth of a second. */
const file = {
  ...tiny,
  name: "tiny-live",
  partition: { name: "replicated", clients: 3 },
  fleet: { name: "uniform", flopsPerSecond: 1e6 },
  plan: {
    coding: { name: "gradient-coding", tolerated: 1 },
    models: [{ name: "sgd", learningRate: 0.5 }],
    jobs: 12,
    batchSize: 24,
  },
};

test("workers are processes: one that is killed is started again, and the models are those of a simulation", async () => {
  const scenario = parseScenario(file, "tiny-live");
  const pids = new Map<number, number[]>();
  const onStart = (client: number, pid: number): void => {
    pids.set(client, [...(pids.get(client) ?? []), pid]);
  };
  const onProgress = ({ measurement: { version } }: { measurement: { version: number } }): void => {
    const pid = pids.get(1)?.at(-1);
    if (version === 2 && pid !== undefined) process.kill(pid, "SIGKILL");
  };
  const live = await rehearse({ scenario, seed: 1, onStart, onProgress });
  expect(live.status).toBe("finished");
  expect(pids.get(1)).toHaveLength(2);
  expect(live.failures.get("a process ended: SIGKILL")).toBe(1);
  const simulated = await simulate({ scenario, seed: 1, workers: 1 });
  for (const [at, { testLoss }] of live.measurements.entries()) {
    expect(testLoss / (simulated.measurements[at]?.testLoss ?? 0)).toBeCloseTo(1, 4);
  }
}, 120_000);

test("a process that is stopped is ended and started again, and the run goes on", async () => {
  const uncoded = { ...file, plan: { ...file.plan, coding: { name: "uncoded" } } };
  const scenario = parseScenario(uncoded, "tiny-live");
  const pids = new Map<number, number[]>();
  const onStart = (client: number, pid: number): void => {
    pids.set(client, [...(pids.get(client) ?? []), pid]);
  };
  const onProgress = ({ measurement: { version } }: { measurement: { version: number } }): void => {
    const pid = pids.get(1)?.at(-1);
    if (version === 2 && pid !== undefined) process.kill(pid, "SIGSTOP");
  };
  const live = await rehearse({ scenario, seed: 1, onStart, onProgress, silenceSeconds: 10 });
  expect(live.status).toBe("finished");
  expect(pids.get(1)).toHaveLength(2);
  expect(live.failures.get("nothing was heard of a process for 10 seconds")).toBe(1);
}, 120_000);

test("changes of the model go down as they do in a simulation: as many bytes, spent on the same, for the same models", async () => {
  const changing = {
    ...file,
    partition: { name: "replicated", clients: 1 },
    plan: {
      ...tiny.plan,
      pacing: { name: "rounds", cohort: 1 },
      upload: { name: "qsgd", bits: 8 },
      download: { name: "changes", codec: { name: "per-layer", codec: { name: "top-k", ratio: 0.1 } } },
      versions: 5,
    },
  };
  const scenario = parseScenario(changing, "tiny-live");
  const live = await rehearse({ scenario, seed: 1 });
  const simulated = await simulate({ scenario, seed: 1, workers: 1 });
  const { bytesUp, bytesDown } = simulated.scorecard.bottleneck;
  expect(bytesDown).toBeLessThan(2.5 * live.params.byteLength);
  expect(live.params).toEqual(simulated.params);
  expect(live.scorecard.bottleneck).toMatchObject({ bytesUp, bytesDown });
  expect(live.spent).toEqual(simulated.spent);
}, 120_000);

test("potluck live keeps its run, says that its times are real, and does not take it for a simulation", async () => {
  const folder = await mkdtemp(join(tmpdir(), "potluck-"));
  try {
    const [path, store] = [join(folder, "live.json"), join(folder, "store")];
    await writeFile(path, JSON.stringify({ ...file, plan: { ...file.plan, jobs: 2 } }));
    const { out, err, exitCode } = await say("live", path, "--store", store);
    expect(err).toContain("version 2/2");
    expect(err).not.toContain("virtual");
    expect(exitCode).toBe(0);
    const [kept] = runStore(store).list();
    const history = readFileSync(join(kept?.folder ?? "", "history.jsonl"), "utf8");
    expect(history.match(/"joined"/gu)?.length).toBeGreaterThanOrEqual(3);
    expect(history.match(/"published"/gu)).toHaveLength(2);
    expect(out).toContain("finished: 2 gradients were put together");
    expect(out).toMatch(/^wall time +\d/m);
    expect(out).not.toContain("virtual");
    const rerun = await say("rerun", "tiny-live", "--store", store);
    expect(rerun.exitCode).toBe(1);
    expect(rerun.err).toContain("was live: when its workers answered is not in the store");
    expect(rerun.err).toContain(`npx potluck live ${path} --seed 1`);
    expect((await say("report", "tiny-live", "--store", store)).exitCode).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);
