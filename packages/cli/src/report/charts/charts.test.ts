import { spreadSample, spreadToEnd } from "@potluck/comparison";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { svg } from "../drawing.ts";
import { sampleReport } from "../sample-report.ts";
import type { ReportClient, ReportEvaluation } from "../report.ts";
import { pointsOf } from "./accuracy-axis.ts";
import { accuracyChart } from "./accuracy.ts";
import { bytesPerVersionChart } from "./bytes-per-version.ts";
import { bytesTotalChart } from "./bytes-total.ts";
import { EVALUATIONS_SHOWN_LIMIT } from "./chart.ts";
import { classAccuracyChart } from "./class-accuracy.ts";
import { clientAccuracyChart } from "./client-accuracy.ts";
import { contributionChart } from "./contribution.ts";
import { objectiveChart } from "./objective.ts";
import { participationChart } from "./participation.ts";
import { scoresChart } from "./scores.ts";
import { stalenessChart } from "./staleness.ts";

const plain = (text: string): string => text.replaceAll("\u00a0", " ");

const scores: ReportEvaluation["scores"] = {
  clientsNeverUsed: 1,
  participationFairness: 0.75,
  stalenessP95: 0,
  idleShare: 0.4,
  contributionGap: 0.3,
  objectiveBias: 0.2,
  wastedWorkShare: 0,
  bytesLost: 0,
};

function evaluation(changes: Partial<ReportEvaluation>): ReportEvaluation {
  return {
    version: 1,
    virtualSeconds: 10,
    wallSeconds: 1,
    accuracy: 0.5,
    loss: 1,
    updatesUsed: 4,
    bytesUp: 0,
    bytesDown: 0,
    scores,
    ...changes,
  };
}

function client(changes: Partial<ReportClient>): ReportClient {
  return {
    id: "a",
    tier: "fast",
    examples: 10,
    timesAsked: 1,
    timesUsed: 1,
    isAtWork: false,
    contribution: 0.5,
    pull: 0.5,
    pullError: 0.01,
    asked: 0.5,
    dataShare: 0.5,
    accuracy: 0.9,
    busySeconds: 1,
    ...changes,
  };
}

