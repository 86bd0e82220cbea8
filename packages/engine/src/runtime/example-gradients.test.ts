import { rootKey } from "@potluck/core";
import { describe, expect, test } from "vitest";
import { dense } from "../builder/dense.ts";
import { dropout } from "../builder/plain-layers.ts";
import { sequential } from "../builder/sequential.ts";
import { type Scene, sceneOf } from "../pytorch-golden.ts";
import { initialParams } from "../training/parameters.ts";
import { createExampleGradients, type ExampleGradientsOptions, type SummedGradients } from "./example-gradients.ts";
import { createHessian } from "./products.ts";
import type { BatchTask } from "./run-products.ts";

const linear = sequential({ input: [3], layers: [dense({ units: 4 })], key: rootKey(1) });

async function summed(options: ExampleGradientsOptions, batch: BatchTask): Promise<SummedGradients> {
  const gradients = await createExampleGradients(options);
  const result = await gradients.sum(batch);
  await gradients.close();
  return result;
}

/** Example `row` of a batch of `rows` alone. */
function only({ params, features, targets = [] }: BatchTask, row: number, rows: number): BatchTask {
  const [width, labels] = [features.length / rows, targets.length / rows];
  return {
    params,
    features: features.slice(row * width, (row + 1) * width),
    targets: Array.from(targets).slice(row * labels, (row + 1) * labels),
  };
}

/** The gradients of the examples one by one, each from a call of its own. */
async function oneByOne({ options, batch, shape: [rows = 0] }: Scene) {
  const single = await createHessian(options);
  const results = [];
  for (let row = 0; row < rows; row++) {
    results.push(await single.times({ ...only(batch, row, rows), direction: batch.params }));
  }
  await single.close();
  return results;
}

describe("the sum, the norms and the losses are those of the examples one by one", () => {
  test.each(["mlp", "lenet-5", "gpt"])("in %s", async (name) => {
    const scene = sceneOf(`${name}.onnx`);
    const singles = await oneByOne(scene);
    const lengths = singles.map(({ gradient }) => Math.hypot(...gradient));
    const clipNorm = lengths.toSorted((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? 1;
    const { sum, norms, losses } = await summed({ ...scene.options, clipNorm }, scene.batch);
    expect(norms).toHaveLength(scene.shape[0] ?? 0);
    singles.forEach(({ loss }, row) => {
      expect(losses[row]).toBeCloseTo(loss, 5);
      expect((norms[row] ?? 0) / (lengths[row] ?? 1)).toBeCloseTo(1, 5);
    });
    const expected = Array.from(sum, (_, i) =>
      singles.reduce(
        (total, { gradient }, row) => total + (gradient[i] ?? 0) * Math.min(1, clipNorm / (lengths[row] ?? 1)),
        0,
      ),
    );
    expect(Math.hypot(...expected.map((x, i) => x - (sum[i] ?? 0)))).toBeLessThan(1e-5 * Math.hypot(...expected));
  });
});

test("as PyTorch: norms of six examples and their sum clipped to 0.8", async () => {
  const start = [0.1, -0.2, 0.3, 0];
  const params = Float32Array.from({ length: 16 }, (_, i) =>
    i < 12 ? ((5 * i + 2) % 13) / 13 - 0.5 : (start[i - 12] ?? 0),
  );
  const features = Float32Array.from({ length: 18 }, (_, i) => ((7 * i + 3) % 11) / 5 - 1);
  const { sum, norms } = await summed(
    { model: linear, clipNorm: 0.8 },
    { params, features, targets: [0, 1, 2, 3, 0, 1] },
  );
  const expectedNorms = [1.2353734, 1.3010477, 1.066355, 1.5034482, 1.5435769, 1.3769494];
  expectedNorms.forEach((norm, row) => expect(norms[row]).toBeCloseTo(norm, 5));
  const expected = [
    -0.605115478, -0.225637161, 0.016193126, -0.284362154, -0.073931819, 0.234030087, 0.335870392, 0.254049086,
    -0.219581293, 0.553607241, 0.045519893, -0.03064192, -0.302287859, -0.384952382, 0.592037974, 0.095202267,
  ];
  expected.forEach((value, i) => expect(sum[i]).toBeCloseTo(value, 5));
});

test("without clipping the sum is the gradient of the batch, times its size", async () => {
  const scene = sceneOf("mlp.onnx");
  const { sum } = await summed(scene.options, scene.batch);
  const whole = await createHessian(scene.options);
  const { gradient } = await whole.times({ ...scene.batch, direction: scene.batch.params });
  await whole.close();
  gradient.forEach((value, i) => expect(sum[i]).toBeCloseTo((scene.shape[0] ?? 0) * value, 4));
});

test("no example moves the sum by more than the bound", async () => {
  const features = Float32Array.of(1e3, -1e3, 1e3);
  const { sum, norms } = await summed(
    { model: linear, clipNorm: 0.5 },
    { params: initialParams(linear), features, targets: [0] },
  );
  expect(norms[0]).toBeGreaterThan(0.5);
  expect(Math.hypot(...sum)).toBeCloseTo(0.5, 5);
});

test("with dropout example i drops what a batch of it alone drops whose seed is i more", async () => {
  const layers = [dense({ units: 16 }), dropout({ rate: 0.5 }), dense({ units: 4 })];
  const model = sequential({ input: [3], layers, key: rootKey(2) });
  const rows = 3;
  const features = Float32Array.from({ length: 3 * rows }, (_, i) => Math.cos(i));
  const batch = { params: initialParams(model), features, targets: [0, 1, 2] };
  const gradients = await createExampleGradients({ model });
  const single = await createHessian({ model });
  for (const seed of [7, 2 ** 32 - 2]) {
    const { norms } = await gradients.sum({ ...batch, seed });
    for (let row = 0; row < rows; row++) {
      const alone = { ...only(batch, row, rows), seed: (seed + row) % 2 ** 32 };
      const { gradient } = await single.times({ ...alone, direction: batch.params });
      expect(norms[row]).toBeCloseTo(Math.hypot(...gradient), 5);
    }
  }
  await gradients.close();
  await single.close();
});

test("batches of all sizes run in one session", async () => {
  const gradients = await createExampleGradients({ model: linear, clipNorm: 1 });
  const params = initialParams(linear);
  const lengths = [];
  for (const rows of [1, 7, 2]) {
    const features = Float32Array.from({ length: 3 * rows }, (_, i) => Math.sin(i));
    const { norms } = await gradients.sum({ params, features, targets: new Uint8Array(rows) });
    lengths.push(norms.length);
  }
  await gradients.close();
  expect(lengths).toEqual([1, 7, 2]);
});

describe("refused is", () => {
  test("a model that learns batch statistics, by the name of one, and with what to do", async () => {
    const { options } = sceneOf("resnet-20-batch-norm.onnx");
    await expect(createExampleGradients(options)).rejects.toMatchObject({
      code: "model-unsupported",
      message: expect.stringMatching(/the model learns the batch statistic ".*running_mean"/u),
      remedy: expect.stringContaining('statistics: "freeze"'),
    });
  });

  test.each([0, -1, Number.NaN, Infinity])("a bound of %d", async (clipNorm) => {
    await expect(createExampleGradients({ model: linear, clipNorm })).rejects.toMatchObject({ code: "option-invalid" });
  });
});
