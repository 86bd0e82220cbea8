import {
  answered,
  fullRounds,
  joined,
  manualRun,
  pacingConformance,
  strategyConformance,
  tasksOf,
} from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { sum } from "../aggregation/sum.ts";
import { inverse } from "../participation/inverse.ts";
import type { Command } from "../plan/events.ts";
import { federated } from "../plan/federated.ts";
import { sgd as serverSgd } from "../server-optimizer/sgd.ts";
import { sgd } from "../solver/sgd.ts";
import { fedFix } from "./fed-fix.ts";

pacingConformance({ name: "FedFix", pacing: () => fedFix({ intervalSeconds: 2 }) });

strategyConformance({
  name: "FedFix with corrected weights",
  plan: (versions) =>
    federated({
      pacing: fedFix({ intervalSeconds: 1 }),
      participation: inverse(),
      aggregation: sum({ divideBy: "examples" }),
      serverOptimizer: serverSgd({ learningRate: 0.1 }),
      solver: sgd({ learningRate: 0.1 }),
      work: { steps: 5, batchSize: 1 },
      versions,
    }),
  weights: "absolute",
  tolerance: 0.1,
});

const kinds = (commands: readonly Command[]): readonly string[] => commands.map(({ kind }) => kind);
const tick = (number: number) => ({ kind: "timer", name: `tick ${number}` }) as const;
const plan = federated({ ...fullRounds, pacing: fedFix({ intervalSeconds: 2 }), versions: 100 });

/** Two seconds on a clock that goes slow by 1e-9. */
const INTERVAL = 2 * (1 + 1e-9);

describe("at a tick", () => {
  test("what is there makes a version, and those that answered get it; the others go on", () => {
    const run = manualRun(plan, new Float32Array(1), [1, 1, 1]);
    expect(run.send(0, { kind: "started" }).at(-1)).toEqual({ ...tick(1), after: INTERVAL });
    expect(run.send(1, answered(run.task(0), [1]))).toEqual([]);
    const commands = run.send(2, tick(1));
    expect(kinds(commands)).toEqual(["publish", "assign", "timer"]);
    expect(tasksOf(commands)[0]).toMatchObject({ client: run.task(0).client, version: 1 });
    expect(commands.at(-1)).toEqual({ ...tick(2), after: 2 * INTERVAL - 2 });
  });

  test("nothing is published where nothing has arrived", () => {
    const run = manualRun(plan, new Float32Array(1), [1, 1]);
    run.send(0, { kind: "started" });
    expect(kinds(run.send(2, tick(1)))).toEqual(["timer"]);
  });

  test("a client that failed or came gets work again", () => {
    const run = manualRun(plan, new Float32Array(1), [1]);
    run.send(0, { kind: "started" });
    const { client, id } = run.task(0);
    expect(run.send(1, { kind: "failed", client, task: id, reason: "x" })).toEqual([]);
    expect(run.send(1, joined(1))).toEqual([]);
    expect(kinds(run.send(2, tick(1)))).toEqual(["assign", "assign", "timer"]);
  });

  test("an update at the very instant is in time: it comes first", () => {
    const run = manualRun(plan, new Float32Array(1), [1]);
    run.send(0, { kind: "started" });
    run.send(2, answered(run.task(0), [1]));
    expect(kinds(run.send(2, tick(1)))).toEqual(["publish", "assign", "timer"]);
  });

  test("that is over or was never announced nothing happens", () => {
    const run = manualRun(plan, new Float32Array(1), [1]);
    run.send(0, { kind: "started" });
    run.send(2, tick(1));
    for (const event of [tick(1), tick(3), { kind: "timer", name: "tock" } as const]) {
      expect(run.send(3, event)).toEqual([]);
    }
  });
});

describe("the next tick", () => {
  /** How long it is to the tick that was announced last. */
  const announced = (commands: readonly Command[]): number => {
    const last = commands.at(-1);
    if (last?.kind !== "timer") throw new Error("no tick was announced");
    return last.after;
  };

  test("is no later because one came late, and none is made up for that was missed", () => {
    const run = manualRun(plan, new Float32Array(1), [1]);
    run.send(0, { kind: "started" });
    // At 2.5 in place of 2: 4 is next. At 9 in place of 4: 10 is.
    expect(announced(run.send(2.5, tick(1)))).toBeCloseTo(1.5, 7);
    expect(announced(run.send(9, tick(2)))).toBeCloseTo(1, 7);
  });

  test("is a whole interval after somebody has come back to where all were away", () => {
    const run = manualRun(plan, new Float32Array(1), [1]);
    run.send(0, { kind: "started" });
    run.send(1, { kind: "left", client: run.task(0).client });
    run.send(2, tick(1));
    run.send(3, tick(2));
    expect(announced(run.send(50.5, joined(0)))).toBeCloseTo(2, 7);
  });

  test("is n intervals after the start, and not the sum of n roundings", () => {
    const run = manualRun(
      federated({ ...fullRounds, pacing: fedFix({ intervalSeconds: 0.1 }), versions: 1 }),
      new Float32Array(1),
      [1],
    );
    let now = announced(run.send(0, { kind: "started" }));
    for (let number = 1; number < 100_000; number++) now += announced(run.send(now, tick(number)));
    expect(now / (10_000 * (1 + 1e-9)) - 1).toBeLessThan(3e-16);
  });
});

test("no more clients work at once than may", () => {
  const narrow = federated({ ...fullRounds, pacing: fedFix({ intervalSeconds: 2, concurrency: 2 }), versions: 100 });
  const run = manualRun(narrow, new Float32Array(1), [1, 1, 1]);
  run.send(0, { kind: "started" });
  expect(tasksOf(run.commands()).length).toBe(2);
  expect(kinds(run.send(2, tick(1)))).toEqual(["timer"]);
});

test("where everybody is away the clock rests, and goes on with whoever comes", () => {
  const run = manualRun(plan, new Float32Array(1), [1]);
  run.send(0, { kind: "started" });
  run.send(1, { kind: "left", client: run.task(0).client });
  expect(kinds(run.send(2, tick(1)))).toEqual([]);
  expect(kinds(run.send(50, joined(0)))).toEqual(["assign", "timer"]);
});
