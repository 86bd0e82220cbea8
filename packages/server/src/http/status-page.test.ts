import { fastify } from "fastify";
import { expect, test } from "vitest";
import { sampleRuns } from "./sample-runs.ts";
import { addStatusPage } from "./status-page.ts";

async function page(openStatus: boolean, name = "sample"): Promise<{ readonly body: string; readonly policy: string }> {
  const http = fastify();
  const { runs } = sampleRuns();
  const named = { ...runs, list: async () => (await runs.list()).map((run) => ({ ...run, name })) };
  addStatusPage(http, { runs: named, openStatus, studio: null });
  const { body, headers } = await http.inject({ url: "/" });
  expect((await http.inject({ url: "/status" })).body).toBe(body);
  await http.close();
  return { body, policy: String(headers["content-security-policy"]) };
}

test("the page shows how runs and their clients are, and runs nothing", async () => {
  const { body, policy } = await page(true);
  expect(body).toContain("75.0%");
  expect(body).toContain("7 taken, 1 late, 2 refused");
  expect(body).toContain("<td>node</td><td>10</td><td>at work</td>");
  expect(body).not.toContain("<script");
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; frame-ancestors 'none'$/);
});

test("what is said from outside is text and nothing else", async () => {
  const { body } = await page(true, "<img src=x>");
  expect(body).toContain("&lt;img src=x&gt;");
});

test("where it is not open, it shows nothing of the runs", async () => {
  const { body } = await page(false);
  expect(body).not.toContain("sample");
  expect(body).toContain("npx potluck status");
});

test.each([
  ["there is a studio", async () => new Map(), 302],
  ["the studio cannot be built", async () => Promise.reject(new Error("no space")), 200],
] as const)("what / shows where %s", async (_, studio, status) => {
  const http = fastify();
  addStatusPage(http, { runs: sampleRuns().runs, openStatus: true, studio });
  const { statusCode, headers } = await http.inject({ url: "/" });
  expect(statusCode).toBe(status);
  expect(headers.location).toBe(status === 302 ? "studio/index.html" : undefined);
  await http.close();
});
