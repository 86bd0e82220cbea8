import { manualRun } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { present } from "../base/invariant.ts";
import type { GradientTask, Task } from "../plan/task.ts";
import { adam, sgd } from "../server-optimizer/index.ts";
import { coded } from "./coded.ts";
import type { CodedOptions, CodedParts } from "./coded-parts.ts";
import { initialState } from "./coded-state.ts";
import { gradientCoding, mSgc, uncoded } from "./index.ts";

const models = [sgd({ learningRate: 1 })];

function isOfGradients(task: Task): task is GradientTask {
  return "gradients" in task;
}

/** The first task of a worker, by the rows that it asks for and what they are multiplied with: "0–5 × 1". */
function rowsAsked(options: Omit<CodedOptions, "models" | "jobs">, workers: number, worker: number): readonly string[] {
  const plan = coded({ models, jobs: 9, ...options });
  const run = manualRun(
    plan,
    new Float32Array(2),
    Array.from({ length: workers }, () => 20),
  );
  const tasks = run
    .send(0, { kind: "started" })
    .flatMap((command) => (command.kind === "assign" && isOfGradients(command.task) ? [command.task] : []));
  const task = present(tasks[worker], "the task of worker", worker);
  return task.gradients.flatMap(({ chunks }) =>
    chunks.map(({ from, to, coefficient }) => `${from}–${to} × ${Number(coefficient.toFixed(3))}`),
  );
}

describe("the first state", () => {
  test("has every model at the parameters given, with the memory of its own optimizer", () => {
    const params = Float32Array.of(1, 2, 3);
    const parts: CodedParts = {
      coding: uncoded(),
      models: [...models, adam({ learningRate: 0.1 })],
      jobs: 1,
      batchSize: null,
      patience: 1,
      backups: false,
    };
    const state = initialState(parts, params);
    expect(state.models.map(({ version }) => version)).toEqual([0, 0]);
    expect(state.models.every((model) => model.params === params)).toBe(true);
    const [plain, adaptive] = state.models.map(({ slots }) => Object.values(slots).map(({ length }) => length));
    expect(plain).toEqual([]);
    expect(adaptive).toEqual([3, 3]);
    expect(state).toMatchObject({ round: 0, workers: 0, finished: false });
  });
});

describe("the rows behind an answer", () => {
  test("are those of a worker's own chunk without a code", () => {
    expect(rowsAsked({ coding: uncoded() }, 4, 0)).toEqual(["0–5 × 1"]);
    expect(rowsAsked({ coding: uncoded() }, 4, 3)).toEqual(["15–20 × 1"]);
  });

  test("are those of all chunks of a block that repeats", () => {
    expect(rowsAsked({ coding: gradientCoding({ tolerated: 1 }) }, 4, 3)).toEqual(["10–15 × 1", "15–20 × 1"]);
  });

  test("are multiplied in a cyclic block", () => {
    const rows = rowsAsked({ coding: gradientCoding({ tolerated: 1 }) }, 3, 0);
    expect(rows.map((text) => text.split(" ")[0])).toEqual(["0–7", "7–13"]);
  });

  test("are those of the group alone in which a job begins", () => {
    // W − 1 = 1 group of 4/5 of the rows, by λ = 3: chunks of 4 of 16 rows.
    expect(rowsAsked({ coding: mSgc({ burst: 1, window: 2, most: 3 }) }, 4, 1)).toEqual(["4–8 × 1"]);
  });

  test("are a part of a batch, and all of it where the batch asks for more than there are", () => {
    expect(rowsAsked({ coding: uncoded(), batchSize: 8 }, 4, 1)).toEqual(["2–4 × 1"]);
    expect(rowsAsked({ coding: uncoded(), batchSize: 99 }, 4, 1)).toEqual(["5–10 × 1"]);
  });
});
