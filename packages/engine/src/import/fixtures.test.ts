import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Model } from "../graph/graph.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { readModel } from "../onnx/read.ts";
import { difference, normalSample, type Sample } from "./check-rewrite.ts";
import { expanded } from "./rewrite.ts";
import { upgraded } from "./versions.ts";

const folder = new URL("../../fixtures/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".onnx"));
const BATCH = 3;

/** The only input of `model`, with a batch: normal numbers, or small whole ones. */
function inputOf(model: Model): Readonly<Record<string, Sample>> {
  return Object.fromEntries(
    model.graph.inputs.map(({ name, dataType, shape }) => {
      const sizes = (shape ?? []).map((size) => (typeof size === "number" ? size : BATCH));
      const normal = normalSample(name, sizes);
      const whole = normal.values.map((value) => Math.floor(Math.abs(10 * value)));
      return [name, dataType === "float32" ? normal : { dataType, shape: sizes, values: whole }];
    }),
  );
}

describe("models that PyTorch exported compute after import what they computed before", () => {
  test.each(files)("%s", async (file) => {
    const model = readModel(new Uint8Array(readFileSync(new URL(file, folder))));
    const plain = expanded(upgraded(model), model.opsets.get(""));
    expect(await difference(model, plain, inputOf(model))).toBeLessThan(1e-5);
    const [output] = plain.graph.outputs;
    const batch = model.graph.inputs[0]?.shape?.[0];
    expect(output?.shape?.[0]).toBe(batch);
    expect(() => graphBuilder(plain.graph)).not.toThrow();
  });
});
