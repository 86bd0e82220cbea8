import { clientId, taskId } from "@potluck/core";
import { type FakeCoordinator, fakeCoordinator, type FakeOptions } from "@potluck/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { join, type JoinOptions, type Participation } from "./join.ts";
import { hurriedClock, sampleExamples, sampleJob, sampleTask } from "./sample-device.ts";
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

test("a device trains what it is given, sends the answer, and leaves politely", async () => {
  const coordinator = await opened();
  const words: string[] = [];
  const device = await joined(coordinator.url, { onState: (state) => words.push(stateWords(state)) });
  await coordinator.next("proof");
  coordinator.open(taskId(1));
  coordinator.say({ kind: "assign", task: sampleTask(1, coordinator.params) });
  expect(await coordinator.next("received")).toMatchObject({ task: 1, bytes: coordinator.params.bytes });
  const { submission } = await coordinator.next("submitted");
  expect(submission).toMatchObject({ examples: 12, steps: 3, remembered: 0 });
  expect(coordinator.uploaded(taskId(1)).length).toBe(submission.payload.bytes);
  coordinator.say({ kind: "acknowledged", task: taskId(1), outcome: "accepted", detail: "" });
  await expect.poll(() => words.at(-1)).toBe("waits for work");
  await device.leave();
  await coordinator.next("leaving");
  expect(await device.ended).toEqual({ kind: "left" });
  expect(words.slice(0, 5)).toEqual([
    "connects",
    'takes part in "sample" as client 0',
    "fetches the model for task 1",
    "trains on its own examples for task 1",
    "sends what it has learned for task 1",
  ]);
  expect(words.at(-1)).toBe("takes part no longer");
});

test("a device that cannot write its answers down says so and goes: what it trains would come to nothing", async () => {
  const coordinator = await opened();
  const store = memoryStore();
  const full: DeviceStore = {
    ...store,
    lasts: true,
    write: async (name, bytes) => {
      if (name !== "kept") throw new Error("disk full");
      await store.write(name, bytes);
    },
  };
  const device = await joined(coordinator.url, { store: full });
  const ended = expect(device.ended).rejects.toMatchObject({ code: "output-unwritable" });
  await coordinator.next("proof");
  coordinator.open(taskId(1));
  coordinator.say({ kind: "assign", task: sampleTask(1, coordinator.params) });
  expect(await coordinator.next("failed")).toMatchObject({ task: 1, reason: expect.stringContaining("disk full") });
  await ended;
});

test("the same store is the same device; another one is another", async () => {
  const coordinator = await opened();
  const store = memoryStore();
  const keyOf = async (options: Partial<JoinOptions>): Promise<string> => {
    const device = await joined(coordinator.url, options);
    const { deviceKey } = await coordinator.next("hello");
    await device.leave();
    return Buffer.from(deviceKey).toString("hex");
  };
  const [first, second, third] = [await keyOf({ store }), await keyOf({}), await keyOf({ store })];
  expect(third).toBe(first);
  expect(second).not.toBe(first);
});

test("data that do not fit what is trained are told before training begins", async () => {
  const coordinator = await opened();
  const features = new Float32Array(10);
  const device = await joined(coordinator.url, { data: { features, shape: [5], labels: [0, 1] } });
  await expect(device.ended).rejects.toMatchObject({
    code: "data-invalid",
    message: expect.stringContaining("examples have the shape [5], the model takes [4]"),
  });
  await coordinator.next("leaving");
});

test("a link that is none is refused, and so are no data", async () => {
  await expect(join("ftp://somewhere", { data: sampleExamples() })).rejects.toThrow("no address of a coordinator");
  const none = { features: new Float32Array(0), shape: [4], labels: [] };
  await expect(join("http://localhost:1", { data: none })).rejects.toThrow("no examples to train on");
});

test("a coordinator that sends a device home has the last word", async () => {
  const coordinator = await opened({ refusal: { code: "not-admitted", detail: "no token", comeBack: false } });
  const device = await joined(coordinator.url);
  expect(await device.ended).toEqual({ kind: "sent-home", code: "not-admitted", detail: "no token" });
});