describe("what the charts say in words", () => {
  test("the target is met by the first version that reaches it", () => {
    const evaluations = [0.4, 0.96, 0.93, 0.97].map((accuracy, at) =>
      evaluation({ version: at + 1, virtualSeconds: 10 * (at + 1), accuracy }),
    );
    expect(plain(accuracyChart(sampleReport({ evaluations, targetAccuracy: 0.95 })).note)).toBe(
      "Version 4 recognises 97.0% after 40 s of virtual time. The target of 95.0% was first met by version 2, after 20 s.",
    );
    expect(accuracyChart(sampleReport({ evaluations, targetAccuracy: 0.99 })).note).toContain("was not reached");
  });

  test("early versions below the axis are counted", () => {
    const evaluations = [0.1, 0.8, 0.93, 0.95, 0.96, 0.97, 0.968, 0.972].map((accuracy, at) =>
      evaluation({ version: at, virtualSeconds: 10 * at, accuracy }),
    );
    expect(accuracyChart(sampleReport({ evaluations, targetAccuracy: null })).note).toContain(
      " The axis begins at 93%: 2 early versions lie below it.",
    );
    const flat = evaluations.slice(2);
    expect(accuracyChart(sampleReport({ evaluations: flat, targetAccuracy: null })).note).not.toContain("axis");
  });

  test("clients that were never used are counted, and so is work that was not used", () => {
    const clients = [client({ timesAsked: 5, timesUsed: 3 }), client({ id: "b", timesAsked: 2, timesUsed: 0 })];
    expect(participationChart(sampleReport({ clients })).note).toBe(
      "1 of 2 clients was never used and is marked below the axis. The pale part of a bar is work that was asked for and not used: 4 of 7 tasks.",
    );
  });

  test("the weight that is out of line is half the sum of all differences", () => {
    // |0.7 − 0.5| + |0.3 − 0.5| = 0.4, of which half has to move
    const clients = [client({ contribution: 0.7 }), client({ id: "b", contribution: 0.3 })];
    expect(contributionChart(sampleReport({ clients })).note).toContain("1 client lies above it. 20.0% of the weight");
  });

  test("clients that are off by more than two standard errors are counted, among those that were heard", () => {
    const pullError = 0.04;
    const clients = [
      client({ pull: 0.6, asked: 0.4, pullError }),
      client({ id: "b", pull: 0.4, asked: 0.35, pullError }),
      client({ id: "c", pull: 0, asked: 0.25, pullError: 0 }),
    ];
    const objective = { asked: "per-example", bias: 0.25, effectiveClients: 1.92 } as const;
    const chart = objectiveChart(sampleReport({ clients, objective }));
    expect(chart.note).toContain("25.0% of all pull went to the wrong clients.");
    expect(chart.note).toContain("Of the 2 clients that were heard, 1 is off by more than two standard errors.");
    expect(chart.note).toContain("as those of 1.92 clients heard alike");
    // 0 − 0.25, 0.6 − 0.4, 0.4 − 0.35
    expect(chart.table?.rows.map(([id, , , , bias]) => [id, bias])).toEqual([
      ["c", "−25.0 points"],
      ["a", "+20.0 points"],
      ["b", "+5.0 points"],
    ]);
    expect(chart.data?.rows[2]).toEqual(["c", "fast", 0.25, 0, -0.25, 0]);
    const alike = objectiveChart(sampleReport({ clients, objective: { ...objective, asked: "per-client" } }));
    expect(alike.note).toContain("each client was to count alike");
  });

  test("of one version no client's error is known, and while nobody was heard no bias is", () => {
    const { headline } = sampleReport();
    const objective = { asked: "per-example", bias: 0.2, effectiveClients: 1 } as const;
    const once = [
      client({ pull: 0.75, asked: 0.5, pullError: null }),
      client({ id: "b", pull: 0.25, asked: 0.5, pullError: null }),
    ];
    const first = objectiveChart(sampleReport({ clients: once, objective, headline: { ...headline, rounds: 1 } }));
    expect(first.note).not.toContain("standard error");
    expect(first.table?.rows[0]).toEqual(["a", "fast", "50.0%", "75.0%", "+25.0 points", "–"]);
    expect(first.data?.rows[1]?.at(-1)).toBeNull();
    const drawing = first.draw?.(600);
    expect(drawing?.marks?.length).toBeGreaterThan(0);
    const unheard = once.map((one) => ({ ...one, pull: 0 }));
    const none = objectiveChart(sampleReport({ clients: unheard, objective: { ...objective, bias: null } }));
    expect(none.draw).toBeNull();
    expect(none.table?.rows[0]?.slice(-2)).toEqual(["–", "–"]);
    expect(none.data?.rows[0]?.slice(-2)).toEqual([null, null]);
  });

  test("scores are followed over time, each of them exact in the file", () => {
    const before = { ...scores, participationFairness: null, contributionGap: null, objectiveBias: null };
    const evaluations = [
      evaluation({ version: 0, virtualSeconds: 0, updatesUsed: 0, scores: before }),
      evaluation({ version: 1, virtualSeconds: 60 }),
    ];
    const clients = [client({}), client({ id: "b" })];
    const { note, table, data } = scoresChart(sampleReport({ evaluations, clients }));
    expect(note).toContain(
      "clients never used 50.0%, participation fairness 75.0%, idle time 40.0%, contribution gap 30.0%, objective bias 20.0%",
    );
    // before the first update there is no fairness and no gap
    expect(table?.rows[0]?.map(plain)).toEqual(["0", "0 s", "50.0%", "", "40.0%", "", "", "0%", "0"]);
    expect(data?.columns.slice(3, 5)).toEqual(["clientsNeverUsed", "participationFairness"]);
    expect(data?.rows[1]?.slice(0, 5)).toEqual([1, 60, 4, 1, 0.75]);
    expect(data?.rows[0]).toEqual([0, 0, 0, 1, null, 0, 0.4, null, null, 0, 0]);
    expect(scoresChart(sampleReport({ evaluations: evaluations.slice(1) })).draw).toBeNull();
  });

  test("of a run that was measured often scores are drawn and listed up to a limit, and all are in the file", () => {
    const evaluations = Array.from({ length: 5 * EVALUATIONS_SHOWN_LIMIT }, (_, version) =>
      evaluation({ version, virtualSeconds: version }),
    );
    const { table, data } = scoresChart(sampleReport({ evaluations }));
    expect(table?.rows.length).toBe(EVALUATIONS_SHOWN_LIMIT + 1);
    expect(table?.rows.at(-1)?.[0]).toBe(String(evaluations.length - 1));
    expect(data?.rows).toHaveLength(evaluations.length);
  });

  test("staleness is told by its median, its 95th percentile and its maximum, and that there was none", () => {
    const staleness = { median: 1, percentile95: 3, maximum: 9 };
    expect(stalenessChart(sampleReport({ staleness })).note).toContain(
      "at most 1 version behind the model that they went into, 95 in 100 at most 3 versions, and the stalest 9 versions.",
    );
    const fresh = stalenessChart(sampleReport({ staleness: { median: 0, percentile95: 0, maximum: 0 } }));
    expect(fresh).toMatchObject({ draw: null, note: "Every used update started from the newest model." });
    expect(stalenessChart(sampleReport({ staleness: null }))).toMatchObject({
      draw: null,
      note: "No update was used.",
    });
  });

  test("staleness is told with the conversions of old updates, where there were any", () => {
    const conversions = { conversions: 2, failed: 0, flops: 3e9, seconds: 61, meanDistance: 0.25 };
    const { note } = stalenessChart(sampleReport({ staleness: null, conversions }));
    expect(plain(note)).toBe(
      "No update was used. 2 old updates converted on the server: 3 billion operations, 1 min 1 s; 25.0% of an update not explained on average.",
    );
  });

  test("the worst tenth of ten clients is the worst one", () => {
    const clients = Array.from({ length: 10 }, (_, at) => client({ id: String(at), accuracy: 0.5 + 0.05 * at }));
    // mean 0.5 + 0.05 · 4.5 = 0.725
    expect(clientAccuracyChart(sampleReport({ clients })).note).toContain(
      "The mean is 72.5%; the worst tenth of the clients averages 50.0%",
    );
  });

  test("versions between two evaluations share their bytes equally", () => {
    const evaluations = [
      evaluation({ version: 0 }),
      evaluation({ version: 2, bytesUp: 2000, bytesDown: 4000 }),
      evaluation({ version: 6, bytesUp: 10_000, bytesDown: 24_000 }),
    ];
    // versions 1 and 2 moved 1 kB up each; 3 to 6 moved 8 kB / 4 = 2 kB up and 20 kB / 4 = 5 kB down each
    expect(plain(bytesPerVersionChart(sampleReport({ evaluations })).note)).toBe(
      "The busiest versions moved 2 kB up and 5 kB down each, around version 6.",
    );
  });

  test("bytes that went after the last evaluation are drawn and listed as well: the end agrees with the headline", () => {
    const evaluations = [evaluation({ version: 62, virtualSeconds: 300, bytesUp: 494e6, bytesDown: 494e6 })];
    const end = { virtualSeconds: 300, bytesUp: 494e6, bytesDown: 502e6 };
    const report = sampleReport({ evaluations, headline: { ...sampleReport().headline, ...end } });
    const { note, draw, table } = bytesTotalChart(report);
    expect(plain(note)).toBe("494 MB went up from clients to the server and 502 MB down to them.");
    expect(table?.rows.map((row) => plain(row.join(", ")))).toEqual([
      "62, 5 min, 494 MB, 494 MB",
      "end, 5 min, 494 MB, 502 MB",
    ]);
    const drawn = svg(draw?.(680) ?? {}, "").markup.replaceAll("&nbsp;", " ");
    expect(plain(drawn)).toContain("down 502 MB");
    expect(plain(drawn)).not.toContain("down 494 MB");
  });

  test("the worst class is named", () => {
    const classes = [0.9, 0.4, 0.8].map((accuracy, at) => ({ label: `class ${at}`, examples: 50, accuracy }));
    expect(classAccuracyChart(sampleReport({ classes })).note).toBe(
      "The class that is recognised worst is class 1, with 40.0% of its 50 held-out examples.",
    );
  });
});

