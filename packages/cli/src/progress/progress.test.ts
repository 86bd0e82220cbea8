import type { Measurement, Progress } from "@potluck/scenario";
import { expect, test } from "vitest";
import { sampleScenario } from "../output/sample-run.ts";
import type { Terminal } from "../terminal.ts";
import { clockDisplay, progressDisplay } from "./progress.ts";

const measurement: Measurement = {
  version: 10,
  updatesUsed: 100,
  virtualSeconds: 30,
  testAccuracy: 0.5,
  testLoss: 1,
  trainLoss: 1,
  bytesUp: 1,
  bytesDown: 1,
  scores: {
    clientsNeverUsed: 0,
    participationFairness: 1,
    stalenessP95: 0,
    idleShare: 0,
    contributionGap: 0,
    objectiveBias: 0,
    wastedWorkShare: 0,
    bytesLost: 0,
  },
};

/** A terminal that keeps what it is told. */
function listening(interactive: boolean): Terminal & { readonly said: () => string } {
  let said = "";
  return { out: () => undefined, err: (text) => (said += text), said: () => said, interactive, columns: 200 };
}

/** What is said of a run that has done 10 of 100 versions in 20 s of wall-clock time and 30 s of virtual time. */
function told(rule: Parameters<typeof sampleScenario>[0], changes: Partial<Progress> = {}): string {
  const terminal = listening(true);
  progressDisplay(sampleScenario(rule), terminal).show({ measurement, versions: 100, wallSeconds: 20, ...changes });
  return terminal.said().replaceAll("\u00a0", " ");
}

test("time left is that to the last version, or to the last virtual second where that comes first", () => {
  expect(told({})).toContain("wall 20 s, about 3 min left"); // 20 s ÷ 10 · 90 = 180 s
  expect(told({ maximumSeconds: 60 })).toContain("wall 20 s, about 20 s left"); // 20 s ÷ 30 · 30
  expect(told({ maximumSeconds: 3000 })).toContain("wall 20 s, about 3 min left");
});

test("and so is the bar", () => {
  expect(told({})).toContain("█░░░░░░░░░░░");
  expect(told({ maximumSeconds: 60 })).toContain("██████░░░░░░");
});

test("a run that may stop at its target takes at most so long", () => {
  const rule = { targetAccuracy: 0.9, stopAtTarget: true };
  expect(told(rule)).toContain("wall 20 s, at most about 3 min left");
  expect(told({ ...rule, stopAtTarget: false })).toContain("wall 20 s, about 3 min left");
});

test("nothing is said of the time left before there is a pace, and when it is over", () => {
  expect(told({}, { measurement: { ...measurement, version: 0, virtualSeconds: 0 } })).not.toContain("left");
  expect(told({ maximumSeconds: 30 })).not.toContain("left");
});

test("without a person who watches, a line is written for every tenth of the run, by what ends first", () => {
  const terminal = listening(false);
  const display = progressDisplay(sampleScenario({ maximumSeconds: 10 }), terminal);
  for (const version of Array.from({ length: 21 }).keys()) {
    const virtualSeconds = version / 2;
    display.show({ measurement: { ...measurement, version, virtualSeconds }, versions: 1000, wallSeconds: 1 });
  }
  expect(terminal.said().match(/^version/gm)).toHaveLength(11);
});

test("where only the clock runs, its time left is bounded alike, and no target ends it", () => {
  const terminal = listening(true);
  const scenario = sampleScenario({ maximumSeconds: 60, targetAccuracy: 0.9, stopAtTarget: true });
  const progress = { version: 10, versions: 100, events: 5, virtualSeconds: 30, wallSeconds: 20 };
  clockDisplay(scenario, terminal).show(progress);
  expect(terminal.said().replaceAll("\u00a0", " ")).toContain("wall 20 s, about 20 s left");
});
