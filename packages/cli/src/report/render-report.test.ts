import { Window } from "happy-dom";
import { describe, expect, test } from "vitest";
import { CLIENTS_SHOWN_LIMIT } from "./charts/chart.ts";
import { renderReport } from "./render-report.ts";
import type { Report } from "./report.ts";
import { clients, emptyReport, sampleReport } from "./sample-report.ts";

/** The page as a document, so that tests see what a browser would. */
async function documentOf(report: Report): Promise<InstanceType<typeof Window>["document"]> {
  const { document } = new Window();
  document.write(await renderReport(report));
  return document;
}

const chartTitles = [
  "Accuracy on held-out data against virtual time",
  "The scorecard over time",
  "Who took part",
  "Staleness of used updates",
  "What was really optimised",
  "Contribution gap: voice against data",
  "Accuracy over clients",
  "Accuracy per class",
  "Bytes so far against virtual time",
  "Bytes in each version",
  "Where the bytes went",
];

describe("a report", () => {
  test("is the same text for the same report", async () => {
    expect(await renderReport(sampleReport())).toBe(await renderReport(sampleReport()));
  });

  test("has every chart at two widths, each with a label that says what it shows", async () => {
    const document = await documentOf(sampleReport());
    const labels = [...document.querySelectorAll("svg[role=img]")].map((svg) => svg.getAttribute("aria-label") ?? "");
    expect(labels).toHaveLength(2 * chartTitles.length);
    for (const title of chartTitles) expect(labels.filter((label) => label.startsWith(`${title}. `))).toHaveLength(2);
  });

  test("holds the numbers of every chart as a file", async () => {
    const document = await documentOf(sampleReport());
    const names = [...document.querySelectorAll("a[download]")].map((link) => link.getAttribute("download"));
    expect(names).toEqual([
      "accuracy.csv",
      "scores.csv",
      "participation.csv",
      "staleness.csv",
      "effective-objective.csv",
      "contribution.csv",
      "client-accuracy.csv",
      "class-accuracy.csv",
      "bytes.csv",
      "bytes-per-version.csv",
      "bytes-spent.csv",
    ]);
    for (const link of document.querySelectorAll("a[download]")) {
      expect(link.getAttribute("href")).toMatch(/^data:text\/csv;charset=utf-8,\w+.*%0D%0A/);
    }
  });

  test("of data that drifts tells what the run began with from what clients have at its end", async () => {
    const still = (await documentOf(sampleReport())).body.textContent;
    expect(still).not.toContain("how the run began");
    const { data, clients: held } = sampleReport();
    const drifted = { ...data, trainExamples: data.trainExamples + 1 };
    const text = (await documentOf(sampleReport({ data: drifted }))).body.textContent;
    expect(text).toContain(`That is how the run began; at its end ${held.length} clients train on`);
  });

  test("shows the median of a tier with its range, and one number where its devices are alike", async () => {
    const speeds = { low: 1e9, median: 2e9, high: 8e9 };
    const [tier] = sampleReport().fleet;
    const alike = { low: 3e6, median: 3e6, high: 3e6 };
    const fleet = tier === undefined ? [] : [{ ...tier, flopsPerSecond: speeds, uploadBytesPerSecond: alike }];
    const { body } = await documentOf(sampleReport({ fleet }));
    const cells = [...body.querySelectorAll("td")].map(({ textContent }) => textContent?.replaceAll("\u00a0", " "));
    expect(cells).toContain("2 GFLOP/s (1 to 8)");
    expect(cells).toContain("3 MB/s");
  });

  test("refers to no address and runs no script", async () => {
    const page = await renderReport(sampleReport());
    expect(page.replaceAll(/xmlns(:\w+)?="[^"]*"/g, "")).not.toMatch(/https?:|\/\/|url\(|@import|<script|<link|<img/);
    expect(page).toContain("default-src 'none'");
  });

  test("says of every time whether it is virtual or wall time", async () => {
    const document = await documentOf(sampleReport());
    const names = [...document.querySelectorAll("dt, th[scope=col]")].map((name) => name.textContent);
    for (const name of names.filter((text) => /time|busy/.test(text ?? "") && !text?.includes("idle"))) {
      if (name !== "time to 95%") expect(name).toMatch(/virtual|wall/);
    }
    expect(document.body.textContent).toContain("16\u00a0min 23\u00a0s (virtual)");
  });

  test("names every client, in the table and in the drawing", async () => {
    const document = await documentOf(sampleReport());
    const listed = [...document.querySelectorAll("tbody th")].map((head) => head.textContent);
    const drawn = [...document.querySelectorAll("svg title")].map((title) => title.textContent ?? "");
    for (const { id, tier } of sampleReport().clients) {
      expect(listed).toContain(id);
      expect(drawn.some((title) => title.startsWith(`client ${id} (${tier}): asked`))).toBe(true);
    }
  });

  test("shows the first numbers, the scorecard, the plan, the command and the files", async () => {
    const { body } = await documentOf(sampleReport());
    const text = body.textContent?.replaceAll(/\s+/g, " ") ?? "";
    for (const expected of [
      "452 MB",
      "Jain's index",
      "not measured",
      "dirichlet clients 100, alpha 0.3",
      "deadlineSeconds none",
      "potluck simulate examples/01-first-run/plan.ts --seed 1",
      "9f86d081884c",
      "model.safetensors (796 kB)",
    ]) {
      expect(text).toContain(expected);
    }
    expect(body.querySelector(".files a")?.getAttribute("href")).toBe("./metrics.jsonl");
  });

  test("shows options that are lists of records field by field", async () => {
    const rules = [{ match: "head.*", learningRateFactor: 10, weightDecay: null }];
    const plan = [{ room: "solver", name: "sgd", about: "", options: { rules } }] as const;
    const page = await renderReport(sampleReport({ plan }));
    expect(page).toContain("rules [match head.*, learningRateFactor 10, weightDecay none]");
  });

  test("shows an option that is a part by its name and its options", async () => {
    const options = { codec: { name: "qsgd", bits: 8 }, other: { name: "identity" } };
    const page = await renderReport(sampleReport({ plan: [{ room: "codec", name: "entropy", about: "", options }] }));
    expect(page).toContain("codec qsgd (bits 8), other identity");
  });

  test("of a run that was stopped at once says so, and why nothing is drawn", async () => {
    const document = await documentOf(emptyReport());
    expect(document.querySelectorAll("svg")).toHaveLength(0);
    expect(document.querySelector(".ending")?.textContent).toContain("Interrupted");
    const reasons = [...document.querySelectorAll("section li")].map((item) => item.textContent ?? "");
    for (const title of chartTitles) expect(reasons.some((reason) => reason.startsWith(`${title}: `))).toBe(true);
  });

  test.each([
    ["one client and one evaluation", { clients: clients(1), evaluations: sampleReport().evaluations.slice(0, 1) }],
    [
      "an evaluation at time zero",
      {
        evaluations: sampleReport()
          .evaluations.slice(0, 1)
          .map((e) => ({ ...e, version: 0, virtualSeconds: 0, bytesUp: 0, bytesDown: 0 })),
      },
    ],
    ["no target", { targetAccuracy: null }],
    [
      "a loss that is not a number",
      { evaluations: sampleReport().evaluations.map((e) => ({ ...e, loss: Number.NaN })) },
    ],
    ["clients that are never wrong", { clients: clients(9).map((client) => ({ ...client, accuracy: 1 })) }],
    ["clients that are always wrong", { clients: clients(9).map((client) => ({ ...client, accuracy: 0 })) }],
    ["clients of unknown tiers", { clients: clients(9).map((client, at) => ({ ...client, tier: `tier ${at}` })) }],
    [
      "clients that were never asked",
      { clients: clients(9).map((c) => ({ ...c, timesAsked: 0, timesUsed: 0, contribution: 0 })) },
    ],
    [
      "two hundred classes",
      { classes: Array.from({ length: 200 }, (_, i) => ({ label: `class ${i}`, examples: 5, accuracy: i / 200 })) },
    ],
  ])("can be drawn with %s, without a broken coordinate", async (_, changes) => {
    const page = await renderReport(sampleReport(changes));
    const broken = / (?:d|x|y|r|width|height|cx|cy|transform)="[^"]*(?:NaN|Infinity|undefined)| (?:width|height)="-/;
    expect(page).toContain("<svg");
    expect(page).not.toMatch(broken);
  });

  test("of a large fleet draws and lists a bounded number of clients but counts all", async () => {
    const fleet = clients(3 * CLIENTS_SHOWN_LIMIT);
    const never = fleet.filter(({ timesUsed }) => timesUsed === 0).length;
    const evaluations = sampleReport().evaluations.slice(0, 30);
    const page = await renderReport(sampleReport({ clients: fleet, evaluations }));
    expect(page.match(/<tr>/g)?.length).toBeLessThan(CLIENTS_SHOWN_LIMIT + 200);
    expect(page).toContain(`>${never} never used<`);
    expect(page).toContain("The first 2,000 clients");
  });
});

