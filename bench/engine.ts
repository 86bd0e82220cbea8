/**
 * The engine: one step of plain descent on small models, on one thread.
 *
 * The MLP 784-200-200-10 with batches of 32 is trained by the engine's derived graph and, in turn with it, by the same
 * graph written by hand and by TensorFlow.js on WebAssembly. It, the CNN of federated averaging (5x5x32, 5x5x64, 512
 * units) and a small GPT are trained in turn with PyTorch, where a Python has it.
 *
 * @module
 */
import { layoutLength, rootKey, tensorOf } from "@potluck/core";
import { crossEntropy, layoutOfModel, type LocalTask, mlp, type Model, nextToken, writeModel } from "@potluck/engine";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { handwrittenModel, parameterShapes } from "./engine-handwritten.ts";
import { type PyTorch, startPyTorch } from "./engine-pytorch.ts";
import {
  BATCH_SIZE,
  cnn,
  digits,
  FEATURE_SCALE,
  languageModel,
  LAYER_SIZES,
  openTrainer,
  texts,
} from "./engine-tasks.ts";
import { tfjsNetwork } from "./engine-tfjs.ts";
import { alternated, median, type Peer, speedup, type Timings } from "./measure.ts";
import type { Bench, BenchRow, BenchTable } from "./table.ts";

const [PIXELS, , , CLASSES] = LAYER_SIZES;
const MLP_STEPS = 50;
const CNN_STEPS = 3;
const GPT_STEPS = 3;
const TFJS_STEPS = 5;
const WARM_UPS = 3;
/** Of the two that are compared closely. */
const CLOSE_REPETITIONS = 60;
const REPETITIONS = 15;

const ENGINE = "engine, MLP step";
const HANDWRITTEN = "the same graph written by hand";
const TFJS = "TensorFlow.js WASM, MLP step";
const CNN = "engine, CNN step";
const GPT = "engine, GPT step";
const PYTORCH_MLP = "PyTorch, MLP step";
const PYTORCH_CNN = "PyTorch, CNN step";
const PYTORCH_GPT = "PyTorch, GPT step";

const bench: Bench = { name: "engine", run: measured };
export default bench;

/** A peer that gives the parameters after its steps. */
interface ParameterPeer extends Peer {
  readonly run: () => Promise<Float32Array>;
}

async function measured(): Promise<BenchTable> {
  const key = rootKey(1);
  const network = mlp({ inputs: PIXELS, hidden: LAYER_SIZES.slice(1, 3), classes: CLASSES, key });
  const task = digits(network, MLP_STEPS, key);
  const close = { [ENGINE]: await enginePeer(network, task), [HANDWRITTEN]: await handwrittenPeer(task) };
  const text = languageModel(key);
  const pytorch = await startPyTorch();
  const large = {
    [CNN]: await enginePeer(cnn(key), digits(cnn(key), CNN_STEPS, key)),
    ...(pytorch === null ? {} : { [PYTORCH_CNN]: pytorchPeer(pytorch, "cnn", CNN_STEPS) }),
    [GPT]: await enginePeer(text, texts(text, GPT_STEPS, key), nextToken()),
    ...(pytorch === null ? {} : { [PYTORCH_GPT]: pytorchPeer(pytorch, "gpt", GPT_STEPS) }),
  };
  const others = {
    [TFJS]: await tfjsPeer(task),
    ...(pytorch === null ? {} : { [PYTORCH_MLP]: pytorchPeer(pytorch, "mlp", MLP_STEPS) }),
  };
  const difference = largestDifference(await close[ENGINE].run(), await close[HANDWRITTEN].run());
  const timings = new Map([
    ...(await alternated(close, { warmUps: WARM_UPS, repetitions: CLOSE_REPETITIONS })),
    ...(await alternated(others, { warmUps: WARM_UPS, repetitions: REPETITIONS })),
    ...(await alternated(large, { warmUps: WARM_UPS, repetitions: REPETITIONS })),
  ]);
  pytorch?.close();
  return {
    title: `engine: one step of plain descent, batches of ${BATCH_SIZE}, one thread`,
    rows: rowsOf(timings),
    notes: [
      `MLP 784-200-200-10, ${MLP_STEPS} steps in one call; CNN 5x5x32, 5x5x64, fc 512 (same padding), ${CNN_STEPS} steps in one call.`,
      `GPT: 4 blocks, 128 wide, context 64, 65 tokens, batches of 16, ${GPT_STEPS} steps in one call.`,
      pytorch === null
        ? "PyTorch is left out: there is no Python here that has it (PYTHON=… names another one)."
        : `PyTorch ${pytorch.version}, one thread, in a process of its own.`,
      `Times are those of the whole call, with checks and copies of parameters, divided by the steps.`,
      `After ${MLP_STEPS} steps from the same start, engine and handwritten graph differ by ${difference.toExponential(1)} at most.`,
      "TensorFlow.js: WASM with SIMD, one thread, the gradient written out with fused layers.",
    ],
  };
}

