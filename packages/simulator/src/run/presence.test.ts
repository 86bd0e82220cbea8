import { clientId, federated, pacing, rootKey, solver } from "@potluck/core";
import { data, partition } from "@potluck/data";
import { expect, test } from "vitest";
import { type Device, type Fleet, model, type Scenario, scenario } from "@potluck/scenario";
import { sampleDevice } from "@potluck/testkit";
import { simulateTiming } from "../index.ts";
import { presenceOf } from "./presence.ts";

const device: Device = {
  ...sampleDevice,
  flopsPerSecond: 1e18,
  uploadBytesPerSecond: 100,
  downloadBytesPerSecond: 1e15,
  latencySeconds: 0,
};

/** A device that is there from and until these instants. */
function there(...toggles: readonly number[]): Device {
  return { ...device, availability: { kind: "trace", toggles: Float64Array.from(toggles), periodSeconds: null } };
}

test("a client comes and goes at the instants that were recorded, and a state goes on where it stood", () => {
  const presence = presenceOf([there(0, 3, 8), device, there(5)], rootKey(1));
  expect([0, 1, 2].map((id) => presence.isOnline(clientId(id)))).toEqual([true, true, false]);
  expect(presence.firstTurn(clientId(0))).toEqual({ at: 3, client: 0, online: false });
  expect(presence.firstTurn(clientId(1))).toBeNull();
  expect(presence.firstTurn(clientId(2))).toEqual({ at: 5, client: 2, online: true });
  expect(presence.turn(clientId(0), 3)).toEqual({ at: 8, client: 0, online: true });
  const again = presenceOf([there(0, 3, 8), device, there(5)], rootKey(1), presence.state());
  expect(again.isOnline(clientId(0))).toBe(false);
  expect(again.turn(clientId(0), 8)).toBeNull();
  expect(again.isOnline(clientId(0))).toBe(true);
});

/** These devices, in a plan that asks two of them in each of two rounds. 848 bytes take 8.48 seconds up. */
function scenarioOf(devices: readonly Device[]): Scenario {
  const part = { room: "fleet", name: "by-hand", options: {} } as const;
  const fleet: Fleet & { part: typeof part } = { part, devices: async () => devices };
  return scenario({
    name: "present",
    model: model.mlp({ hidden: [16] }),
    data: data.gaussians({ classes: 4, features: 8, examplesPerClass: 30 }),
    partition: partition.iid({ clients: devices.length, testShare: 0 }),
    fleet,
    plan: federated({
      pacing: pacing.rounds({ cohort: 2, quorum: 0.5 }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 1, batchSize: 30 },
      versions: 2,
    }),
  });
}

test("who leaves while it sends loses what was on its way, and who never comes is known all the same", async () => {
  const { scorecard, accounts, virtualSeconds, ended, failures } = await simulateTiming({
    scenario: scenarioOf([device, there(0, 2.005), there(1e9)]),
    seed: 1,
  });
  expect(ended).toBe("2 versions were published");
  // The first round: one update arrives after 8.48 seconds, the other is lost after 2.005 seconds, 200 bytes of it sent.
  expect(virtualSeconds).toBeCloseTo(2 * 8.48, 6);
  expect(scorecard.bottleneck).toMatchObject({ bytesUp: 2 * 848 + 200, bytesLost: 200 });
  expect(scorecard.delay.tasksFailed).toBe(1);
  expect(failures).toEqual(new Map([["the device left before it was done", 1]]));
  expect(scorecard.starvation.clientsNeverUsed).toBe(2);
  expect(accounts().map(({ onlineSeconds, onlineSince }) => [onlineSeconds, onlineSince])).toEqual([
    [0, 0],
    [2.005, null],
    [0, null],
  ]);
});

test("a device whose memory does not hold the task says so, after the way there and back", async () => {
  const small = { ...device, memoryBytes: 1000, latencySeconds: 1 };
  const { failures, scorecard, virtualSeconds } = await simulateTiming({
    scenario: scenarioOf([{ ...device, memoryBytes: 1e9 }, small]),
    seed: 1,
  });
  expect([...failures.keys()]).toEqual([
    expect.stringMatching(/^the task needs [\d.]+ MiB of memory, and the device has 0\.000954 MiB$/u),
  ]);
  expect(scorecard.delay.tasksFailed).toBe(2);
  expect(scorecard.bottleneck.bytesDown).toBe(2 * 848);
  expect(virtualSeconds).toBeCloseTo(2 * 8.48, 6);
});

/** Devices that are seldom there, in a plan that needs all of them at once. */
function neverTogether(devices: number): Scenario {
  const seldom: Device = {
    ...device,
    availability: { kind: "on-off", meanOnlineSeconds: 1, meanOfflineSeconds: 1e12 },
  };
  return {
    ...scenarioOf(Array.from({ length: devices }, () => seldom)),
    plan: federated({
      pacing: pacing.rounds({ cohort: devices }),
      solver: solver.sgd({ learningRate: 0.1 }),
      work: { epochs: 1, batchSize: 30 },
      versions: 2,
    }),
  };
}

test("while clients come and go and nobody can be asked, an interrupt gets its turn", async () => {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort();
  }, 50);
  const { status } = await simulateTiming({ scenario: neverTogether(9), seed: 1, signal: controller.signal });
  expect(status).toBe("interrupted");
});

test("a fleet that never has enough clients at once is given up at last", async () => {
  const { status, ended } = await simulateTiming({ scenario: neverTogether(2), seed: 1 });
  expect(status).toBe("stalled");
  expect(ended).toContain("never enough at once");
});
