import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { guestOf, sampleSite } from "../abuse/sample-coordinator.ts";
import { asked, modelOf } from "../abuse/sample-device.ts";
import { transferProblems } from "./problem.ts";

test("a blob is sent whole, in one part, or not at all, as HTTP has it", async () => {
  const site = await sampleSite();
  const [device] = [await guestOf(site), await guestOf(site)];
  const { task: own } = await device.next("assign");
  const path = `/v1/blobs/${own.params.sha256}`;
  const bytes = await modelOf(device, own);
  const size = bytes.length;
  const parts = {
    "bytes=3-5": [3, 6],
    "bytes=3-": [3, size],
    "bytes=-5": [size - 5, size],
    "bytes=9-99999999": [9, size],
  };
  for (const [range, [from, to]] of Object.entries(parts)) {
    const part = await asked(device, path, { headers: { range } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes ${from}-${Number(to) - 1}/${size}`]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(from, to));
  }
  for (const range of ["bytes=5-2", "bytes=0-1,3-4", "lines=1-", "bytes=-", "bytes"]) {
    const whole = await asked(device, path, { headers: { range } });
    expect([whole.status, (await whole.arrayBuffer()).byteLength]).toEqual([200, size]);
  }
  for (const range of ["bytes=99999999-", `bytes=${size}-`, "bytes=-0"]) {
    const none = await asked(device, path, { headers: { range } });
    expect([none.status, none.headers.get("content-range")]).toEqual([416, `bytes */${size}`]);
  }
  for (const etag of [`"${own.params.sha256}"`, `"x", W/"${own.params.sha256}"`, "*"]) {
    expect((await asked(device, path, { headers: { "if-none-match": etag } })).status, etag).toBe(304);
  }
}, 30_000);

test("docs/reference/protocol.md has every code that a transfer is refused with, and no other", () => {
  const page = readFileSync(new URL("../../../../docs/reference/protocol.md", import.meta.url), "utf8");
  const rows = Array.from(page.matchAll(/^\| `([\w-]+)` +\| (\d{3}) +\| (.+?) +\|$/gm));
  const codes = rows.map(([, code, status, about]) => [code, Number(status), about]);
  expect(codes).toEqual(Object.entries(transferProblems).map(([code, { status, about }]) => [code, status, about]));
});
