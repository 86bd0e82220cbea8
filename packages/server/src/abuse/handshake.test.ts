import { connect as connectTcp, type Socket } from "node:net";
import { expect, test } from "vitest";
import { comesToItsEnd, guestOf, meter, sampleSite } from "./sample-coordinator.ts";
import { connected, helloOf, joined, proofOf, refusal, sampleKey } from "./sample-device.ts";

test("a proof that was overheard shows nothing on another connection, nor does another key", async () => {
  const site = await sampleSite();
  const { url } = site.coordinator;
  const key = sampleKey();
  const honest = await connected({ url, key, token: site.token });
  honest.say(helloOf(honest));
  const overheard = proofOf(honest, (await honest.next("challenge")).nonce);
  honest.say(overheard);
  await honest.next("welcome");
  for (const lie of [overheard, { kind: "proof", signature: new Uint8Array(64) } as const]) {
    const thief = await connected({ url, key });
    thief.say(helloOf(thief));
    await thief.next("challenge");
    thief.say(lie);
    expect((await thief.gone)?.code).toBe("not-proven");
  }
  const impostor = await connected({ url });
  impostor.say(helloOf(impostor, { deviceKey: key.publicKey }));
  impostor.say(proofOf(impostor, (await impostor.next("challenge")).nonce));
  expect((await impostor.gone)?.code).toBe("not-proven");
  // Whoever was there before still is.
  honest.say({ kind: "heartbeat" });
  await honest.next("heartbeat");
  honest.say({ kind: "leaving" });
  await comesToItsEnd(site);
}, 60_000);

test("who does not begin as the protocol says is sent home by the code of what is wrong", async () => {
  const site = await sampleSite({ limits: { handshakeSeconds: 0.4 } });
  const { url } = site.coordinator;
  const first = await connected({ url });
  first.say({ kind: "heartbeat" });
  expect((await first.gone)?.code).toBe("out-of-order");
  const twice = await connected({ url });
  twice.say(helloOf(twice));
  twice.say(helloOf(twice));
  expect((await twice.gone)?.code).toBe("out-of-order");
  const future = await connected({ url });
  future.say(helloOf(future, { versions: [99] }));
  expect((await future.gone)?.code).toBe("version-unknown");
  const silent = await connected({ url });
  expect(await silent.gone).toMatchObject({ code: "too-slow", comeBack: true });
  const half = await connected({ url });
  half.say(helloOf(half));
  expect(await half.gone).toMatchObject({ code: "too-slow" });
  await comesToItsEnd(site);
}, 60_000);

test("a page of another origin cannot connect unless the origin is named", async () => {
  const site = await sampleSite({ origins: ["https://lab.example"] });
  const { url } = site.coordinator;
  await expect(connected({ url, origin: "https://evil.example" })).rejects.toThrow("403");
  await expect(connected({ url, origin: "null" })).rejects.toThrow("403");
  for (const origin of ["https://lab.example", url]) {
    const device = await joined({ url, origin, token: site.token });
    device.say({ kind: "leaving" });
  }
  await comesToItsEnd(site);
}, 60_000);

test("an address that connects again and again is held up, and others are not", async () => {
  const site = await sampleSite({ limits: { handshakes: { perSecond: 0.01, burst: 3 } } });
  const { url } = site.coordinator;
  for (let attempt = 0; attempt < 3; attempt++) await connected({ url, from: "127.0.0.9" });
  await expect(connected({ url, from: "127.0.0.9" })).rejects.toThrow("429");
  expect(await meter(site, 'potluck_refused_total{code="too-many-connections"}')).toBe(1);
  await comesToItsEnd(site);
}, 60_000);

test("a device that connects again and again is told to come back later", async () => {
  const site = await sampleSite({ limits: { deviceConnections: { perSecond: 0.01, burst: 3 } } });
  const { url } = site.coordinator;
  const key = sampleKey();
  const known = { url, key, token: site.token };
  for (let attempt = 0; attempt < 3; attempt++) expect(await refusal(known)).toBeNull();
  expect(await refusal(known)).toBe("too-many-connections");
  await comesToItsEnd(site);
}, 60_000);

test("an address that opens many connections has no more than its share of them, and takes none from others", async () => {
  const site = await sampleSite({ limits: { connections: { total: 100, each: 4 } } });
  const { port } = new URL(site.coordinator.url);
  const device = await guestOf(site);
  const flood = Array.from({ length: 30 }, () =>
    connectTcp({ host: "127.0.0.1", port: Number(port), localAddress: "127.0.0.9" }),
  );
  await Promise.all(flood.slice(4).map(closed));
  expect(flood.filter(({ closed: isClosed }) => !isClosed).length).toBeLessThanOrEqual(4);
  device.say({ kind: "heartbeat" });
  await device.next("heartbeat");
  device.say({ kind: "leaving" });
  await comesToItsEnd(site);
  for (const socket of flood) socket.destroy();
}, 60_000);

async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.on("error", () => {});
    socket.once("close", () => resolve());
  });
}
