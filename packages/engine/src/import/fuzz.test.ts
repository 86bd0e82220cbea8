import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Fault, rootKey, solver, uniformStream } from "@potluck/core";
import { describe, expect, test } from "vitest";
import type { Model } from "../graph/graph.ts";
import { inspectModel } from "../inspection/inspection.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { meanSquaredError } from "../objective/mean-squared-error.ts";
import type { Objective } from "../objective/objective.ts";
import { readModel } from "../onnx/read.ts";
import { writeModel } from "../onnx/write.ts";
import { derive } from "../training/derivation.ts";
import { evaluationProgram } from "../training/evaluation-graph.ts";
import { PLAIN_FEATURES } from "../training/program.ts";
import { trainingProgram } from "../training/training-graph.ts";
import { mutated } from "./mutations.ts";
import { randomModel } from "./random-model.ts";
import { standardForm } from "./standard-form.ts";

// Tens of thousands of each were run while this was written; raise the numbers after changes to operators.
const MUTATED_MODELS = 150;
const RANDOM_MODELS = 500;
const SECONDS_AT_MOST = 120;

const FOLDER = join(import.meta.dirname, "../../fixtures");
const SMALL = /^((logistic-regression|mlp|lenet-5|char-lstm|vit-tiny)\.legacy|logistic-regression|mlp|gpt)\.onnx$/u;
const fixtures = readdirSync(FOLDER)
  .filter((file) => SMALL.test(file))
  .map((file) => readModel(readFileSync(join(FOLDER, file))));

/** What comes of a model: programs, or the code of the fault. Whatever else is thrown is a bug. */
function outcomeOf(model: Model, objective: Objective): string {
  try {
    const file = readModel(writeModel(model));
    const { obstacles } = inspectModel(file, { objective });
    const form = standardForm(file);
    trainingProgram(derive(form, objective), solver.sgd({ learningRate: 0.1 }), PLAIN_FEATURES);
    evaluationProgram(form, objective, PLAIN_FEATURES);
    return obstacles.length === 0 ? "program" : "a program in spite of obstacles";
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
}

describe("ends in programs or in a fault that says what is wrong, soon:", () => {
  const outcomes = ["model-invalid", "model-unsupported", "program"];

  test(
    `each of ${MUTATED_MODELS} models that were changed at random`,
    () => {
      const found = Array.from({ length: MUTATED_MODELS }, (_, at) => {
        const draw = uniformStream(rootKey(at));
        const model = fixtures[Math.floor(draw() * fixtures.length)];
        return model === undefined ? "no model" : outcomeOf(mutated(model, draw), crossEntropy());
      });
      expect([...new Set(found)].toSorted()).toEqual(outcomes);
    },
    SECONDS_AT_MOST * 1000,
  );

  test(
    `each of ${RANDOM_MODELS} models of operators at random`,
    () => {
      const found = Array.from({ length: RANDOM_MODELS }, (_, at) =>
        outcomeOf(randomModel(uniformStream(rootKey(at))), meanSquaredError()),
      );
      expect([...new Set(found)].toSorted()).toEqual(outcomes);
    },
    SECONDS_AT_MOST * 1000,
  );
});
