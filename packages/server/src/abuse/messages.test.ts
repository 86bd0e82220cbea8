import { taskId } from "@potluck/core";
import { encodeToServer } from "@potluck/protocol";
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { comesToItsEnd, guestOf, sampleSite } from "./sample-coordinator.ts";
import { connected, helloOf, modelOf, submissionOf } from "./sample-device.ts";

const often = { deviceConnections: { perSecond: 1e6, burst: 1e6 } };

test("frames that are no messages end their connection, and nothing else", async () => {
  const site = await sampleSite({ limits: often });
  const hello = encodeToServer(helloOf(await connected(site.coordinator)));
  const frames = [
    new Uint8Array(0),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f),
    hello.subarray(0, hello.length - 3),
    // A field that says it is four gigabytes long.
    Uint8Array.of(0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f),
    ...Array.from({ length: 40 }, () => Uint8Array.from(randomBytes(60))),
  ];
  for (const frame of frames) {
    const stranger = await connected(site.coordinator);
    stranger.socket.send(frame);
    expect((await stranger.gone)?.code).toMatch(/^(message-invalid|out-of-order)$/);
  }
  for (const frame of frames) {
    const guest = await guestOf(site);
    guest.say({ kind: "heartbeat" });
    guest.socket.send(frame);
    expect((await guest.gone)?.code).toBe("message-invalid");
  }
  const text = await connected(site.coordinator);
  text.socket.send("hello");
  expect((await text.gone)?.code).toBe("message-invalid");
  expect(site.run.view.ended).toBeNull();
}, 60_000);

test("a frame that is longer than any message is not read", async () => {
  const site = await sampleSite();
  const guest = await guestOf(site);
  const code = new Promise<number>((resolve) => {
    guest.socket.once("close", resolve);
  });
  guest.socket.send(new Uint8Array((1 << 20) + 1));
  expect(await code).toBe(1009);
}, 60_000);

test("frames are not compressed, whatever a device offers: none becomes longer than it came", async () => {
  const site = await sampleSite();
  const socket = new WebSocket(`${site.coordinator.url.replace("http", "ws")}/v1/connect`, { perMessageDeflate: true });
  await new Promise((resolve) => {
    socket.once("open", resolve);
  });
  expect(socket.extensions).toBe("");
  socket.terminate();
}, 60_000);

test("who says too much in too short a time is cut off, and may come back", async () => {
  const site = await sampleSite({ limits: { messages: { perSecond: 5, burst: 20 } } });
  const guest = await guestOf(site);
  for (let beat = 0; beat < 40; beat++) guest.say({ kind: "heartbeat" });
  expect(await guest.gone).toMatchObject({ code: "too-many-messages", comeBack: true });
}, 60_000);

test("what is said again and again is written down once", async () => {
  const site = await sampleSite();
  const [guest, other] = [await guestOf(site), await guestOf(site)];
  const { task } = await guest.next("assign");
  await other.next("assign");
  const before = site.run.view.status.entries;
  const { length } = await modelOf(guest, task);
  for (let again = 0; again < 200; again++) {
    guest.say({ kind: "received", task: task.id, bytes: length });
    guest.say({ kind: "received", task: taskId(9999), bytes: length });
    guest.say({ kind: "failed", task: taskId(9999), reason: "x" });
    guest.say({ kind: "submitted", task: taskId(9999), submission: submissionOf(new Uint8Array(4)) });
  }
  guest.say({ kind: "heartbeat" });
  await guest.next("heartbeat");
  await site.run.refusals();
  expect(site.run.view.status.entries - before).toBeLessThanOrEqual(1);
  for (const device of [guest, other]) device.say({ kind: "leaving" });
  await comesToItsEnd(site);
}, 60_000);

test("numbers that cannot be are no message", async () => {
  const site = await sampleSite({ limits: often });
  const submission = submissionOf(new Uint8Array(4));
  for (const lie of [
    { ...submission, trainLoss: Number.NaN },
    { ...submission, examples: 0 },
    { ...submission, steps: 0 },
    { ...submission, spent: { ...submission.spent, computeSeconds: -1 } },
    { ...submission, payload: { sha256: "../../../etc/passwd", bytes: 4 } },
  ]) {
    const guest = await guestOf(site);
    guest.say({ kind: "submitted", task: taskId(0), submission: lie });
    expect((await guest.gone)?.code).toBe("message-invalid");
  }
}, 60_000);
