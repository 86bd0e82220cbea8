import { expect, test } from "vitest";
import { mean } from "../aggregation/mean.ts";
import { mixing } from "../aggregation/mixing.ts";
import { rootKey } from "../base/key.ts";
import { identity } from "../codec/identity.ts";
import { none } from "../conversion/none.ts";
import { none as noFeedback } from "../feedback/index.ts";
import { floatsIn } from "../params/floats-in.ts";
import { plainKernels } from "../params/vector-kernels.ts";
import { convertedTo } from "./conversions.ts";
import { clientId, taskId } from "./identity.ts";

const key = rootKey(1);

/** What is used of an update 5 → 6 under the current model 10, where the estimate is 11 and is trusted so far. */
function used(trust: number, aggregation: ReturnType<typeof mean>): number {
  const anchor = Float32Array.of(5);
  const update = { payload: identity().encode(Float32Array.of(6), anchor, key), examples: 1, steps: 1 };
  const arrived = {
    client: clientId(0),
    task: taskId(0),
    version: 0,
    anchor,
    update,
    perStep: null,
    isConverted: false,
    remainder: null,
  };
  const converted = convertedTo(
    Float32Array.of(11),
    { arrived, version: 3, params: Float32Array.of(10) },
    {
      parts: { upload: identity(), feedback: noFeedback(), aggregation, conversion: { ...none(), trust: () => trust } },
      state: null,
      kernels: plainKernels,
      layout: [],
      key,
    },
  );
  return floatsIn(converted.update.payload)[0] ?? Number.NaN;
}

test("between what a client said and the estimate: differences where differences count, models where models count", () => {
  // Said +1, estimated +1: whatever the share, the current model and 1.
  expect(used(0.5, mean())).toBe(11);
  // A model of 6, and one of 11.
  expect(used(0.5, mixing())).toBe(8.5);
  expect(used(1, mixing())).toBe(11);
});

test("as little as the estimate is trusted, as close is what is used to what was said", () => {
  expect(used(0, mixing())).toBe(6);
  expect(used(0.001, mixing())).toBeCloseTo(6, 1);
});
