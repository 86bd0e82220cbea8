import { expect, test } from "vitest";
import { sampleAdmin } from "./sample-admin.ts";

const { site, ask } = sampleAdmin();

test("a run is deleted once it has ended, and who has done it is written down", async () => {
  expect(await ask("operator", "DELETE", "/v1/admin/runs/r1")).toMatchObject({
    status: 409,
    body: { code: "run-not-over" },
  });
  await ask("operator", "POST", "/v1/admin/runs/r1/stop", {});
  expect((await ask("operator", "DELETE", "/v1/admin/runs/r1")).body).toEqual({ deleted: "r1" });
  expect(site().runs.deeds).toEqual(["stop it was stopped", "remove"]);
  expect(site().access.audit.newest(1)).toMatchObject([{ who: "operator ann", action: "run-deleted", subject: "r1" }]);
  expect((await ask("operator", "DELETE", "/v1/admin/runs/r1")).body).toMatchObject({ code: "run-unknown" });
  expect((await ask("viewer", "GET", "/v1/admin/runs")).body).toEqual({ runs: [] });
});

test("a run has a result and a report once there is something to tell", async () => {
  const codeOf = async (path: string): Promise<unknown> =>
    (await ask("viewer", "GET", `/v1/admin/runs/r1${path}`)).body;
  expect(await codeOf("/result")).toMatchObject({ code: "result-missing" });
  expect(await codeOf("/report")).toMatchObject({ code: "report-missing" });
  await ask("operator", "POST", "/v1/admin/runs/r1/stop", {});
  expect(await codeOf("/result")).toEqual({ status: "finished" });
  const headers = { authorization: `Bearer ${site().keys.viewer}` };
  const report = await site().http.inject({ url: "/v1/admin/runs/r1/report", headers });
  expect(report.body).toContain("<title>r1</title>");
  expect(report.headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "content-disposition": 'attachment; filename="report.html"',
    "content-security-policy": expect.stringContaining("default-src 'none'"),
  });
});

test("an admin begins a run, which is written down; a scenario that cannot be is refused with the reason", async () => {
  const scenario = { name: "sample" };
  expect((await ask("operator", "POST", "/v1/admin/runs", { scenario })).body).toMatchObject({ code: "role-too-low" });
  expect((await ask("admin", "POST", "/v1/admin/runs", { scenario, startClients: 2 })).body).toMatchObject({
    id: "r1",
  });
  expect(site().runs.deeds).toEqual(["begin 1 2"]);
  expect(site().access.audit.newest(1)).toMatchObject([{ who: "admin ann", action: "run-begun", subject: "r1" }]);
  const refused = await ask("admin", "POST", "/v1/admin/runs", { scenario, seed: 13 });
  expect(refused).toEqual({
    status: 400,
    body: { code: "run-refused", detail: "the plan cannot be. Ask for another one" },
  });
  expect(await ask("admin", "POST", "/v1/admin/runs", {})).toMatchObject({ body: { code: "request-invalid" } });
});
