import { clientId, type TaskNote } from "@potluck/core";
import { expect, test } from "vitest";
import { svg } from "../drawing.ts";
import { renderReport } from "../render-report.ts";
import { sampleReport } from "../sample-report.ts";
import { codedTasksChart } from "./coded-tasks.ts";

const task = (round: number, client: number, changes: Partial<TaskNote> = {}): TaskNote => ({
  round,
  client: clientId(client),
  jobs: [round],
  repeats: false,
  standsIn: false,
  assignedAt: round,
  endedAt: round + 0.5,
  fate: "answered",
  ...changes,
});

const tasks = [
  task(1, 0),
  task(1, 1, { fate: "late" }),
  task(2, 0, { standsIn: true, jobs: [1] }),
  task(2, 1, { repeats: true, jobs: [1, 2] }),
];

test("each task is drawn in the colour of what became of it, and said in words", () => {
  const { draw, note, data } = codedTasksChart(sampleReport({ tasks }));
  expect(note.replaceAll("\u00a0", " ")).toBe(
    "In the first 2 rounds, 25.0% of 4 tasks were not waited for, and 25.0% computed again some of what had been missed; 1 task stood in for another worker. No round had to wait after its time was up.",
  );
  const drawn = svg(draw?.(600) ?? {}, "").markup;
  expect(drawn.match(/<rect [^>]*fill="var\(--alert\)"/g)).toHaveLength(1);
  expect(drawn.match(/<rect [^>]*fill="var\(--second\)"/g)).toHaveLength(1);
  expect(drawn.match(/<circle /g)).toHaveLength(1);
  expect(drawn).toContain("worker 1, round 2: computes again, jobs 1, 2; answered after");
  expect(data?.rows[1]).toEqual([1, 1, "1", 0, 0, "late", 1, 1.5]);
});

test("it says how old gradients are where they are, and what would make them fresh", async () => {
  const gradientAge = { versions: 2, delay: 2, models: 1 };
  const { note } = codedTasksChart(sampleReport({ tasks, gradientAge }));
  const said =
    "Gradients are up to 2 versions old, since the code has a delay of 2 rounds; none would be old with 3 models side by side, instead of 1.";
  expect(note.replaceAll("\u00a0", " ")).toContain(said);
  expect((await renderReport(sampleReport({ tasks, gradientAge }))).replaceAll("\u00a0", " ")).toContain(said);
  expect(codedTasksChart(sampleReport({ tasks })).note).not.toContain("old");
});

test("rounds that had to wait are marked and counted, and the legend says what marks mean", () => {
  const { draw, note, legend } = codedTasksChart(sampleReport({ tasks, waitedRounds: [2] }));
  expect(note).toContain("1 round had to wait after its time was up.");
  const drawn = svg(draw?.(600) ?? {}, "").markup;
  expect(drawn).toContain("round 2 had to wait");
  expect(drawn).not.toContain("round 1 had to wait");
  expect(legend?.markup).toMatch(/class="dot"[^>]*>stands in for another worker</);
  expect(legend?.markup).toMatch(/class="wedge"[^>]*>the round had to wait</);
});

test("of many workers and rounds the first are drawn, and the file has all", () => {
  const many = [task(1, 0), task(61, 0), task(1, 64)];
  const { draw, note, data } = codedTasksChart(sampleReport({ tasks: many }));
  expect(note).toContain("Not drawn: the last 1 of 65 workers, and the last 1 of 61 rounds.");
  expect(codedTasksChart(sampleReport({ tasks: [task(1, 255)] })).note).toMatch(
    /Not drawn: the last 192 of 256 workers\.$/,
  );
  expect(codedTasksChart(sampleReport({ tasks })).note).not.toContain("Not drawn");
  expect(svg(draw?.(600) ?? {}, "").markup.match(/<rect [^>]*fill="var\(--main\)"/g)).toHaveLength(1);
  expect(data?.rows).toHaveLength(3);
});

test("the chart and the table of models are in reports of runs that have them, and in no other", async () => {
  const model = { number: 0, optimizer: "sgd learningRate 0.1", version: 4, accuracy: 0.9, loss: 0.25, isBest: true };
  const coded = await renderReport(sampleReport({ tasks, models: [model, { ...model, number: 1, isBest: false }] }));
  expect(coded).toContain("Tasks by worker and round");
  expect(coded.match(/sgd learningRate 0\.1/g)).toHaveLength(2);
  const without = await renderReport(sampleReport());
  expect(without).not.toContain("Tasks by worker and round");
  expect(without).not.toContain("The models");
});
