import { answered, type ManualRun, manualRun } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { randK } from "../codec/rand-k.ts";
import { rounds } from "../pacing/rounds.ts";
import { sgd } from "../solver/sgd.ts";
import type { Command } from "./events.ts";
import { federated } from "./federated.ts";
import type { FederatedOptions } from "./federated-parts.ts";
import type { Plan } from "./strategy.ts";

const local = { solver: sgd({ learningRate: 0.1 }), work: { steps: 1, batchSize: 1 } } as const;

function planOf(changes: Partial<FederatedOptions> = {}): Plan {
  return federated({ pacing: rounds({ cohort: 1 }), ...local, versions: 3, ...changes });
}

/** A run of two parameters and one client that has started. */
function started(plan: Plan): ManualRun {
  const run = manualRun(plan, new Float32Array(2), [1]);
  run.send(0, { kind: "started" });
  return run;
}

function published(commands: readonly Command[]): number {
  return commands.filter(({ kind }) => kind === "publish").length;
}

describe("an update that is longer than the limit of the plan", () => {
  const limits = { mostNorm: 5.1 };

  test("is refused; what is measured is how far it leads, not where", () => {
    const run = started(planOf({ limits }));
    expect(published(run.send(1, answered(run.task(0), [3, 4])))).toBe(1);
    // From (3, 4) to (6, 8) it is 5 again, to (6, 9) √34.
    expect(published(run.send(2, answered(run.task(1), [6, 8])))).toBe(1);
    const sent = run.send(3, answered(run.task(2), [9, 13]));
    const detail = "the update is longer than the norm of 5.1 that it may have";
    expect(sent[0]).toMatchObject({ kind: "refuse", refusal: "invalid", rule: "norm", detail });
    expect(published(sent)).toBe(0);
  });

  test("is refused by what its message is decoded to", () => {
    const run = started(planOf({ limits, upload: randK({ ratio: 0.5 }) }));
    // One of the two numbers is sent, twice as large: 6.
    expect(run.send(1, answered(run.task(0), [3, 3]))[0]).toMatchObject({ refusal: "invalid", rule: "norm" });
    expect(published(run.send(2, answered(run.task(1), [2.5, 2.5])))).toBe(1);
  });

  test("is one by limits that make sense", () => {
    expect(() => planOf({ limits: { mostNorm: 0 } })).toThrow(
      "limits: mostNorm must be a number > 0, or null for none, got 0",
    );
    expect(() => planOf({ limits: { mostExamples: 1.5 } })).toThrow(
      "limits: mostExamples must be a whole number ≥ 1, or null for none, got 1.5",
    );
    expect(planOf({ limits: { mostNorm: 2, mostExamples: null } }).settings).toEqual({
      steps: 1,
      batchSize: 1,
      mostNorm: 2,
      versions: 3,
    });
  });
});
