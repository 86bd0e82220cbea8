import { answered, joined } from "@potluck/testkit";
import { describe, expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { decodePlain, encodePlain } from "../base/plain-data.ts";
import { identity } from "../codec/index.ts";
import { clientId, taskId } from "../plan/identity.ts";
import type { GradientTask } from "../plan/task.ts";
import { emptyLedger, type Ledger, noteCommandInLedger, noteEventInLedger } from "./ledger.ts";

describe("vectors that answers are made of", () => {
  /** A ledger of one client that was asked for so many gradients in one task after the other. */
  function askedFor(counts: readonly number[]): Ledger {
    const ledger = emptyLedger();
    noteEventInLedger(ledger, joined(0), 0);
    for (const [id, count] of counts.entries()) {
      noteCommandInLedger(ledger, { kind: "assign", task: gradientTask(id, count) }, id);
    }
    return ledger;
  }

  function gradientTask(id: number, count: number): GradientTask {
    const params = new Float32Array(2);
    const gradients = Array.from({ length: count }, (_, group) => ({ job: 1, group, place: 0, params, chunks: [] }));
    const common = { client: clientId(0), version: 0, params, upload: identity().part, key: rootKey(1) };
    return { ...common, id: taskId(id), round: 1, gradients };
  }

  test("are as many as the task asked for, also of an answer to one that was called back", () => {
    const ledger = askedFor([3, 2]);
    noteEventInLedger(ledger, answered(gradientTask(0, 3), [1, 1]), 2);
    expect(ledger.vectorsAnswered).toBe(3);
    noteEventInLedger(ledger, answered(gradientTask(1, 2), [1, 1]), 3);
    expect(ledger.vectorsAnswered).toBe(5);
    expect(decodePlain(encodePlain(ledger))).toEqual(ledger);
  });

  test("are remembered of the last tasks of each client", () => {
    const ledger = askedFor([2, 2, 2, 2, 2, 1, 1]);
    expect([...ledger.several]).toEqual([1, 2, 3, 4].map((id) => [id, 2]));
  });
});
