import { rootKey } from "@potluck/core";
import { expect, test } from "vitest";
import { mlp } from "../../builder/sequential.ts";
import { createEvaluator } from "../../runtime/evaluator.ts";

test.each(["wasm", "webgpu"] as const)(
  "the backend %s, which only browsers have, is refused in Node",
  async (backend) => {
    const model = mlp({ inputs: 2, hidden: [], classes: 2, key: rootKey(1) });
    const refusal = createEvaluator({ model, runtime: { backend } });
    await expect(refusal).rejects.toEqual(
      expect.objectContaining({ code: "option-invalid", message: expect.stringContaining(backend) }),
    );
  },
);
