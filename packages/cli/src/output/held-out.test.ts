import { hasAccuracy, heldOutTexts, heldOutLossText, targetWords } from "@potluck/comparison";
import { data, partition } from "@potluck/data";
import { loss, model, type RunResult, type Scenario } from "@potluck/scenario";
import { expect, test } from "vitest";
import { sampleRun } from "./sample-run.ts";
import { scoresOf } from "./scores-of.ts";
import { summaryLines, summaryObject } from "./summary.ts";

const place = { run: "sample-1", path: "runs/sample-1", store: "runs" };

/** A run that predicts numbers on quadratics, whose optimum is known. */
async function regressionRun(changes: Partial<Scenario> = {}): Promise<RunResult> {
  return sampleRun({
    model: model.linear({ intercept: "none" }),
    loss: loss.meanSquaredError(),
    data: data.quadratics({ clients: 6, dimensions: 4 }),
    partition: partition.byKey({ clients: 6, testShare: 0 }),
    ...changes,
  });
}

/** The summary of a run, a line for each entry, with plain spaces. */
const summary = (result: RunResult): string => summaryLines(result, place).join("\n").replaceAll("\u00a0", " ");

test("a classifier is told by accuracy and loss", () => {
  expect(heldOutTexts(measuredAs({ testAccuracy: 0.843, testLoss: 0.43214 }))).toEqual([
    "accuracy 84.3%",
    "loss 0.4321",
  ]);
});

test("what predicts numbers is told by its loss, RMSE and R², as far as there are such", () => {
  const fit = { testAccuracy: null, testLoss: 1.234e-5 };
  expect(heldOutTexts(measuredAs({ ...fit, testRmse: 0.0035128, testR2: 0.99 }))).toEqual([
    "loss 0.0000123",
    "RMSE 0.00351",
    "R² 0.99",
  ]);
  expect(heldOutTexts(measuredAs(fit))).toEqual(["loss 0.0000123"]);
  expect(heldOutTexts(measuredAs({ ...fit, distanceToOptimum: 0.125 }))).toEqual([
    "loss 0.0000123",
    "from the optimum 0.125",
  ]);
  expect(heldOutLossText({ testAccuracy: null, testLoss: 123456 })).toBe("123,456");
});

test("a target is an accuracy or a loss, or there is none", () => {
  expect(targetWords({ targetAccuracy: 0.9 })).toBe("90.0%");
  expect(targetWords({ targetAccuracy: null, targetLoss: 0.25 })).toBe("loss 0.25");
  expect(targetWords({ targetAccuracy: null })).toBeNull();
});

test("the summary of a run without accuracy speaks of none, and of the optimum where it is known", async () => {
  const result = await regressionRun({ targetLoss: 1e-9 });
  expect(hasAccuracy(result)).toBe(false);
  const text = summary(result);
  expect(text).not.toContain("accuracy");
  expect(text).toMatch(/^test loss +[\d.]+\ntest RMSE +[\d.]+\ntest R² +−?[\d.]+$/m);
  const scaled = { room: "data", name: "csv", options: { scaling: "standard" } } as const;
  expect(summary({ ...result, parts: [scaled] })).toMatch(/^test RMSE +[\d.]+ standard deviations of the target$/m);
  expect(text).toMatch(
    /^optimum +[\d.]+ away from that of the weighting that was asked for, [\d.]+ from that of the weighting that was realised$/m,
  );
  expect(text).toMatch(/^starvation +\d clients? never used$/m);
  expect(text).toContain("time to target: never (target loss 1×10⁻⁹)");
  const last = result.measurements.at(-1);
  expect(summaryObject(result, place)).toMatchObject({
    testAccuracy: null,
    testLoss: last?.testLoss,
    testRmse: last?.testRmse,
    testR2: last?.testR2,
    optimum: result.optimum,
  });
});

test("the scores of accuracies say that the loss has none", async () => {
  const result = await regressionRun({ targetLoss: 1e9 });
  const scores = scoresOf(result).flatMap((enemy) => enemy.scores);
  const without = scores.filter(({ absent }) => absent === "the loss has no accuracy").map(({ name }) => name);
  expect(without).toEqual(["worst tenth of clients", "accuracy spread"]);
  expect(scores.find(({ name }) => name === "time to target")).toMatchObject({
    value: 0,
    meaning: "until loss 1,000,000,000 held-out",
  });
});

test("the summary of a classifier has neither RMSE nor optimum", async () => {
  const result = await sampleRun();
  expect(hasAccuracy(result)).toBe(true);
  expect(summary(result)).not.toMatch(/RMSE|R²|optimum/u);
  for (const field of ["testRmse", "testR2", "optimum"]) expect(summaryObject(result, place)).not.toHaveProperty(field);
});

function measuredAs(measures: object): Parameters<typeof heldOutTexts>[0] {
  const scores = {
    clientsNeverUsed: 0,
    participationFairness: null,
    stalenessP95: null,
    idleShare: 0,
    contributionGap: 0,
    objectiveBias: 0,
    wastedWorkShare: 0,
    bytesLost: 0,
  };
  const plain = { version: 1, virtualSeconds: 1, trainLoss: null, updatesUsed: 1, bytesUp: 0, bytesDown: 0, scores };
  return { testAccuracy: null, testLoss: 0, ...plain, ...measures };
}
