import { broughtUp, clientId, codec, fold, plainKernels, rootKey } from "@potluck/core";
import type { WireTrainingTask } from "@potluck/protocol";
import { type FakeCoordinator, fakeCoordinator } from "@potluck/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryCache } from "./blob-cache.ts";
import { fetchedTask } from "./fetched-task.ts";
import { hurriedClock, sampleTask } from "./sample-device.ts";
import { transfersWith } from "./transfers.ts";

const LENGTH = 40;
const KEY = rootKey(3);
const CODEC = codec.topK({ ratio: 0.1 });
const HELD = Float32Array.from({ length: LENGTH }, (_, at) => Math.sin(at));
const MESSAGES = [5, 6].map((version) => {
  const trained = Float32Array.from({ length: LENGTH }, (_, at) => Math.cos(version * at));
  return CODEC.encode(trained, null, fold(KEY, version));
});
const LEADING = { codec: CODEC, key: KEY, version: 4, messages: MESSAGES };
const PARAMS = broughtUp(HELD, LEADING, { kernels: plainKernels, layout: [] }) ?? new Float32Array(0);
const SENT = MESSAGES.reduce((sum, { length }) => sum + length, 0);

let coordinator: FakeCoordinator;
beforeEach(async () => {
  coordinator = await fakeCoordinator();
});
afterEach(async () => coordinator.close());

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** A task by changes to a model; what `otherwise` says of them. */
function taskBy(otherwise: Partial<NonNullable<WireTrainingTask["changes"]>> = {}): WireTrainingTask {
  const messages = MESSAGES.map((message) => coordinator.put(message));
  const from = coordinator.put(bytesOf(HELD));
  const changes = { held: 4, codec: CODEC.part, key: KEY, from, messages, ...otherwise };
  return { ...sampleTask(7, coordinator.put(bytesOf(PARAMS))), changes };
}

function device() {
  const transfers = transfersWith({
    url: coordinator.url,
    session: () => "session-0",
    cache: memoryCache(),
    clock: hurriedClock(200),
    random: () => 0.5,
    meter: { ask: () => {}, passing: () => {}, moved: () => {} },
  });
  const signal = new AbortController().signal;
  const fetching = { client: clientId(0), transfers, signal, layout: [], kernels: plainKernels };
  return {
    hold: async () => transfers.fetch(coordinator.put(bytesOf(HELD)), signal),
    fetched: async (task: WireTrainingTask) => fetchedTask(fetching, task),
  };
}

test("a device that holds what changes lead on from fetches them, and then holds what comes of them", async () => {
  const { hold, fetched } = device();
  await hold();
  const { task, bytes } = await fetched(taskBy());
  expect(task.params).toEqual(PARAMS);
  expect(bytes).toBe(SENT);
  expect("download" in task && task.download).toEqual({ held: 4, bytes: SENT });
  const from = coordinator.put(bytesOf(PARAMS));
  const none = await fetched(taskBy({ held: 6, from, messages: [] }));
  expect(none.task.params).toEqual(PARAMS);
  expect(none.bytes).toBe(0);
});

test("one that does not, or is told nothing that it can begin with, fetches the model", async () => {
  const { from: _from, ...incomplete } = taskBy().changes ?? {};
  const { hold, fetched } = device();
  const missing = await fetched(taskBy());
  await hold();
  const unsaid = await fetched({ ...taskBy(), changes: { held: 4, codec: CODEC.part, messages: [], ...incomplete } });
  for (const { task, bytes } of [missing, unsaid]) {
    expect(task.params).toEqual(PARAMS);
    expect(bytes).toBe(4 * LENGTH);
    expect("download" in task && task.download).toBeNull();
  }
});

test("changes from which another model comes count for nothing: the model is fetched", async () => {
  const { hold, fetched } = device();
  await hold();
  const [first] = taskBy().changes?.messages ?? [];
  if (first === undefined) throw new Error("a message");
  const broken = coordinator.put(Uint8Array.of(9));
  for (const messages of [[first], [first, broken]]) {
    const { task, bytes } = await fetched(taskBy({ messages }));
    expect(task.params).toEqual(PARAMS);
    expect(bytes).toBe(4 * LENGTH + messages.reduce((sum, own) => sum + own.bytes, 0));
  }
});
