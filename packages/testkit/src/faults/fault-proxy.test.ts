import { connect, createServer, type Server } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { faultProxy } from "./fault-proxy.ts";

/** A server that sends back what it is sent. */
let echo: Server;
let port = 0;
beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  await new Promise<void>((ready) => {
    echo.listen(0, "127.0.0.1", ready);
  });
  const address = echo.address();
  port = typeof address === "object" ? (address?.port ?? 0) : 0;
});
afterEach(async () => {
  await new Promise((closed) => {
    echo.close(closed);
  });
});

/** What comes back of so many bytes, until all are there or the connection ends. */
async function echoed(to: number, bytes: Uint8Array): Promise<Uint8Array> {
  const socket = connect({ port: to, host: "127.0.0.1" });
  const pieces: Uint8Array[] = [];
  let got = 0;
  await new Promise<void>((resolve) => {
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.on("data", (piece: Buffer) => {
      pieces.push(Uint8Array.from(piece));
      got += piece.length;
      if (got >= bytes.length) socket.destroy();
    });
    socket.write(bytes);
  });
  return Uint8Array.from(Buffer.concat(pieces));
}

const message = Uint8Array.from({ length: 20_000 }, (_, at) => at % 251);

test("bytes come through as they were, in order, over a slow link that loses some", async () => {
  const proxy = await faultProxy(port, { latencySeconds: 0.01, lossShare: 0.2, bytesPerSecond: 1e6 });
  expect(await echoed(proxy.port, message)).toEqual(message);
  expect(proxy.moved).toEqual({ up: message.length, down: message.length });
  await proxy.close();
});

test("a link takes its time", async () => {
  const proxy = await faultProxy(port, { latencySeconds: 0.1, bytesPerSecond: 100_000 });
  const began = performance.now();
  await echoed(proxy.port, message);
  // A fifth of a second for the bytes, and two delays; the way back overlaps with the way there.
  expect(performance.now() - began).toBeGreaterThan(390);
  await proxy.close();
});

test("a connection is cut in the middle of what it sends", async () => {
  const proxy = await faultProxy(port, { bytesPerSecond: 1e5 });
  const coming = echoed(proxy.port, message);
  while (proxy.connections() === 0) await pause(5);
  proxy.cut(5000);
  expect((await coming).length).toBeLessThan(message.length);
  expect(proxy.moved.up).toBeGreaterThanOrEqual(5000);
  expect(proxy.connections()).toBe(0);
  await proxy.close();
});

test("while it is parted, nothing goes through and nobody comes in; afterwards it goes on", async () => {
  const proxy = await faultProxy(port, { bytesPerSecond: 1e5 });
  const coming = echoed(proxy.port, message);
  while (proxy.moved.up === 0) await pause(5);
  proxy.partition(0.3);
  await pause(50);
  const before = proxy.moved.up;
  expect(await echoed(proxy.port, message)).toEqual(new Uint8Array(0));
  await pause(100);
  expect(proxy.moved.up).toBe(before);
  expect(await coming).toEqual(message);
  await proxy.close();
});

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
