import { coded, coding, serverOptimizer } from "@potluck/core";
import { partition } from "@potluck/data";
import type { RunResult } from "@potluck/scenario";
import { expect, test } from "vitest";
import { samplePlan, sampleRun } from "./sample-run.ts";
import { summaryLines, summaryObject } from "./summary.ts";

const place = { run: "sample-1", path: "runs/sample-1", store: "runs" };

/** The line of this name, without the name. */
function line(result: RunResult, name: string): string | undefined {
  const found = summaryLines(result, place).find((text) => text.startsWith(`${name} `));
  return found?.slice(name.length).trim().replaceAll("\u00a0", " ");
}

/** Hardly time for anything: it ends before the first update arrives. */
const nothing = { maximumSeconds: 1e-6 };

test("the summary says when the target was reached, that it never was, or that there was none", async () => {
  const reached = await sampleRun({ targetAccuracy: 0.01 });
  const end = "of client time idle,";
  expect(line(reached, "delay")).toMatch(`${end} time to target: 0 s (virtual)`);
  expect(line(await sampleRun({ targetAccuracy: 1, ...nothing }), "delay")).toMatch(
    `${end} time to target: never (target 100%)`,
  );
  expect(line({ ...reached, targetAccuracy: null }, "delay")).toMatch(`${end} no target was set`);
});

test("a run that ended before its first version says that no update was used instead of a contribution gap", async () => {
  const result = await sampleRun(nothing);
  expect(result.versions).toBe(0);
  expect(line(result, "unfair share")).toBe("100% of the work wasted, no update was used");
  expect(line(result, "starvation")).toMatch(/^6 clients never used, accuracy of the worst tenth \d/);
});

test("a model that has diverged has no accuracy, rather than that of an earlier version", async () => {
  const result = await sampleRun({ plan: samplePlan(1e25) });
  expect(result.ended).toContain("diverged");
  expect(result.measurements.map(({ version }) => version)).toEqual([0]);
  expect(line(result, "test accuracy")).toBe("not measured");
  expect(line(result, "test loss")).toBe("not measured");
  expect(line(result, "starvation")).toContain("accuracy of the worst tenth not measured");
  expect(summaryObject(result, place)).toMatchObject({ rounds: 1, testAccuracy: null, testLoss: null });
});

test("nouns of the summary agree with their numbers", async () => {
  const result = await sampleRun();
  const starvation = { ...result.scorecard.starvation, clientsNeverUsed: 1 };
  const one = { ...result, scorecard: { ...result.scorecard, starvation }, failures: new Map([["it rained", 1]]) };
  expect(line(one, "starvation")).toMatch(/^1 client never used/);
  expect(line(one, "failed tasks")).toBe("1 time: it rained");
});

test("of several models the summary shows each, and which of them it is about", async () => {
  const result = await sampleRun();
  const one = { version: 1, testAccuracy: 0.5, testLoss: 1.25 };
  const models = [
    { ...one, model: 0, modelHash: "other" },
    { ...one, model: 1, modelHash: result.modelHash, version: 2, testLoss: null, testAccuracy: null },
  ];
  expect(summaryLines(result, place).join("\n")).not.toContain("optimizer");
  const text = summaryLines({ ...result, models }, place)
    .join("\n")
    .replaceAll("\u00a0", " ");
  expect(text).toMatch(/^0 +sgd learningRate 1 +50\.0% +1\.2500$/m);
  expect(text).toMatch(/^1 +not measured +not measured +best: all other figures are of this one$/m);
  expect(text).toContain("model-0.onnx … model-1.onnx");
  expect(summaryObject({ ...result, models }, place)).toMatchObject({ models });
});

test("of one model under a code with a delay the summary says how old its gradients are", async () => {
  const summaryOf = async (models: number): Promise<RunResult> =>
    sampleRun({
      partition: partition.replicated({ clients: 6 }),
      plan: coded({
        coding: coding.mSgc({ burst: 1, window: 3, most: 6 }),
        models: Array.from({ length: models }, () => serverOptimizer.sgd({ learningRate: 0.1 })),
        jobs: 4,
      }),
    });
  const one = await summaryOf(1);
  expect(line(one, "gradients")).toBe("up to 2 versions old: the code has a delay of 2 rounds");
  expect(summaryLines(one, place).join("\n")).toContain("none would be old with 3 models side by side, instead of 1");
  expect(line(await summaryOf(2), "gradients")).toBe("up to 1 version old: the code has a delay of 2 rounds");
  expect(line(await summaryOf(3), "gradients")).toBeUndefined();
  expect(line(await sampleRun(), "gradients")).toBeUndefined();
});

test("an interrupted run says how it goes on", async () => {
  const result = await sampleRun();
  expect(line(result, "go on with")).toBeUndefined();
  expect(line({ ...result, status: "interrupted" }, "go on with")).toBe("npx potluck simulate --resume sample-1");
  const elsewhere = summaryLines({ ...result, status: "interrupted" }, { ...place, store: "my runs" });
  expect(elsewhere.join("\n")).toContain("npx potluck simulate --resume sample-1 --store 'my runs'");
  const stopped = summaryLines({ ...result, status: "interrupted", clock: "wall" }, place);
  expect(stopped.join("\n")).not.toContain("go on with");
});

test("what was optimised is said beside the contribution gap, which does not know of steps", async () => {
  const result = await sampleRun();
  const effectiveObjective = { clients: [], bias: 0.25, effectiveClients: 3 };
  expect(line({ ...result, effectiveObjective }, "optimised")).toBe("25.0% of the pull to the wrong clients");
});

test("conversions of old updates are told with what they cost the server, where there were any", async () => {
  const result = await sampleRun();
  expect(line(result, "conversions")).toBeUndefined();
  expect(summaryObject(result, place)).not.toHaveProperty("conversions");
  const conversions = { conversions: 21, failed: 1, flops: 4.19e9, seconds: 0.42, meanDistance: 0.491 };
  expect(line({ ...result, conversions }, "conversions")).toBe(
    "21 old updates converted on the server, 1 of them in vain: 4.19 billion operations, 0.4 s; 49.1% of an update not explained on average",
  );
  const timed = { ...conversions, conversions: 1, failed: 0, meanDistance: null };
  expect(line({ ...result, conversions: timed }, "conversions")).toBe(
    "1 old update converted on the server: 4.19 billion operations, 0.4 s",
  );
  expect(summaryObject({ ...result, conversions }, place)).toMatchObject({ conversions });
});
