import { rootKey, solver } from "@potluck/core";
import { expect, test } from "vitest";
import { mlp } from "../builder/sequential.ts";
import { type Calibration, calibrate } from "./calibration.ts";
import { predictedStepSeconds } from "./prediction.ts";

test("a calibration of this device is plain data with which it predicts that a larger model takes longer", async () => {
  const calibration: Calibration = JSON.parse(JSON.stringify(await calibrate()));
  const seconds = (hidden: readonly number[]): number => {
    const model = mlp({ inputs: 100, hidden, classes: 10, key: rootKey(1) });
    return predictedStepSeconds(model, { solver: solver.sgd({ learningRate: 0.1 }), batchSize: 32 }, calibration);
  };
  expect(seconds([50])).toBeGreaterThan(0);
  expect(seconds([500])).toBeGreaterThan(seconds([50]));
}, 120_000);
