import { taskId } from "@potluck/core";
import { type FakeCoordinator, fakeCoordinator, type FakeOptions } from "@potluck/testkit";
import { afterEach, expect, test } from "vitest";
import { type Connection, connect, type ConnectionOptions } from "./connection.ts";
import { newDeviceKey } from "./device-key.ts";
import { hurriedClock } from "./sample-device.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function opened(options: FakeOptions = {}): Promise<FakeCoordinator> {
  const coordinator = await fakeCoordinator(options);
  open.push(coordinator.close);
  return coordinator;
}

async function connected(url: string, own: Partial<ConnectionOptions> = {}): Promise<Connection> {
  const connection = connect({
    url,
    key: await newDeviceKey(),
    token: "",
    run: "",
    software: "test",
    profile: () => ({
      examples: 3,
      tier: "test",
      flopsPerSecond: null,
      uploadBytesPerSecond: null,
      downloadBytesPerSecond: null,
    }),
    holds: () => "",
    openTasks: () => [],
    onMessage: () => {},
    onLost: () => {},
    clock: hurriedClock(),
    random: () => 0.5,
    ...own,
  });
  open.push(connection.close);
  return connection;
}

test("a client says who it is and what it holds, and proves it", async () => {
  const coordinator = await opened();
  const kinds: string[] = [];
  await connected(coordinator.url, {
    token: "a.b",
    run: "digits",
    holds: () => "run 7",
    openTasks: () => [taskId(4)],
    onMessage: ({ kind }) => kinds.push(kind),
  });
  const hello = await coordinator.next("hello");
  expect(hello).toMatchObject({ versions: [1], token: "a.b", run: "digits", holds: "run 7", openTasks: [4] });
  await coordinator.next("proof");
  await expect.poll(() => kinds).toEqual(["welcome"]);
});

test("a connection that is cut in the middle of a message is made again after a pause that lies between half and all of what is due", async () => {
  const coordinator = await opened();
  const clock = hurriedClock();
  const lost: number[] = [];
  await connected(coordinator.url, { clock, random: () => 0.5, onLost: (failures) => lost.push(failures) });
  await coordinator.next("proof");
  await expect.poll(() => clock.waits.includes(5)).toBe(true);
  coordinator.cut();
  await coordinator.next("proof");
  expect(lost).toEqual([1]);
  // 0.75 of half a second.
  expect(clock.waits).toContain(0.375);
}, 10_000);

test("a coordinator that is not there is tried again and again, ever more rarely", async () => {
  const coordinator = await opened();
  await coordinator.close();
  const lost: number[] = [];
  const clock = hurriedClock(200);
  await connected(coordinator.url, { clock, random: () => 0, onLost: (failures) => lost.push(failures) });
  await expect.poll(() => lost.length).toBeGreaterThanOrEqual(8);
  expect(lost.slice(0, 4)).toEqual([1, 2, 3, 4]);
  expect(clock.waits.slice(0, 8)).toEqual([0.25, 0.5, 1, 2, 4, 8, 15, 15]);
}, 15_000);

test("bytes that are no message end the connection, not the client", async () => {
  const coordinator = await opened();
  await connected(coordinator.url);
  await coordinator.next("proof");
  await expect.poll(() => coordinator.said.length).toBeGreaterThanOrEqual(2);
  coordinator.babble(Uint8Array.of(0xff, 0xff, 0xff));
  await coordinator.next("proof");
});

test("a coordinator that hears nothing in return is taken for lost", async () => {
  const coordinator = await opened({ heartbeatSeconds: 1, silenceSeconds: 3, answersHeartbeats: false });
  await connected(coordinator.url);
  await coordinator.next("proof");
  await coordinator.next("proof");
  expect(coordinator.said.filter(({ kind }) => kind === "heartbeat").length).toBeGreaterThanOrEqual(3);
});

test("heartbeats that are answered keep a connection", async () => {
  const coordinator = await opened({ heartbeatSeconds: 1, silenceSeconds: 5 });
  await connected(coordinator.url);
  for (let beat = 0; beat < 12; beat++) await coordinator.next("heartbeat");
  expect(coordinator.said.filter(({ kind }) => kind === "hello")).toHaveLength(1);
});

test("a goodbye for good ends it, and says why", async () => {
  const refusal = { code: "not-admitted", detail: "no token", comeBack: false };
  const coordinator = await opened({ refusal });
  const connection = await connected(coordinator.url);
  expect(await connection.ended).toEqual({ kind: "goodbye", ...refusal });
});

test("a goodbye for now is followed by another hello", async () => {
  const coordinator = await opened({ refusal: { code: "closing", detail: "", comeBack: true } });
  await connected(coordinator.url);
  await coordinator.next("hello");
  await coordinator.next("hello");
});

test("a signature that comes late is not sent over the next connection", async () => {
  const coordinator = await opened();
  const key = await newDeviceKey();
  const signing = Promise.withResolvers<null>();
  let signed = 0;
  const connection = await connected(coordinator.url, {
    key: {
      publicKey: key.publicKey,
      sign: async (message) => {
        signed += 1;
        if (signed === 1) await signing.promise;
        return key.sign(message);
      },
    },
  });
  await coordinator.next("hello");
  await expect.poll(() => signed).toBe(1);
  connection.again();
  await coordinator.next("proof");
  signing.resolve(null);
  await new Promise((resolve) => {
    setTimeout(resolve, 50);
  });
  expect(coordinator.said.filter(({ kind }) => kind === "proof")).toHaveLength(1);
});

test("a key that cannot sign is an error of the connection", async () => {
  const coordinator = await opened();
  const { publicKey } = await newDeviceKey();
  const sign = async (): Promise<Uint8Array> => Promise.reject(new Error("the key is gone"));
  const connection = await connected(coordinator.url, { key: { publicKey, sign } });
  await expect(connection.ended).rejects.toThrow("the key is gone");
});
