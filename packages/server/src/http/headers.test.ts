import { fastify, type FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isFromAllowedPage, setHeaders } from "./headers.ts";

const LAB = "https://lab.example";

let http: FastifyInstance;
beforeAll(async () => {
  http = fastify();
  setHeaders(http, [LAB]);
  http.get("/x", async () => "x");
  await http.ready();
});
afterAll(async () => http.close());

test("nothing may be guessed, framed, or read by pages of other origins", async () => {
  for (const origin of [undefined, "https://evil.example", "null", `${LAB}.evil.example`, "http://lab.example"]) {
    const { headers } = await http.inject({ url: "/x", headers: origin === undefined ? {} : { origin } });
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  }
});

test("pages of an origin that is named may ask, and send what clients send", async () => {
  const { headers } = await http.inject({ url: "/x", headers: { origin: LAB } });
  expect(headers["access-control-allow-origin"]).toBe(LAB);
  expect(headers.vary).toBe("origin");
  const preflight = await http.inject({ method: "OPTIONS", url: "/x", headers: { origin: LAB } });
  expect(preflight.statusCode).toBe(204);
  expect(preflight.headers["access-control-allow-headers"]).toContain("upload-offset");
  const other = await http.inject({ method: "OPTIONS", url: "/x", headers: { origin: "https://evil.example" } });
  expect(other.headers["access-control-allow-methods"]).toBeUndefined();
});

test.each([
  [undefined, true],
  ["http://here:8080", true],
  [LAB, true],
  ["http://here", false],
  ["https://evil.example", false],
  ["null", false],
])("a page of %s may connect: %s", (origin, may) => {
  const headers = { host: "here:8080", ...(origin !== undefined && { origin }) };
  expect(isFromAllowedPage({ headers }, [LAB])).toBe(may);
});
