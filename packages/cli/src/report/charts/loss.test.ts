import { present } from "@potluck/core";
import { expect, test } from "vitest";
import { svg } from "../drawing.ts";
import { page } from "../page.ts";
import type { Report, ReportEvaluation } from "../report.ts";
import { emptyReport, sampleReport } from "../sample-report.ts";
import { lossChart } from "./loss.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");

/** Versions ten seconds apart with these losses and no accuracy. */
function evaluations(losses: readonly number[], fit: boolean = false): readonly ReportEvaluation[] {
  const { scores } = present(sampleReport().evaluations[0], "an evaluation");
  return losses.map((loss, version) => ({
    version,
    virtualSeconds: 10 * version,
    wallSeconds: version,
    accuracy: null,
    loss,
    ...(fit && { rmse: Math.sqrt(loss), r2: 1 - loss }),
    bytesUp: 0,
    bytesDown: 0,
    updatesUsed: 10 * version,
    scores,
  }));
}

function regression(losses: readonly number[], changes: Partial<Report> = {}): Report {
  return sampleReport({ evaluations: evaluations(losses), targetAccuracy: null, classes: [], ...changes });
}

test("the note says where the loss ends, and when the target was first met", () => {
  const losses = [4, 1, 0.25, 0.3];
  const ends = "Version 3 has a loss of 0.3, after 30 s of virtual time.";
  expect(plain(lossChart(regression(losses)).note)).toBe(ends);
  expect(plain(lossChart(regression(losses, { targetLoss: 0.5 })).note)).toBe(
    `${ends} The target of 0.5 was first met by version 2, after 20 s.`,
  );
  expect(plain(lossChart(regression(losses, { targetLoss: 0.1 })).note)).toBe(
    `${ends} The target of 0.1 was not reached.`,
  );
});

test("the note says how far from the optimum the run has ended, where that is known", () => {
  const away = { toAsked: 0.25, toRealised: 0.0625 };
  expect(lossChart(regression([4, 1], { optimum: away })).note).toMatch(
    / The last model is 0\.25 away from the optimum of the weighting that was asked for and 0\.0625 from that of the weighting that was realised\.$/u,
  );
  expect(lossChart(regression([4], { optimum: { ...away, toRealised: null } })).note).toMatch(/ asked for\.$/u);
  expect(lossChart(regression([4, 1])).note).not.toContain("optimum");
});

test("the target is drawn with its name", () => {
  const drawn = svg(lossChart(regression([4, 1], { targetLoss: 0.5 })).draw?.(680) ?? {}, "").markup;
  expect(drawn).toContain("target 0.5");
});

test("RMSE and R² stand in the table, and the last R² in the note, where they were measured", () => {
  const without = lossChart(regression([4, 0.25]));
  expect(without.table?.columns).toEqual(["version", "virtual time", "wall time", "loss"]);
  const report = regression([], { evaluations: evaluations([4, 0.25], true) });
  expect(lossChart(report).table?.columns).toEqual(["version", "virtual time", "wall time", "loss", "RMSE", "R²"]);
  const scaled = { room: "data", name: "csv", about: "", options: { scaling: "standard" } } as const;
  expect(lossChart({ ...report, plan: [scaled] }).table?.columns).toContain(
    "RMSE in standard deviations of the target",
  );
  expect(lossChart(report).table?.rows.map((row) => plain(row.join(", ")))).toEqual([
    "0, 0 s, 0 s, 4, 2, −3",
    "1, 10 s, 1 s, 0.25, 0.5, 0.75",
  ]);
  expect(plain(lossChart(report).note)).toContain("a loss of 0.25, an R² of 0.75, after 10 s");
});

test("the axis is logarithmic where the loss falls to a small part of what it was, and never for a loss of 0", () => {
  const labelOf = (losses: readonly number[]): boolean =>
    svg(lossChart(regression(losses)).draw?.(680) ?? {}, "").markup.includes("loss (logarithmic)");
  expect(labelOf([4, 0.1])).toBe(true);
  expect(labelOf([4, 1])).toBe(false);
  expect(labelOf([4, 0])).toBe(false);
});

test("the page of a run without accuracy is about its loss; that of any other about its accuracy", () => {
  const text = page(regression([4, 0.25]));
  expect(text).toContain("Loss on held-out data against virtual time");
  expect(text).not.toMatch(/<dt>test accuracy|Accuracy over clients|Accuracy per class/u);
  for (const report of [sampleReport(), emptyReport()]) {
    expect(page(report)).not.toContain("Loss on held-out data");
    expect(page(report)).toContain("<dt>test accuracy");
  }
});
