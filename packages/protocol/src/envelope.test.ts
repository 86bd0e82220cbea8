/** What goes over the line beside the vectors of a task: the figures that docs/explanation/scorecard.md gives. */
import { codec, feedback, fold, type PartReference, rootKey, solver, taskId } from "@potluck/core";
import { expect, test } from "vitest";
import type { WireTask, WireTrainingTask } from "./tasks.ts";
import { encodeToClient } from "./to-client.ts";
import { encodeToServer } from "./to-server.ts";

const BLOB = { sha256: "ab".repeat(32), bytes: 105_000 };

function bytesOfAssign(
  upload: PartReference,
  remembered: PartReference,
  changes: WireTrainingTask["changes"] = null,
): number {
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
    changes,
  };
  return encodeToClient({ kind: "assign", task }).length;
}

test("an assignment takes 294 bytes beside the model, and 404 with deep gradient compression", () => {
  const plain = bytesOfAssign(codec.identity().part, feedback.none().part);
  const dgc = bytesOfAssign(codec.topK({ ratio: 0.001 }).part, feedback.dgc({ momentum: 0.9 }).part);
  const zip = bytesOfAssign(codec.fedZip({ ratio: 0.01 }).part, feedback.errorFeedback().part);
  expect([plain, dgc, zip]).toEqual([294, 404, 341]);
});

test("the changes of a model take 118 bytes more with one message, and 41 for each other", () => {
  const [upload, remembered] = [codec.identity().part, feedback.none().part];
  const common = { held: 122, codec: codec.float16().part, from: BLOB, key: fold(rootKey(1), "download") };
  const [one, two] = [1, 2].map((count) =>
    bytesOfAssign(upload, remembered, { ...common, messages: Array.from({ length: count }, () => BLOB) }),
  );
  expect([(one ?? 0) - 294, (two ?? 0) - (one ?? 0)]).toEqual([118, 41]);
});

test("an answer takes 88 bytes beside its payload, and 9 more say that a model has arrived", () => {
  const spent = { downloadSeconds: 1.25, computeSeconds: 3.5, uploadSeconds: 0.75 };
  const submission = { payload: BLOB, remembered: 122, examples: 600, steps: 19, trainLoss: 0.123, spent };
  expect(encodeToServer({ kind: "submitted", task: taskId(1234), submission }).length).toBe(88);
  expect(encodeToServer({ kind: "received", task: taskId(1234), bytes: 105_000 }).length).toBe(9);
});
