import { taskId } from "@potluck/core";
import { type FakeCoordinator, fakeCoordinator, nameOf } from "@potluck/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryCache } from "./blob-cache.ts";
import { hurriedClock } from "./sample-device.ts";
import { TransferError, transfersWith } from "./transfers.ts";

let coordinator: FakeCoordinator;
const clock = hurriedClock(50);
const never = new AbortController().signal;
const moved: (readonly [string, number])[] = [];
beforeEach(async () => {
  moved.length = 0;
  coordinator = await fakeCoordinator();
});
afterEach(async () => coordinator.close());

/** Transfers without a connection: sessions of the fake are counted, and the first is "session-1". */
function transfers(session = "session-0"): ReturnType<typeof transfersWith> {
  return transfersWith({
    url: coordinator.url,
    session: () => session,
    cache: memoryCache(2),
    clock,
    random: () => 0.5,
    meter: { ask: () => {}, passing: () => {}, moved: (direction, bytes) => moved.push([direction, bytes]) },
  });
}

function sample(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 7 + seed * 31) % 251);
}

test("a blob is fetched once, and then known", async () => {
  const name = coordinator.put(sample(1000));
  const { fetch } = transfers();
  expect(await fetch(name, never)).toEqual(sample(1000));
  coordinator.fail("download", { kind: "status", status: 404 });
  expect(await fetch(name, never)).toEqual(sample(1000));
});

test("of blobs those that were used last are remembered", async () => {
  const [first, second, third] = [1, 2, 3].map((seed) => coordinator.put(sample(100, seed)));
  const { fetch } = transfers();
  if (first === undefined || second === undefined || third === undefined) throw new Error("three blobs");
  await fetch(first, never);
  await fetch(second, never);
  await fetch(first, never);
  await fetch(third, never);
  const before = coordinator.bytes.length;
  await fetch(first, never);
  expect(coordinator.bytes.length).toBe(before);
  await fetch(second, never);
  expect(coordinator.bytes.length).toBe(before + 1);
});

test("a download that breaks off goes on behind what has arrived", async () => {
  const name = coordinator.put(sample(200_000));
  coordinator.fail("download", { kind: "broken", afterBytes: 70_000 }, { kind: "broken", afterBytes: 50_000 });
  expect(await transfers().fetch(name, never)).toEqual(sample(200_000));
  const total = moved.reduce((sum, [, bytes]) => sum + bytes, 0);
  expect(total).toBe(200_000);
});

test("a coordinator that does not know ranges is read from the beginning, and what is there is skipped", async () => {
  const name = coordinator.put(sample(100_000));
  coordinator.fail("download", { kind: "broken", afterBytes: 30_000 }, { kind: "whole" });
  expect(await transfers().fetch(name, never)).toEqual(sample(100_000));
});

test("bytes with another hash are fetched again, from the beginning", async () => {
  const name = coordinator.put(sample(1000));
  coordinator.fail("download", { kind: "corrupt" });
  expect(await transfers().fetch(name, never)).toEqual(sample(1000));
});

test("a download of which nothing is heard is begun again", async () => {
  const name = coordinator.put(sample(1000));
  coordinator.fail("download", { kind: "silent" });
  expect(await transfers().fetch(name, never)).toEqual(sample(1000));
});

test("a blob of no bytes is fetched", async () => {
  expect(await transfers().fetch(coordinator.put(sample(0)), never)).toEqual(sample(0));
});

test("a blob that is longer than said is refused for good", async () => {
  const { sha256 } = coordinator.put(sample(1000));
  const error = await transfers()
    .fetch({ sha256, bytes: 999 }, never)
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(TransferError);
  expect(error).toMatchObject({ isPassing: false });
});

test.each([
  [500, 5, true],
  [503, 5, true],
  [401, 5, true],
  [429, 5, true],
  [404, 1, false],
  [400, 1, false],
])("a download that is answered with %i is tried %i times", async (status, times, isPassing) => {
  const name = coordinator.put(sample(10));
  const fault = { kind: "status", status } as const;
  coordinator.fail("download", fault, fault, fault, fault, fault, fault);
  await expect(transfers().fetch(name, never)).rejects.toMatchObject({ isPassing });
  expect(coordinator.bytes).toHaveLength(times);
});

test("a transfer that is called off is not tried again", async () => {
  const name = coordinator.put(sample(10));
  coordinator.fail("download", { kind: "status", status: 500 }, { kind: "status", status: 500 });
  const calling = new AbortController();
  const fetching = transfers().fetch(name, calling.signal);
  calling.abort();
  await expect(fetching).rejects.toBeInstanceOf(TransferError);
  expect(coordinator.bytes.length).toBeLessThanOrEqual(1);
});

const TASK = taskId(5);

test("an answer is uploaded, and where it breaks off only the rest is sent", async () => {
  coordinator.open(TASK);
  coordinator.fail("upload", { kind: "broken", afterBytes: 40_000 }, { kind: "broken", afterBytes: 30_000 });
  await transfers().upload(TASK, sample(100_000), never);
  expect(nameOf(coordinator.uploaded(TASK))).toEqual(nameOf(sample(100_000)));
  // What went up before it broke off counts as well.
  expect(moved.map(([, bytes]) => bytes)).toEqual([40_000, 30_000, 30_000]);
});

test("an upload that broke off and was never gone on with counts as if all of it had gone", async () => {
  coordinator.open(TASK);
  coordinator.open(taskId(6));
  const { upload } = transfers();
  const fault = { kind: "status", status: 500 } as const;
  coordinator.fail("upload", { kind: "broken", afterBytes: 400 }, fault, fault, fault, fault);
  await expect(upload(TASK, sample(1000), never)).rejects.toThrow("status 500");
  await upload(taskId(6), sample(50), never);
  expect(moved.map(([, bytes]) => bytes)).toEqual([400, 0, 0, 0, 600, 50]);
});

test("an answer that is there already is not sent again", async () => {
  coordinator.open(TASK);
  await transfers().upload(TASK, sample(5000), never);
  await transfers().upload(TASK, sample(5000), never);
  expect(moved).toEqual([["up", 5000]]);
});

test.each([409, 423, 500, 503])("an upload that is answered with %i is tried again", async (status) => {
  coordinator.open(TASK);
  coordinator.fail("upload", { kind: "status", status }, { kind: "status", status });
  coordinator.fail("offset", { kind: "status", status: 500 });
  await transfers().upload(TASK, sample(5000), never);
  expect(coordinator.uploaded(TASK)).toHaveLength(5000);
});

test("an answer to a task that is not open is refused for good", async () => {
  await expect(transfers().upload(TASK, sample(10), never)).rejects.toMatchObject({ isPassing: false });
});

test("a session that has ended may be another one soon", async () => {
  coordinator.open(TASK);
  await expect(transfers("session-x").upload(TASK, sample(10), never)).rejects.toMatchObject({ isPassing: true });
});

test("bytes that the owner does not allow are not moved", async () => {
  const name = coordinator.put(sample(1000));
  const ask = (bytes: number): void => {
    if (bytes > 999) throw new RangeError("too many");
  };
  const limited = transfersWith({
    url: coordinator.url,
    session: () => "session-0",
    cache: memoryCache(),
    clock,
    random: () => 0.5,
    meter: { ask, passing: () => {}, moved: () => {} },
  });
  await expect(limited.fetch(name, never)).rejects.toThrow("too many");
  expect(coordinator.bytes).toHaveLength(0);
});
