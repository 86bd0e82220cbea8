import { taskId } from "@potluck/core";
import { type FakeCoordinator, fakeCoordinator, type FakeOptions } from "@potluck/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { join, type JoinOptions, type Participation } from "./join.ts";
import type { OwnerLimits, Signals } from "./limits.ts";
import { hurriedClock, sampleExamples, sampleJob, sampleTask } from "./sample-device.ts";
import { unpacked } from "./packed.ts";
import { stateWords } from "./state.ts";
import { type DeviceStore, memoryStore } from "./store.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

type Sample = FakeCoordinator & { readonly params: ReturnType<typeof sampleJob>["params"] };

/** A coordinator that has a model to train. */
async function opened(options: FakeOptions = {}): Promise<Sample> {
  const names = await fakeCoordinator();
  const { job, params } = sampleJob(names.put);
  await names.close();
  const coordinator = await fakeCoordinator({ job, run: "run 1", ...options });
  sampleJob(coordinator.put);
  open.push(coordinator.close);
  return { ...coordinator, params };
}

async function joined(url: string, options: Partial<JoinOptions> = {}): Promise<Participation> {
  const means = { clock: hurriedClock(), random: () => 0.5, ...options.means };
  const participation = await join(url, { data: sampleExamples(), ...options, means });
  open.push(async () => participation.leave().catch(() => {}));
  return participation;
}

/** Gives a client a task, and says of its answer that it counts. */
async function trained(coordinator: Sample, number: number): Promise<Uint8Array> {
  const task = taskId(number);
  coordinator.open(task);
  coordinator.say({ kind: "assign", task: sampleTask(number, coordinator.params) });
  await coordinator.next("submitted");
  coordinator.say({ kind: "acknowledged", task, outcome: "accepted", detail: "" });
  return coordinator.uploaded(task);
}

describe("an owner's limits", () => {
  const signals = (own: Partial<Signals>): Signals => ({
    isIdle: null,
    isVisible: null,
    isOnPower: null,
    isUnmetered: null,
    ...own,
  });

  test("let a device leave, politely, and come back when it may", async () => {
    const coordinator = await opened();
    let isOnPower = true;
    const stages: string[] = [];
    await joined(coordinator.url, {
      limits: { onlyOnPower: true },
      means: { clock: hurriedClock(100), signals: () => signals({ isOnPower }) },
      onState: (state) => stages.push(stateWords(state)),
    });
    await coordinator.next("proof");
    await trained(coordinator, 1);
    isOnPower = false;
    await coordinator.next("leaving");
    await expect.poll(() => stages.at(-1)).toBe("rests: it runs on its battery");
    isOnPower = true;
    await coordinator.next("hello");
    await coordinator.next("proof");
    await trained(coordinator, 2);
  });

  test("end its part when what they allow is used up", async () => {
    const coordinator = await opened();
    const device = await joined(coordinator.url, { limits: { bytes: 600 }, means: { clock: hurriedClock(100) } });
    const ending = await device.ended;
    expect(ending).toEqual({
      kind: "spent",
      obstacle: "bytes-short",
      shortage: { bytes: 603, left: expect.any(Number) },
    });
    expect(device.contribution().answers).toBe(0);
  });

  test.each([
    ["a task", false, "down", 0],
    ["an answer whose bytes are known before, and which is not trained then", false, "up", 0],
    ["an answer whose bytes are known once it is trained", true, "up", 12],
  ] as const)("are no failure where too little is left for %s", async (_, isRemembering, direction, examples) => {
    const given = async (limits: OwnerLimits): Promise<{ coordinator: Sample; device: Participation }> => {
      const coordinator = await opened();
      const device = await joined(coordinator.url, { limits, means: { clock: hurriedClock(100) } });
      await coordinator.next("proof");
      coordinator.open(taskId(1));
      coordinator.say({ kind: "assign", task: sampleTask(1, coordinator.params, isRemembering) });
      return { coordinator, device };
    };
    const free = await given({});
    await free.coordinator.next("submitted");
    const { bytesDown, bytesUp } = free.device.contribution();
    const next = direction === "up" ? bytesUp : free.coordinator.params.bytes;
    const { coordinator, device } = await given({ bytes: bytesDown + (direction === "up" ? bytesUp : 0) - 1 });
    const shortage = { bytes: next, left: next - 1 };
    expect(await device.ended).toEqual({ kind: "spent", obstacle: "bytes-short", shortage });
    await coordinator.next("leaving");
    const kinds = coordinator.said.map(({ kind }) => kind);
    expect([kinds.includes("failed"), kinds.includes("submitted")]).toEqual([false, false]);
    expect(device.contribution().examples).toBe(examples);
  });

  test("stop a training that takes longer than they allow", async () => {
    const coordinator = await opened();
    const limits = { secondsOfTraining: 20 };
    const device = await joined(coordinator.url, { limits, means: { clock: hurriedClock(100) } });
    await coordinator.next("proof");
    const long = { ...sampleTask(1, coordinator.params), work: { epochs: 40_000, batchSize: 4 } };
    coordinator.say({ kind: "assign", task: long });
    expect(await device.ended).toEqual({ kind: "spent", obstacle: "time-spent" });
    await coordinator.next("leaving");
  });
});

