/** Models as PyTorch exports them, against what PyTorch computes when it trains them. See `../fixtures/README.md`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Layout, present, type Solver, solver, tensorOf } from "@potluck/core";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { type StandardForm, standardForm } from "./import/standard-form.ts";
import { crossEntropy } from "./objective/cross-entropy.ts";
import { readModel } from "./onnx/read.ts";
import { writeModel } from "./onnx/write.ts";
import {
  fixtures,
  FOLDER,
  type Golden,
  type GoldenTensor,
  misses,
  readGolden,
  relativeError,
  rulesFor,
  STEPS,
  TOLERANCE,
} from "./pytorch-golden.ts";
import { openTrainer } from "./runtime/run-training.ts";
import type { Batches } from "./training/batches.ts";
import { type Derivation, derive } from "./training/derivation.ts";
import { paramsOfForm } from "./training/parameters.ts";
import { trainingProgram } from "./training/training-graph.ts";

/** The loss and every gradient at the start. */
async function gradientsOf({ model, task, loss, gradients }: Derivation, golden: Golden) {
  const session = await InferenceSession.create(writeModel(model));
  const targets = present(golden.get("targets"), "targets");
  const feeds = {
    [task.features.name]: inputTensor(task.features.dataType, present(golden.get("inputs"), "inputs")),
    "potluck:batch-targets": new Tensor("int64", BigInt64Array.from(targets.values, BigInt), targets.shape),
  };
  const results = await session.run(feeds);
  await session.release();
  const values = (name: string): ArrayLike<number> => Array.from(present(results[name], name).data, Number);
  return { loss: values(loss), gradients: new Map([...gradients].map(([name, value]) => [name, values(value)])) };
}

function inputTensor(dataType: string, { shape, values }: GoldenTensor): Tensor {
  if (dataType === "int64") return new Tensor("int64", BigInt64Array.from(values, BigInt), shape);
  return new Tensor("float32", Float32Array.from(values), shape);
}

/** Every parameter and statistic after five steps on the whole batch. */
async function trained(form: StandardForm, derivation: Derivation, rule: Solver, golden: Golden) {
  const whole = derivation.task.features.dataType === "int64";
  const { shape, values } = present(golden.get("inputs"), "inputs");
  const format = { dataType: whole ? "int32" : "float32", scale: 1 } as const;
  const trainer = await openTrainer(trainingProgram(derivation, rule, format));
  const { params } = await trainer.train({
    params: paramsOfForm(form),
    features: whole ? Int32Array.from(values) : Float32Array.from(values),
    targets: present(golden.get("targets"), "targets").values,
    batches: fullBatches(shape[0] ?? 0),
  });
  await trainer.close();
  return byName(derivation.layout, params);
}

function fullBatches(rows: number): Batches {
  const at = (step: number): bigint => BigInt(step * rows);
  return {
    order: BigInt64Array.from({ length: STEPS * rows }, (_, i) => BigInt(i % rows)),
    starts: BigInt64Array.from({ length: STEPS }, (_, step) => at(step)),
    ends: BigInt64Array.from({ length: STEPS }, (_, step) => at(step + 1)),
    seeds: new BigInt64Array(STEPS),
  };
}

function byName(layout: Layout, params: Float32Array): ReadonlyMap<string, Float32Array> {
  return new Map(layout.map((slot) => [slot.name, tensorOf(params, slot)]));
}

describe.each(fixtures)("$file", ({ model, file, initializers }) => {
  const golden = readGolden(model);
  const form = (): StandardForm => standardForm(readModel(readFileSync(join(FOLDER, file))), rulesFor(initializers));

  test("its loss and all its gradients are PyTorch's", async () => {
    const { loss, gradients } = await gradientsOf(derive(form(), crossEntropy()), golden);
    expect(relativeError(loss, present(golden.get("loss"), "loss").values)).toBeLessThan(TOLERANCE);
    expect(misses({ golden, prefix: "gradient", initializers }, gradients)).toEqual([]);
  });

  test("every parameter that PyTorch trains is trained, and nothing else", () => {
    const trains = Object.values(initializers).flatMap((content) =>
      "parameter" in content ? [content.parameter] : "parameters" in content ? content.parameters : [],
    );
    const { gradients } = derive(form(), crossEntropy());
    const ours = [...gradients.keys()].flatMap((name) => {
      const content = present(initializers[name], `what "${name}" holds`);
      return "parameter" in content ? [content.parameter] : "parameters" in content ? content.parameters : [name];
    });
    expect(ours.toSorted()).toEqual([...new Set(trains)].toSorted());
  });

  test.each([
    ["SGD", "sgd", solver.sgd({ learningRate: 0.05 })],
    ["Adam", "adam", solver.adam({ learningRate: 0.001 })],
  ])("five steps of %s leave the parameters and statistics that PyTorch gets", async (_, prefix, rule) => {
    const own = form();
    const params = await trained(own, derive(own, crossEntropy()), rule, golden);
    const compared =
      prefix === "sgd" ? params : new Map([...params].filter(([name]) => !("buffer" in (initializers[name] ?? {}))));
    expect(misses({ golden, prefix, initializers }, compared)).toEqual([]);
  });
});
