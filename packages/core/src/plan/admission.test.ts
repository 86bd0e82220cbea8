import { expect, test } from "vitest";
import { rootKey } from "../base/key.ts";
import { identity } from "../codec/index.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { defectOf } from "./admission.ts";
import { clientId, taskId } from "./identity.ts";
import type { Update } from "./task.ts";
import type { UpdateLimits } from "./update-limits.ts";

const params = Float32Array.of(1, 2);
const asked = { upload: identity(), version: 0, length: 2, memories: null, limits: {} };

function defectWith(claims: Partial<Update>, limits: UpdateLimits = {}): string | null {
  const spent = { downloadSeconds: 0, computeSeconds: 0, uploadSeconds: 0 };
  const payload = identity().encode(params, null, rootKey(1));
  const update = { payload, examples: 3, steps: 2, trainLoss: 0, spent, ...claims };
  const arrival = { kind: "update", client: clientId(0), task: taskId(0), update } as const;
  return defectOf(arrival, { ...asked, limits }, { layout: [], kernels: plainKernels })?.detail ?? null;
}

test("what is sound has no defect, and a client may say how smooth its loss is", () => {
  expect(defectWith({})).toBeNull();
  expect(defectWith({ smoothness: 0.5 })).toBeNull();
});

test.each([
  [{ examples: 0 }, "the update claims 0 examples"],
  [{ steps: 1.5 }, "the update claims 1.5 steps"],
  [{ smoothness: 0 }, "the update claims a smoothness of 0"],
  [{ smoothness: -1 }, "the update claims a smoothness of -1"],
  [{ smoothness: Infinity }, "the update claims a smoothness of Infinity"],
  [{ smoothness: Number.NaN }, "the update claims a smoothness of NaN"],
])("claims of %o are refused", (claims, defect) => {
  expect(defectWith(claims)).toBe(defect);
});

test("a client may claim as many examples as the limit says, and no more", () => {
  expect(defectWith({ examples: 10 }, { mostExamples: 10 })).toBeNull();
  expect(defectWith({ examples: 11 }, { mostExamples: 10 })).toBe(
    "the update claims more than the 10 examples that a client may have",
  );
  expect(defectWith({ examples: 1e9 }, { mostExamples: null })).toBeNull();
});
