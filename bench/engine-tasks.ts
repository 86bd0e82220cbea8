/**
 * What the benchmarks of the engine train. Runs in a browser, too.
 *
 * @module
 */
import { type Key, solver } from "@potluck/core";
import {
  conv2d,
  createTrainer,
  crossEntropy,
  dense,
  flatten,
  gpt,
  initialParams,
  type Layer,
  type LocalTask,
  maxPool2d,
  mlp,
  type Model,
  nextToken,
  type Objective,
  planBatches,
  relu,
  sequential,
  type SpeedUp,
  type Trainer,
} from "@potluck/engine";

/** Units of the layers, inputs first. */
export const LAYER_SIZES: readonly [number, number, number, number] = [784, 200, 200, 10];
/** Rows of a batch. */
export const BATCH_SIZE = 32;
/** The step size η. */
export const LEARNING_RATE = 0.05;
/** What the stored bytes are multiplied with. */
export const FEATURE_SCALE: number = 1 / 255;

const [PIXELS, , , CLASSES] = LAYER_SIZES;

/** The CNN of the experiments on federated averaging, for images of 28 by 28. */
export function cnn(key: Key): Model {
  const layers = [
    ...convolutions(32),
    ...convolutions(64),
    flatten(),
    dense({ units: 512 }),
    relu(),
    dense({ units: CLASSES }),
  ];
  return sequential({ input: [1, 28, 28], layers, key });
}

function convolutions(filters: number): readonly Layer[] {
  return [conv2d({ filters, kernel: 5, padding: "same" }), relu(), maxPool2d({ size: 2 })];
}

/** Tokens of one example, their vocabulary, and examples of a batch of the language model. */
const [CONTEXT, VOCABULARY, GPT_BATCH_SIZE] = [64, 65, 16];

/** A small language model: 4 blocks of width 128. */
export function languageModel(key: Key): Model {
  return gpt({ layers: 4, width: 128, heads: 4, context: CONTEXT, vocabulary: VOCABULARY, key });
}

/** `steps` full batches of made-up text. */
export function texts(model: Model, steps: number, key: Key): LocalTask {
  const rows = steps * GPT_BATCH_SIZE;
  return {
    params: initialParams(model),
    features: Uint8Array.from({ length: rows * CONTEXT }, (_, at) => ((at * 7919) % 251) % VOCABULARY),
    batches: planBatches(key, rows, { epochs: 1, batchSize: GPT_BATCH_SIZE }),
  };
}

/** `steps` full batches of made-up digits, a fifth of whose pixels are not black. */
export function digits(model: Model, steps: number, key: Key): LocalTask {
  const rows = steps * BATCH_SIZE;
  return {
    params: initialParams(model),
    features: Uint8Array.from({ length: rows * PIXELS }, (_, at) => ((at * 7919) % 251 > 200 ? (at * 31) % 256 : 0)),
    targets: Uint8Array.from({ length: rows }, (_, row) => row % CLASSES),
    batches: planBatches(key, rows, { epochs: 1, batchSize: BATCH_SIZE }),
  };
}

/** A model, what it learns, and how. */
export interface ModelTask {
  readonly model: Model;
  readonly task: LocalTask;
  readonly objective: Objective;
}

/** The model called `name`, "mlp", "cnn" or "gpt", with `steps` full batches. */
export function modelTask(name: string, steps: number, key: Key): ModelTask {
  switch (name) {
    case "mlp": {
      const model = mlp({ inputs: PIXELS, hidden: LAYER_SIZES.slice(1, 3), classes: CLASSES, key });
      return { model, task: digits(model, steps, key), objective: crossEntropy() };
    }
    case "cnn": {
      const model = cnn(key);
      return { model, task: digits(model, steps, key), objective: crossEntropy() };
    }
    case "gpt": {
      const model = languageModel(key);
      return { model, task: texts(model, steps, key), objective: nextToken() };
    }
    default:
      throw new Error(`a model called mlp, cnn or gpt, got "${name}"`);
  }
}

/** A trainer of plain descent on stored bytes. */
export function openTrainer(
  model: Model,
  objective: Objective = crossEntropy(),
  leaveOut: readonly SpeedUp[] = [],
): Promise<Trainer> {
  return createTrainer({
    model,
    objective,
    solver: solver.sgd({ learningRate: LEARNING_RATE }),
    features: { dataType: "uint8", scale: FEATURE_SCALE },
    leaveOut,
  });
}