describe("what users provide", () => {
  const attack = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&amp;`;

  test("is shown as text, whatever it holds", async () => {
    const sample = sampleReport();
    const page = await renderReport({
      ...sample,
      run: attack,
      title: attack,
      reason: attack,
      command: attack,
      headline: { ...sample.headline, modelHash: attack },
      clients: sample.clients.map((client) => ({ ...client, id: client.id + attack, tier: attack })),
      classes: sample.classes.map((entry) => ({ ...entry, label: entry.label + attack })),
      scorecard: sample.scorecard.map(({ enemy, scores }) => ({
        enemy,
        scores: scores.map((score) => ({ ...score, name: attack, unit: attack, meaning: attack })),
      })),
      plan: sample.plan.map((part) => ({ ...part, name: attack, about: attack, options: { [attack]: attack } })),
      fleet: sample.fleet.map((tier) => ({ ...tier, name: attack })),
      data: { ...sample.data, name: attack },
      files: sample.files.map((file) => ({ ...file, name: `javascript:${attack}`, about: attack })),
    });
    const { document } = new Window();
    document.write(page);
    expect(document.querySelectorAll("script, img, [onerror]")).toHaveLength(0);
    expect(document.querySelector("h1")?.textContent).toBe(attack);
    expect(document.title).toBe(attack);
    const [files, others] = ["a[download]", "a:not([download])"].map((chosen) => [
      ...document.querySelectorAll(chosen),
    ]);
    for (const link of others ?? []) expect(link.getAttribute("href")).toMatch(/^\.\/[^<>"]*$/);
    for (const link of files ?? []) expect(link.getAttribute("href")).toMatch(/^data:text\/csv;charset=utf-8,[^<>"]*$/);
  });
});
