import { fastify, type FastifyInstance } from "fastify";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { servePages } from "./pages.ts";

let folder = "";
let http: FastifyInstance;
let asked = 0;
beforeEach(async () => {
  asked = 0;
  folder = await mkdtemp(join(tmpdir(), "potluck-"));
  await mkdir(join(folder, "pages", "assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "secret");
  await writeFile(join(folder, "pages", "join.html"), "<!doctype html>");
  await writeFile(join(folder, "pages", "assets", "worker-DFZpEIzP.js"), "worker");
  http = fastify();
  servePages(http, async () => {
    asked += 1;
    if (asked === 1) throw new Error("not built yet");
    return join(folder, "pages");
  });
});
afterEach(async () => {
  await http.close();
  await rm(folder, { recursive: true, force: true });
});

test("files are there once somebody asks for them, also after a first time that failed", async () => {
  expect(asked).toBe(0);
  expect((await http.inject("/client/join.html")).statusCode).toBe(500);
  const page = await http.inject("/client/join.html");
  expect([page.statusCode, page.body]).toEqual([200, "<!doctype html>"]);
  expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
  await http.inject("/client/join.html");
  expect(asked).toBe(2);
});

test("what has a hash in its name is kept for ever, everything else is asked for again", async () => {
  await http.inject("/client/join.html");
  const page = await http.inject("/client/join.html");
  const worker = await http.inject("/client/assets/worker-DFZpEIzP.js");
  expect(page.headers["cache-control"]).toBe("no-cache");
  expect(worker.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(worker.headers["content-type"]).toContain("text/javascript");
});

test("a file that is there compressed is sent so to those who understand that", async () => {
  await writeFile(join(folder, "pages", "join.html.gz"), "compressed");
  await http.inject("/client/join.html");
  const ask = async (accepted: string): Promise<readonly unknown[]> => {
    const { headers, body } = await http.inject({ url: "/client/join.html", headers: { "accept-encoding": accepted } });
    return [headers["content-encoding"], headers["content-type"], headers["vary"], body];
  };
  const type = "text/html; charset=utf-8";
  expect(await ask("br")).toEqual([undefined, type, "accept-encoding, origin", "<!doctype html>"]);
  expect(await ask("gzip, br")).toEqual(["gzip", type, "accept-encoding, origin", "compressed"]);
});

test("a page runs nothing but its own files, and speaks with nobody else", async () => {
  await http.inject("/client/join.html");
  const { headers } = await http.inject("/client/join.html");
  const policy = String(headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'? |[*]/);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["cross-origin-opener-policy"]).toBe("same-origin");
});

test("no path leads out of the folder", async () => {
  await http.inject("/client/join.html");
  for (const path of [
    "../secret.txt",
    "%2e%2e/secret.txt",
    "..%2fsecret.txt",
    "assets/../../secret.txt",
    "assets",
    "",
  ]) {
    expect((await http.inject(`/client/${path}`)).statusCode).toBe(404);
  }
});

test("/join leads to the page, relative to where the coordinator is", async () => {
  const { statusCode, headers } = await http.inject("/join");
  expect([statusCode, headers.location]).toEqual([302, "client/join.html"]);
});