test("a long task goes on where it was when the device is killed, and comes to the same answer", async () => {
  const answers: Uint8Array[] = [];
  for (const isKilled of [false, true]) {
    const coordinator = await opened();
    const task = { ...sampleTask(1, coordinator.params), work: { epochs: 3000, batchSize: 4 } };
    /** After how many steps something was written down. */
    const reached: number[] = [];
    const store = memoryStore();
    const watched: DeviceStore = {
      ...store,
      write: async (name, bytes) => {
        if (name === "advanced") reached.push((unpacked(bytes)?.blocks[0]?.length ?? 0) / 4);
        return store.write(name, bytes);
      },
      close: () => {},
    };
    const options = { store: watched, means: { clock: hurriedClock(), checkpointSeconds: 0.005 } };
    const first = await joined(coordinator.url, options);
    await coordinator.next("proof");
    coordinator.open(task.id);
    coordinator.say({ kind: "assign", task });
    if (isKilled) {
      await expect.poll(() => reached.length, { interval: 5 }).toBeGreaterThan(2);
      await first.leave();
      const before = reached.splice(0);
      // Three steps go through the twelve examples.
      expect(first.contribution().examples).toBe(4 * (before.at(-1) ?? NaN));
      await joined(coordinator.url, options);
      await coordinator.next("proof");
      coordinator.say({ kind: "assign", task });
      await expect.poll(() => reached.length, { interval: 5 }).toBeGreaterThan(0);
      expect(reached[0]).toBeGreaterThan(before.at(-1) ?? Infinity);
    }
    await coordinator.next("submitted");
    answers.push(coordinator.uploaded(task.id));
  }
  expect(answers[1]).toEqual(answers[0]);
}, 30_000);

test("nothing that a device sends holds any of its examples", async () => {
  const coordinator = await opened();
  const { features } = sampleExamples();
  const labels = Uint8Array.from({ length: 12 }, (_, at) => (at * at + 1) % 3);
  await joined(coordinator.url, { data: { features, shape: [4], labels } });
  await coordinator.next("proof");
  await trained(coordinator, 1);
  await trained(coordinator, 2);
  const sent = Buffer.concat(coordinator.bytes);
  expect(sent.length).toBeGreaterThan(2 * coordinator.params.bytes);
  const secret = Buffer.from(features.buffer);
  // Any two numbers in a row, at any byte: one alone could be there by chance.
  for (let at = 0; at + 8 <= secret.length; at++) expect(sent.includes(secret.subarray(at, at + 8))).toBe(false);
  for (const stored of [
    labels,
    new Float32Array(labels),
    new Int32Array(labels),
    new BigInt64Array(Array.from(labels, BigInt)),
  ]) {
    const bytes = Buffer.from(stored.buffer);
    const window = 8 * stored.BYTES_PER_ELEMENT;
    for (let at = 0; at + window <= bytes.length; at++) {
      expect(sent.includes(bytes.subarray(at, at + window))).toBe(false);
    }
  }
  const text = sent.toString("latin1");
  for (const value of features) expect(text).not.toContain(String(value).slice(0, 9));
});