function rowsOf(timings: ReadonlyMap<string, Timings>): readonly BenchRow[] {
  const of = (name: string): Timings => timings.get(name) ?? [];
  const row = (what: string): BenchRow => {
    const milliseconds = of(what).map((seconds) => 1000 * seconds);
    return { what, value: median(milliseconds), best: Math.min(...milliseconds), unit: "ms" };
  };
  // The engine's time over PyTorch's, where there is one, in the row of the engine.
  const against = (ours: string, peer: string, target: string): readonly BenchRow[] =>
    timings.has(peer)
      ? [{ ...row(ours), ratio: speedup(of(peer), of(ours)), peer: "PyTorch", target }, row(peer)]
      : [row(ours)];
  return [
    { ...row(ENGINE), ratio: speedup(of(HANDWRITTEN), of(ENGINE)), peer: "handwritten", target: "≤ 1.3" },
    row(HANDWRITTEN),
    { ...row(TFJS), ratio: median(of(TFJS)) / median(of(ENGINE)), peer: "engine" },
    ...(timings.has(PYTORCH_MLP) ? against(ENGINE, PYTORCH_MLP, "≤ 0.7") : []),
    ...against(CNN, PYTORCH_CNN, "≤ 1.0"),
    ...against(GPT, PYTORCH_GPT, "≤ 1.3"),
  ];
}

async function enginePeer(model: Model, task: LocalTask, objective = crossEntropy()): Promise<ParameterPeer> {
  const trainer = await openTrainer(model, objective);
  return { steps: task.batches.starts.length, run: async () => (await trainer.train(task)).params };
}

async function handwrittenPeer({ params, features, targets: labels = [], batches }: LocalTask): Promise<ParameterPeer> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session = await InferenceSession.create(writeModel(handwrittenModel()), options);
  const [rows, steps] = [labels.length, batches.starts.length];
  const layout = layoutOfModel(
    mlp({ inputs: PIXELS, hidden: LAYER_SIZES.slice(1, 3), classes: CLASSES, key: rootKey(1) }),
  );
  const trained = new Float32Array(layoutLength(layout));
  const names = parameterShapes().map(({ name }) => name);
  const tensors = (values: Float32Array, suffix: string) =>
    Object.fromEntries(
      layout.map((slot, at) => [`${names[at]}${suffix}`, new Tensor("float32", tensorOf(values, slot), slot.shape)]),
    );
  const feeds = {
    features: new Tensor("uint8", Uint8Array.from(features), [rows, PIXELS]),
    labels: new Tensor(
      "int64",
      BigInt64Array.from({ length: rows }, (_, row) => BigInt(labels[row] ?? 0)),
      [rows],
    ),
    order: new Tensor("int64", batches.order, [steps, BATCH_SIZE]),
    steps: new Tensor("int64", BigInt64Array.of(BigInt(steps)), []),
    ...tensors(params, ""),
  };
  const targets = { ...tensors(trained, ".trained"), losses: null };
  return {
    steps,
    run: async () => {
      await session.run(feeds, targets);
      return trained;
    },
  };
}

async function tfjsPeer({ features, targets: labels = [] }: LocalTask): Promise<Peer> {
  const batch = Float32Array.from({ length: BATCH_SIZE * PIXELS }, (_, at) => (features[at] ?? 0) * FEATURE_SCALE);
  const network = await tfjsNetwork(
    batch,
    Int32Array.from({ length: BATCH_SIZE }, (_, row) => labels[row] ?? 0),
  );
  return {
    steps: TFJS_STEPS,
    run: () => {
      for (let step = 0; step < TFJS_STEPS; step++) network.step();
      return Promise.resolve();
    },
  };
}

function pytorchPeer(pytorch: PyTorch, model: Parameters<PyTorch["step"]>[0], steps: number): Peer {
  return {
    steps,
    run: () => pytorch.step(model, steps),
  };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.NaN;
  return a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - (b[i] ?? Number.NaN))), 0);
}
