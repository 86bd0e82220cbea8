import { expect, test } from "vitest";
import { openLog } from "../log.ts";
import { admin, comesToItsEnd, guestOf, meter, type SampleSite, sampleSite } from "./sample-coordinator.ts";
import { deviceOf, joined, refusal, sampleKey, sentHome } from "./sample-device.ts";

async function tokenOf(site: SampleSite, request: object): Promise<{ readonly token: string; readonly id: string }> {
  const { body } = await admin(site, "POST", "/tokens", request);
  const { token, record }: { readonly token: string; readonly record: { readonly id: string } } = Object(body);
  return { token, id: record.id };
}

test("who has no token, or none that is good, is sent home by its code, and the run goes on", async () => {
  let logged = "";
  const log = openLog({ level: "debug", format: "json", write: (line) => (logged += line) });
  const site = await sampleSite({ log });
  const { url } = site.coordinator;
  expect(await refusal({ url })).toBe("token-missing");
  expect(await refusal({ url, token: `${site.token.slice(0, -3)}AAA` })).toBe("token-invalid");
  expect(await refusal({ url, token: "a.b.c" })).toBe("token-invalid");
  const short = await tokenOf(site, { expiresSeconds: 0.001 });
  expect(await refusal({ url, token: short.token })).toBe("token-expired");
  const taken = await tokenOf(site, {});
  await admin(site, "DELETE", `/tokens/${taken.id}`);
  expect(await refusal({ url, token: taken.token })).toBe("token-revoked");
  const once = await tokenOf(site, { uses: 1 });
  expect(await refusal({ url, token: once.token })).toBeNull();
  expect(await refusal({ url, token: once.token })).toBe("token-used-up");
  expect(await meter(site, 'potluck_refused_total{code="token-invalid"}')).toBe(2);
  await comesToItsEnd(site);
  expect(logged).toContain("token-invalid");
  for (const secret of [site.token, site.key, short.token, once.token]) expect(logged).not.toContain(secret.slice(-20));
}, 60_000);

test("a token for one run lets nobody into another", async () => {
  const site = await sampleSite();
  const { url } = site.coordinator;
  const { token } = await tokenOf(site, { run: site.run.record.id });
  const other = await site.coordinator.begin({ document: site.run.record.document, seed: 2 });
  expect(await refusal({ url, token, run: other.record.id })).toBe("token-scope");
  expect(await refusal({ url, token, run: site.run.record.id })).toBeNull();
}, 60_000);

test("a device that has come in needs no token again, also of a coordinator that was started again", async () => {
  const site = await sampleSite();
  const key = sampleKey();
  const device = await guestOf(site, { key });
  device.socket.terminate();
  expect(await refusal({ url: site.coordinator.url, key })).toBeNull();
  await site.coordinator.close();
  const again = await sampleSite({ folder: site.folder });
  expect(await refusal({ url: again.coordinator.url, key })).toBeNull();
  expect(await refusal({ url: again.coordinator.url })).toBe("token-missing");
}, 60_000);

test("a device that is sent away goes at once, and does not come back", async () => {
  const site = await sampleSite();
  const { url } = site.coordinator;
  const key = sampleKey();
  const device = await guestOf(site, { key });
  const { body } = await admin(site, "GET", `/runs/${site.run.record.id}/clients`);
  expect(body).toMatchObject({ clients: [{ device: deviceOf(key), isConnected: true, isRevoked: false }] });
  await admin(site, "POST", `/runs/${site.run.record.id}/clients/0/revoke`);
  expect((await device.gone)?.code).toBe("device-revoked");
  const session = { authorization: `Bearer ${device.session}` };
  expect((await fetch(`${url}/v1/updates/0`, { method: "HEAD", headers: session })).status).toBe(401);
  expect(await refusal({ url, key, token: site.token })).toBe("device-revoked");
  const after = await admin(site, "GET", `/runs/${site.run.record.id}/clients/0`);
  expect(after.body).toMatchObject({ isConnected: false, isAvailable: false, isRevoked: true });
  await comesToItsEnd(site);
}, 60_000);

test("where everybody may come in, a device needs no token, and may still be sent away", async () => {
  const site = await sampleSite({ isOpen: true });
  expect(site.coordinator.link).toBe(site.coordinator.url);
  const key = sampleKey();
  await joined({ url: site.coordinator.url, key });
  await admin(site, "POST", `/runs/${site.run.record.id}/clients/0/revoke`);
  expect(await refusal({ url: site.coordinator.url, key })).toBe("device-revoked");
}, 60_000);

test("who comes before there is a run may come back", async () => {
  const site = await sampleSite({ isOpen: true });
  const { url } = site.coordinator;
  expect(await sentHome({ url, run: "other" })).toMatchObject({ code: "run-unknown", comeBack: false });
  await admin(site, "POST", `/runs/${site.run.record.id}/stop`, {});
  await site.run.whenEnded;
  expect((await admin(site, "DELETE", `/runs/${site.run.record.id}`)).status).toBe(200);
  expect(await sentHome({ url })).toMatchObject({ code: "run-unknown", comeBack: true });
}, 60_000);

test("a device that does not say which run it means is led into the one of its token", async () => {
  const site = await sampleSite();
  const { url } = site.coordinator;
  const { document } = site.run.record;
  const other = await site.coordinator.begin({ document, seed: 2 });
  const { token } = await tokenOf(site, { run: other.record.id });
  const device = await joined({ url, token });
  expect(other.view.members.has(deviceOf(device.key))).toBe(true);
  expect(await refusal({ url, token: site.token })).toBe("run-ambiguous");
}, 30_000);
