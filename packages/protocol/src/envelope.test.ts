/** What goes over the line beside the vectors of a task: the figures that docs/explanation/scorecard.md gives. */
import { codec, feedback, fold, type PartReference, rootKey, solver, taskId } from "@potluck/core";
import { expect, test } from "vitest";
import type { WireTask } from "./tasks.ts";
import { encodeToClient } from "./to-client.ts";
import { encodeToServer } from "./to-server.ts";

const BLOB = { sha256: "ab".repeat(32), bytes: 105_000 };

function bytesOfAssign(upload: PartReference, remembered: PartReference): number {
  const task: WireTask = {
    id: taskId(1234),
    version: 123,
    params: BLOB,
    upload,
    key: fold(rootKey(1), "task"),
    solver: solver.sgd({ learningRate: 0.1 }).part,
    work: { epochs: 1, batchSize: 32 },
    feedback: remembered,
    mean: null,
    changes: null,
  };
  return encodeToClient({ kind: "assign", task }).length;
}

test("an assignment takes 294 bytes beside the model, and 404 with deep gradient compression", () => {
  const plain = bytesOfAssign(codec.identity().part, feedback.none().part);
  const dgc = bytesOfAssign(codec.topK({ ratio: 0.001 }).part, feedback.dgc({ momentum: 0.9 }).part);
  const zip = bytesOfAssign(codec.fedZip({ ratio: 0.01 }).part, feedback.errorFeedback().part);
  expect([plain, dgc, zip]).toEqual([294, 404, 341]);
});

test("an answer takes 88 bytes beside its payload, and 9 more say that a model has arrived", () => {
  const spent = { downloadSeconds: 1.25, computeSeconds: 3.5, uploadSeconds: 0.75 };
  const submission = { payload: BLOB, remembered: 122, examples: 600, steps: 19, trainLoss: 0.123, spent };
  expect(encodeToServer({ kind: "submitted", task: taskId(1234), submission }).length).toBe(88);
  expect(encodeToServer({ kind: "received", task: taskId(1234), bytes: 105_000 }).length).toBe(9);
});