test("the token of a link is shown to the coordinator and to nobody else", async () => {
  const coordinator = await opened();
  await joined(`${coordinator.url}/join#token=abc.def`);
  expect(await coordinator.next("hello")).toMatchObject({ token: "abc.def" });
  await expect.poll(() => coordinator.said.length).toBeGreaterThanOrEqual(2);
  const heads = coordinator.bytes.map((bytes) => Buffer.from(bytes).toString("latin1"));
  expect(heads.filter((text) => text.includes("abc.def"))).toHaveLength(1);
});

describe("answers", () => {
  test("that were not acknowledged are named again when the connection is there again, and not trained anew", async () => {
    const coordinator = await opened();
    const stages: string[] = [];
    await joined(coordinator.url, { onState: ({ kind }) => stages.push(kind) });
    await coordinator.next("proof");
    coordinator.open(taskId(1));
    coordinator.say({ kind: "assign", task: sampleTask(1, coordinator.params) });
    const first = await coordinator.next("submitted");
    coordinator.cut();
    expect(await coordinator.next("hello")).toMatchObject({ openTasks: [] });
    expect(await coordinator.next("hello")).toMatchObject({ openTasks: [1], holds: "run 1" });
    const second = await coordinator.next("submitted");
    expect(second.submission.payload).toEqual(first.submission.payload);
    expect(stages.filter((stage) => stage === "training")).toHaveLength(1);
  });

  test("of a device that is killed after training are sent by the next process, from the byte on where it broke off", async () => {
    const coordinator = await opened();
    const store = memoryStore();
    const broken = { kind: "broken", afterBytes: 50 } as const;
    const refused = Array.from({ length: 4 }, () => ({ kind: "status", status: 500 }) as const);
    await joined(coordinator.url, { store: lastingCopy(store) });
    await coordinator.next("proof");
    coordinator.open(taskId(1));
    coordinator.fail("upload", broken, ...refused);
    coordinator.say({ kind: "assign", task: sampleTask(1, coordinator.params) });
    await expect.poll(() => coordinator.uploaded(taskId(1)).length).toBe(50);
    // What the first process has written down, as a second one finds it; the first is still alive here, but says nothing more.
    const stages: string[] = [];
    await joined(coordinator.url, { store, onState: ({ kind }) => stages.push(kind) });
    await coordinator.next("hello");
    expect(await coordinator.next("hello")).toMatchObject({ openTasks: [1], holds: "run 1" });
    const { submission } = await coordinator.next("submitted");
    expect(coordinator.uploaded(taskId(1)).length).toBe(submission.payload.bytes);
    expect(stages).not.toContain("training");
  });

  test("that count change what a device keeps, those that do not leave it as it was", async () => {
    const coordinator = await opened();
    await joined(coordinator.url);
    await coordinator.next("proof");
    const remembered: number[] = [];
    for (const [number, outcome] of [
      [1, "accepted"],
      [2, "late"],
      [3, "accepted"],
      [4, "invalid"],
    ] as const) {
      const task = taskId(number);
      coordinator.open(task);
      coordinator.say({ kind: "assign", task: sampleTask(number, coordinator.params, true) });
      remembered.push((await coordinator.next("submitted")).submission.remembered);
      coordinator.say({ kind: "acknowledged", task, outcome, detail: "" });
    }
    expect(remembered).toEqual([0, 1, 1, 2]);
  });

  test("are not followed by the next training before it is known what became of them", async () => {
    const coordinator = await opened();
    await joined(coordinator.url);
    await coordinator.next("proof");
    for (const number of [1, 2]) {
      coordinator.open(taskId(number));
      coordinator.say({ kind: "assign", task: sampleTask(number, coordinator.params, true) });
    }
    expect((await coordinator.next("submitted")).task).toBe(1);
    await coordinator.next("received");
    await coordinator.next("received");
    expect(coordinator.said.filter(({ kind }) => kind === "submitted")).toHaveLength(1);
    coordinator.say({ kind: "acknowledged", task: taskId(1), outcome: "accepted", detail: "" });
    expect((await coordinator.next("submitted")).submission.remembered).toBe(1);
  });

  test("to tasks that nobody wants any more are named, so that the device hears what became of them", async () => {
    const coordinator = await opened();
    await joined(coordinator.url);
    await coordinator.next("proof");
    coordinator.open(taskId(1));
    coordinator.say({ kind: "assign", task: sampleTask(1, coordinator.params) });
    await coordinator.next("submitted");
    coordinator.shut(taskId(1));
    coordinator.cut();
    expect((await coordinator.next("submitted")).task).toBe(1);
  });
});

