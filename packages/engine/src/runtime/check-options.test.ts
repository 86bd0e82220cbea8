/** What only programs without types can give: every misuse is a fault that names the option, never a plain TypeError. */
import { expression, rootKey, solver } from "@potluck/core";
import { expect, test } from "vitest";
import { dense } from "../builder/dense.ts";
import { relu } from "../builder/plain-layers.ts";
import { sequential } from "../builder/sequential.ts";
import { crossEntropy } from "../objective/cross-entropy.ts";
import { writeModel } from "../onnx/write.ts";
import { createPool } from "../pool/pool.ts";
import { initialParams } from "../training/parameters.ts";
import { planBatches } from "../training/batches.ts";
import { createEvaluator } from "./evaluator.ts";
import { createExampleGradients } from "./example-gradients.ts";
import { createHessian, createJacobian } from "./products.ts";
import { createTrainer } from "./trainer.ts";

const model = sequential({ input: [2], layers: [dense({ units: 3 })], key: rootKey(1) });
const sgd = solver.sgd({ learningRate: 0.1 });
const { add, gradientAt, norm, tensor } = expression;

/** A value of any type where the types demand one. */
function unchecked(value: unknown): never {
  // oxlint-disable-next-line potluck/no-type-assertion -- what the types rule out comes from JavaScript without types
  return value as never;
}

const trainerWith = (options: object): Promise<unknown> => createTrainer(unchecked({ model, solver: sgd, ...options }));

/** Expects the fault "option-invalid" with such a message and remedy. */
async function expectRefused(work: () => unknown, message: string, remedy: string): Promise<void> {
  const fault = {
    code: "option-invalid",
    message: expect.stringContaining(message),
    remedy: expect.stringContaining(remedy),
  };
  await expect((async () => work())()).rejects.toMatchObject(fault);
}

const CALLS: readonly (readonly [string, (options: object) => Promise<unknown>])[] = [
  ["createTrainer", trainerWith],
  ["createEvaluator", (options) => createEvaluator(unchecked({ model, ...options }))],
  ["createHessian", (options) => createHessian(unchecked({ model, ...options }))],
  ["createJacobian", (options) => createJacobian(unchecked({ model, ...options }))],
  ["createExampleGradients", (options) => createExampleGradients(unchecked({ model, ...options }))],
];

test.each(CALLS)("%s refuses an option that it does not have and says which it has", async (where, create) => {
  await expectRefused(() => create({ objectiv: crossEntropy() }), `${where} has no option "objectiv"`, "parameters");
  await expectRefused(
    () => create({ model: undefined }),
    `${where}: model must be a model, got undefined`,
    "readModel",
  );
  await expectRefused(() => create({ model: writeModel(model) }), "got the bytes of a file", "readModel(bytes)");
  await expectRefused(() => create({ runtime: { threads: -3 } }), 'runtime has no option "threads"', "backend, files");
  await expectRefused(() => create({ runtime: { files: 1 } }), "runtime: files must be", "text");
});

test.each<[string, object, string, string]>([
  ["a misspelt rule", { freez: ["a.*"] }, 'parameters has no option "freez"', "freeze, train, share, statistics"],
  [
    "unknown statistics",
    { statistics: "frozen" },
    'statistics must be "learn" or "freeze", got "frozen"',
    "statistics",
  ],
  ["a text instead of a list", { freeze: "a.*" }, "freeze must be a list of names, in which * stands", "freeze: ["],
  ["a text instead of groups", { share: ["a", "b"] }, "share must be a list of lists", "share: [["],
])("parameters with %s are refused", async (_, parameters, message, remedy) => {
  await expectRefused(() => trainerWith({ parameters }), message, remedy);
  await expectRefused(() => initialParams(model, unchecked(parameters)), message, remedy);
});

test.each<[string, unknown, string]>([
  ["no scale", { dataType: "uint8" }, "scale must be a finite number other than 0, got undefined"],
  ["a scale that is not a number", { dataType: "uint8", scale: Number.NaN }, "got NaN"],
  ["the scale 0", { dataType: "uint8", scale: 0 }, "other than 0, got 0"],
  ["the type alone", "uint8", 'got "uint8"'],
  ["the scale alone", { scale: 2 }, 'dataType must be one of "float32", "uint8", "int32", got undefined'],
  ["a type that is not stored", { dataType: "float64", scale: 1 }, 'got "float64"'],
  ["a misspelt field", { datatype: "uint8", scale: 1 }, 'features has no option "datatype"'],
])("a format of features with %s is refused", async (_, features, message) => {
  await expectRefused(() => trainerWith({ features }), message, "dataType");
  await expectRefused(() => createEvaluator(unchecked({ model, features })), message, "dataType");
});

test("an objective that was not called, or is only named, is refused", async () => {
  await expectRefused(() => trainerWith({ objective: crossEntropy }), "the function crossEntropy", "crossEntropy()");
  await expectRefused(
    () => trainerWith({ objective: "mse" }),
    'objective must be a loss, got "mse"',
    "meanSquaredError()",
  );
});