describe("the axis of accuracy", () => {
  /** The ends of the axis, in percent, of a run with an evaluation every 10 s. */
  function axisOf(accuracies: readonly number[], targetAccuracy: number | null): unknown {
    const evaluations = accuracies.map((accuracy, at) => evaluation({ virtualSeconds: 10 * at, accuracy }));
    const chart = accuracyChart(sampleReport({ evaluations, targetAccuracy }));
    return chart.draw?.(680).y?.domain;
  }

  test("holds the target and everything but the first quarter of the time", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        (accuracies, target) => {
          const [from, to] = z.tuple([z.number().min(0), z.number().max(100)]).parse(axisOf(accuracies, target));
          const late = accuracies.filter((_, at) => 4 * at >= accuracies.length - 1);
          for (const shown of [...late, ...(target === null ? [] : [target])]) {
            expect(100 * shown).toBeGreaterThanOrEqual(from);
            expect(100 * shown).toBeLessThanOrEqual(to);
          }
          expect(100 * Math.max(...accuracies)).toBeLessThanOrEqual(to);
          expect(to - from).toBeGreaterThanOrEqual(5);
        },
      ),
    );
  });

  test("spends its height on the late part of a run, a percent or ten from tick to tick", () => {
    // late: 92.3 to 97.1, target 97
    expect(axisOf([0.08, 0.86, 0.923, 0.956, 0.962, 0.966, 0.971], 0.97)).toEqual([92, 98]);
    // late: 96.2 to 97.1, so 96 to 98, which is shorter than 5
    expect(axisOf([0.08, 0.86, 0.962, 0.965, 0.963, 0.966, 0.971], 0.97)).toEqual([93, 98]);
    // late: 61 to 82, target 95
    expect(axisOf([0.1, 0.4, 0.61, 0.7, 0.75, 0.8, 0.82], 0.95)).toEqual([60, 100]);
  });

  test("cuts the curve where it comes from below", () => {
    const evaluations = [0.1, 0.9, 0.2].map((accuracy, at) => evaluation({ virtualSeconds: 10 * at, accuracy }));
    // from (0, 10) to (10, 90) the curve is at 50 half way; from there to (20, 20) after 40/70 of the way
    expect(pointsOf(evaluations, 1, { from: 50, to: 100 })).toEqual([
      { x: 0, y: Number.NaN },
      { x: 5, y: 50 },
      { x: 10, y: 90 },
      { x: expect.closeTo(10 + 400 / 70), y: 50 },
      { x: 20, y: Number.NaN },
    ]);
  });

  test("shows a run that falls back to chance as a whole", () => {
    expect(axisOf([0.1, 0.9, 0.95, 0.1, 0.1], null)).toEqual([10, 100]);
  });
});

describe("a spread sample", () => {
  test("keeps the limit, the order and the first item", () => {
    const items = Array.from({ length: 1003 }, (_, at) => at);
    const sample = spreadSample(items, 100);
    expect(sample).toHaveLength(100);
    expect(sample[0]).toBe(0);
    expect([...sample].sort((a, b) => a - b)).toEqual(sample);
    expect(sample.at(-1)).toBeGreaterThan(985);
  });

  test("to the end has the last item as well", () => {
    const items = Array.from({ length: 1003 }, (_, at) => at);
    expect(spreadToEnd(items, 100)).toEqual([...spreadSample(items, 100), 1002]);
    expect(spreadToEnd(["a", "b"], 2)).toEqual(["a", "b"]);
    expect(spreadToEnd([], 2)).toEqual([]);
  });

  test("is everything where there is room for it", () => {
    expect(spreadSample(["a", "b"], 2)).toEqual(["a", "b"]);
  });
});
