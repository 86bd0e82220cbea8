import { request } from "node:http";
import { connect as connectTcp, type Socket } from "node:net";
import { expect, test } from "vitest";
import { comesToItsEnd, guestOf, sampleSite } from "./sample-coordinator.ts";
import { asked, modelOf, submissionOf, works } from "./sample-device.ts";

test("who says nothing, or a head letter by letter, is cut off, and the run goes on meanwhile", async () => {
  const site = await sampleSite({ limits: { headersSeconds: 1, idleSeconds: 2 } });
  const port = Number(new URL(site.coordinator.url).port);
  const silent = connectTcp({ host: "127.0.0.1", port });
  const dripping = Array.from({ length: 20 }, () => connectTcp({ host: "127.0.0.1", port }));
  const drip = setInterval(() => {
    for (const socket of dripping) if (!socket.closed) socket.write("x");
  }, 100);
  for (const socket of [silent, ...dripping]) socket.on("error", () => {}).resume();
  for (const socket of dripping) socket.write("GET /healthz HTTP/1.1\r\nx-slow: ");
  const cut = Promise.all([silent, ...dripping].map(closed));
  await comesToItsEnd(site);
  await cut;
  clearInterval(drip);
}, 60_000);

test("an upload that stands still is cut off, what has come stays, and the rest may follow", async () => {
  const site = await sampleSite({ limits: { idleSeconds: 1 } });
  const [slow, other] = [await guestOf(site), await guestOf(site)];
  const { task } = await slow.next("assign");
  const bytes = await modelOf(slow, task);
  const { hostname, port } = new URL(site.coordinator.url);
  const path = `/v1/updates/${task.id}`;
  const headers = { authorization: `Bearer ${slow.session}`, "upload-offset": "0", "content-length": bytes.length };
  const sent = request({ hostname, port, method: "PUT", path, headers });
  sent.on("error", () => {});
  sent.write(bytes.subarray(0, 20));
  await new Promise((resolve) => {
    sent.once("close", resolve);
  });
  const there = Number((await asked(slow, path, { method: "HEAD" })).headers.get("upload-offset"));
  expect(there).toBe(20);
  const rest = bytes.slice(there);
  await asked(slow, path, { method: "PUT", body: rest, headers: { "upload-offset": String(there) } });
  slow.say({ kind: "submitted", task: task.id, submission: submissionOf(bytes) });
  expect(await slow.next("acknowledged")).toMatchObject({ outcome: "accepted" });
  for (const device of [slow, other]) void works(device);
  await site.run.whenEnded;
  expect(site.run.view.ended?.ending?.status).toBe("finished");
}, 60_000);

async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.once("close", () => resolve());
  });
}
