import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "@potluck/cli";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "potluck-regression-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Runs a scenario of this folder from the command line: the object that it prints, and what else it says. */
async function ran(name: string): Promise<{ readonly summary: unknown; readonly err: string }> {
  const scenario = fileURLToPath(new URL(name, import.meta.url));
  const said = { out: "", err: "" };
  const terminal = {
    out: (text: string) => (said.out += text),
    err: (text: string) => (said.err += text),
    interactive: false,
    columns: 100,
  };
  expect(await main(["simulate", scenario, "--out", join(folder, name), "--format", "json"], terminal)).toBe(0);
  return { summary: JSON.parse(said.out.trimEnd().split("\n").at(-1) ?? ""), err: said.err };
}

test("the scenario learns to predict, is judged without accuracy, and ends at its target loss", async () => {
  const { summary, err } = await ran("scenario.json");
  expect(summary).toMatchObject({
    ended: "the target loss of 0.6 was reached",
    testAccuracy: null,
    scorecard: { delay: { secondsToTarget: expect.any(Number) }, starvation: { worstDecileAccuracy: null } },
  });
  expect(summary).toHaveProperty(
    "testR2",
    expect.toSatisfy((r2: number) => r2 > 0.9),
  );
  expect(err).toMatch(/loss \S+ {2}RMSE \S+ {2}R² /u);
  expect(err).not.toContain("accuracy");
  const report = await readFile(join(folder, "scenario.json", "report.html"), "utf8");
  expect(report).toContain("Loss on held-out data against virtual time");
  expect(report).toContain("with numbers to predict");
  expect(report).not.toContain("Accuracy over clients");
});

test("the quadratics say how far several local steps leave the model from the optimum", async () => {
  const { summary } = await ran("quadratics.json");
  const isAway = (distance: number): boolean => distance > 0.01 && distance < 1;
  expect(summary).toHaveProperty("optimum.toAsked", expect.toSatisfy(isAway));
  const report = await readFile(join(folder, "quadratics.json", "report.html"), "utf8");
  expect(report).toContain("away from the optimum of the weighting that was asked for");
});
