import { randomBytes } from "node:crypto";
import { connect as connectTcp } from "node:net";
import { expect, test } from "vitest";
import { comesToItsEnd, type SampleSite, sampleSite } from "./sample-coordinator.ts";

/** What is answered to bytes that somebody sends, until the connection is closed. */
async function answerTo({ coordinator }: SampleSite, bytes: string | Uint8Array): Promise<string> {
  const socket = connectTcp({ host: "127.0.0.1", port: Number(new URL(coordinator.url).port) });
  let answer = "";
  socket.setEncoding("latin1").on("data", (text: string) => (answer += text));
  socket.on("error", () => {});
  const closed = new Promise<string>((resolve) => {
    socket.once("close", () => resolve(answer));
  });
  socket.write(bytes);
  return closed;
}

const HANDSHAKE = [
  "GET /v1/connect HTTP/1.1",
  "Host: x",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
];

test("what is no HTTP, or too much of it, is refused, and the run goes on", async () => {
  const site = await sampleSite({ limits: { headersSeconds: 2 } });
  const head = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  const cases: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ["\r\n\r\nHELLO\r\n\r\n", /^HTTP\/1\.1 400/],
    [Uint8Array.from(randomBytes(2000)), /^HTTP\/1\.1 400/],
    ["GET / HTTP/9.9\r\n\r\n", /^HTTP\/1\.1 (400|505)/],
    [`${head}x-long: ${"x".repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431/],
    // Two lengths, and a length beside pieces, are how requests are smuggled past proxies.
    [`${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`, /^HTTP\/1\.1 400/],
    [`${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, /^HTTP\/1\.1 400/],
    [`${head}\r\n`, /^HTTP\/1\.1 200/],
    [[...HANDSHAKE, "Sec-WebSocket-Key: short", "", ""].join("\r\n"), /^HTTP\/1\.1 400/],
    [[...HANDSHAKE, "", ""].join("\r\n").replace("/v1/connect", "/v1/other"), /^HTTP\/1\.1 400/],
    [
      "POST /v1/admin/tokens HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
      /^HTTP\/1\.1 401/,
    ],
  ];
  for (const [bytes, answer] of cases) expect(await answerTo(site, bytes), String(bytes).slice(0, 80)).toMatch(answer);
  await comesToItsEnd(site);
}, 60_000);

test("a WebSocket that sends what is no frame, or one that is not masked, is closed", async () => {
  const site = await sampleSite({ limits: { handshakeSeconds: 2 } });
  const key = `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`;
  const opened = [...HANDSHAKE, key, "", ""].join("\r\n");
  for (const frame of [
    Buffer.from([0x82, 0x02, 1, 2]), // not masked
    Buffer.from([0xf2, 0x82, 0, 0, 0, 0, 1, 2]), // with reserved bits
    Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), // 2^63 bytes long
    Buffer.from([0x89, 0xfe, 0x01, 0x00, 0, 0, 0, 0]), // a ping that is longer than any
    randomBytes(100),
  ]) {
    const answer = await answerTo(site, Buffer.concat([Buffer.from(opened), frame]));
    expect(answer).toMatch(/^HTTP\/1\.1 101/);
  }
  await comesToItsEnd(site);
}, 60_000);