/** A store that writes where `store` does. */
function lastingCopy(store: DeviceStore): DeviceStore {
  return { ...store, close: () => {} };
}

describe("tasks", () => {
  test("that are recalled end, and are not answered", async () => {
    const coordinator = await opened();
    await joined(coordinator.url);
    await coordinator.next("proof");
    const long = { ...sampleTask(1, coordinator.params), work: { epochs: 20_000, batchSize: 4 } };
    coordinator.say({ kind: "assign", task: long });
    await coordinator.next("received");
    coordinator.say({ kind: "recall", task: taskId(1) });
    await trained(coordinator, 2);
    expect(coordinator.said.filter(({ kind }) => kind === "submitted")).toHaveLength(1);
  });

  test("that a device cannot do are refused with the reason", async () => {
    const coordinator = await opened();
    const words: string[] = [];
    await joined(coordinator.url, { onState: (state) => words.push(stateWords(state)) });
    await coordinator.next("proof");
    const { solver, ...task } = sampleTask(1, coordinator.params);
    const unknown = { ...solver, name: "telepathy" };
    coordinator.say({ kind: "assign", task: { ...task, solver: unknown } });
    const { reason } = await coordinator.next("failed");
    expect(reason).toContain("telepathy");
    // Its owner is told as well.
    expect(words).toContain(`could not carry out task 1: ${reason}`);
    await trained(coordinator, 2);
  });

  test("whose model cannot be fetched for now are asked for again over a new connection", async () => {
    const coordinator = await opened();
    await joined(coordinator.url);
    await coordinator.next("proof");
    await trained(coordinator, 1);
    const other = coordinator.put(new Uint8Array(new Float32Array(100).buffer));
    const refused = Array.from({ length: 5 }, () => ({ kind: "status", status: 503 }) as const);
    coordinator.fail("download", ...refused);
    coordinator.say({ kind: "assign", task: sampleTask(2, other) });
    expect(await coordinator.next("hello")).toMatchObject({ openTasks: [] });
    expect(await coordinator.next("hello")).toMatchObject({ openTasks: [] });
  });
});

test("another run at the same place begins with nothing kept", async () => {
  const store = memoryStore();
  const first = await opened();
  const device = await joined(first.url, { store });
  await first.next("proof");
  first.open(taskId(1));
  first.say({ kind: "assign", task: sampleTask(1, first.params, true) });
  await first.next("submitted");
  first.say({ kind: "acknowledged", task: taskId(1), outcome: "accepted", detail: "" });
  await trained(first, 2);
  await device.leave();
  const second = await opened({ run: "run 2" });
  await joined(second.url, { store });
  expect(await second.next("hello")).toMatchObject({ holds: "run 1" });
  await second.next("proof");
  second.open(taskId(1));
  second.say({ kind: "assign", task: sampleTask(1, second.params, true) });
  expect((await second.next("submitted")).submission.remembered).toBe(0);
});

test("a client number is that of the coordinator", async () => {
  const coordinator = await opened();
  const states: unknown[] = [];
  await joined(coordinator.url, { onState: (state) => states.push(state) });
  await expect
    .poll(() => states)
    .toContainEqual({ kind: "joined", client: clientId(0), job: "sample", modelBytes: 603 });
});