test("what is left out of speed-ups must be a list of such", async () => {
  await expectRefused(() => trainerWith({ leaveOut: ["bloks"] }), 'got ["bloks"]', "leaveOut");
  await expectRefused(() => trainerWith({ leaveOut: "blocks" }), 'some of "absorption", "blocks"', "leaveOut");
});

const x = tensor("params");

test.each<[string, object, string]>([
  [
    "reads a tensor that there is not",
    { slots: [], step: { params: add(x, tensor("velocity")), state: {} } },
    '"velocity"',
  ],
  ["reads one deep inside", { slots: [], step: { params: norm(gradientAt(tensor("y"))), state: {} } }, '"y"'],
  ["gives a slot no next value", { slots: ["m"], step: { params: x, state: {} } }, 'slot "m" has no next value'],
  ["says nothing of its state", { slots: ["m"], step: { params: x } }, 'slot "m" has no next value'],
  ["keeps what is no slot", { slots: [], step: { params: x, state: { m: x } } }, '"m", which is none of its slots'],
  [
    "gives a number for an expression",
    { slots: [], step: { params: 3, state: {} } },
    '"params" must be an expression, got 3',
  ],
  ["has no step", { slots: [], step: null }, "step must be { params, state }, got null"],
  ["has an operand of another kind", { slots: [], step: { params: { ...add(x, 1), left: 2 } } }, "got 2"],
  ["calls a slot like a tensor", { slots: ["gradient"], step: { params: x, state: {} } }, 'slot "gradient"'],
  ["has slots that are no list", { slots: "m", step: { params: x, state: {} } }, "slots must be a list"],
])("a solver of one's own that %s is refused by name", async (_, own, message) => {
  const part = { room: "solver", name: "mine", options: {} };
  await expectRefused(() => trainerWith({ solver: { ...own, part } }), message, "");
  await expectRefused(() => trainerWith({ solver: { ...own, part } }), 'solver "mine"', "");
  await expectRefused(() => trainerWith({ solver: own }), "the solver", "");
});

test.each<[string, unknown, unknown, string]>([
  ["no batch size", rootKey(1), { epochs: 1 }, "batchSize"],
  ["epochs and steps", rootKey(1), { epochs: 1, steps: 2, batchSize: 2 }, "not both"],
  ["no work", rootKey(1), undefined, "work"],
  ["a number for a key", 1, { epochs: 1, batchSize: 2 }, "planBatches needs a random key, got the number 1"],
])("batches with %s are refused", async (_, key, work, message) => {
  await expectRefused(() => planBatches(unchecked(key), 6, unchecked(work)), message, "");
});

test.each([undefined, null, { order: [0], starts: [0], ends: [1], seeds: [0] }])(
  "training on the batches %j is refused",
  async (batches) => {
    const trainer = await createTrainer({ model, solver: sgd });
    const task = { params: initialParams(model), features: Float32Array.of(1, 2), targets: [0] };
    const fault = { code: "data-invalid", remedy: expect.stringContaining("planBatches") };
    await expect(trainer.train({ ...task, batches: unchecked(batches) })).rejects.toMatchObject(fault);
    await trainer.close();
  },
);

test("a model is not built without a key, of what are no layers, or with options that there are not", async () => {
  const options = { input: [2], layers: [dense({ units: 3 })], key: rootKey(1) };
  const built = (given: object) => () => sequential(unchecked({ ...options, ...given }));
  await expectRefused(built({ key: undefined }), "sequential needs a random key, got none", "rootKey(1)");
  await expectRefused(built({ layers: [dense({ units: 3 }), relu] }), "layer 1 of the list", "Call it: ");
  await expectRefused(built({ layers: [3] }), "must be a layer, got 3", "relu()");
  await expectRefused(built({ layers: undefined }), "layers must be a list, got undefined", "layers");
  await expectRefused(built({ dtype: "int64" }), 'sequential has no option "dtype"', "dataType");
});

test("a pool is refused without a dataset, and with options or a loss that there are not", async () => {
  const file = writeModel(model);
  const pool = (given: object) => () => createPool(unchecked({ workers: 1, model: file, ...given }));
  await expectRefused(pool({}), "dataset must be { name, train, test }, got undefined", "Give examples");
  await expectRefused(pool({ dataset: {} }), "dataset must be", "labels");
  await expectRefused(pool({ worker: 2 }), 'createPool has no option "worker"', "workers, model, dataset");
});

test("a direction that is missing or of another length is called that", async () => {
  const hessian = await createHessian({ model });
  const task = { params: initialParams(model), features: Float32Array.of(1, 2), targets: [0] };
  await expect(hessian.times(unchecked(task))).rejects.toThrow("the direction is undefined");
  await expect(hessian.times({ ...task, direction: new Float32Array(1) })).rejects.toThrow(
    "the direction is 1 numbers",
  );
  await hessian.close();
});
