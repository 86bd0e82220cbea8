/** The gradient of the loss against PyTorch's, on the models that it exported. */
import { describe, expect, test } from "vitest";
import { sceneOf } from "../pytorch-golden.ts";
import { createGradient } from "./gradient.ts";
import { createHessian } from "./products.ts";

describe.each(["logistic-regression", "mlp", "lenet-5", "gpt"])("%s", (name) => {
  test("has the loss and the gradient that its Hessian product takes on the way", async () => {
    const { options, batch } = sceneOf(`${name}.onnx`);
    const [gradient, hessian] = [await createGradient(options), await createHessian(options)];
    const found = await gradient.of(batch);
    const direction = new Float32Array(batch.params.length).fill(0.01);
    const expected = await hessian.times({ ...batch, direction });
    expect(found.loss).toBeCloseTo(expected.loss, 5);
    const apart = Math.hypot(...found.gradient.map((value, at) => value - (expected.gradient[at] ?? 0)));
    expect(apart / Math.hypot(...expected.gradient)).toBeLessThan(1e-5);
    await gradient.close();
    await hessian.close();
    await expect(gradient.of(batch)).rejects.toThrow();
  });
});
