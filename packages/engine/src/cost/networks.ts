/**
 * Whole networks whose steps of training say what probes cannot.
 *
 * A probe does the same again and again, so that whatever it needs is at hand. In a network, values are read long after
 * they were made, weights may be larger than what a processor keeps close, and hundreds of different nodes take turns.
 *
 * @module
 */
import { elementCount, present, rootKey, solver } from "@potluck/core";
import { charLstm } from "../builder/presets/char-rnn.ts";
import { gpt } from "../builder/presets/gpt.ts";
import { mobileNetV2 } from "../builder/presets/mobile-net-v2.ts";
import { resnet20 } from "../builder/presets/resnet-20.ts";
import type { Model } from "../graph/graph.ts";
import type { LocalTask } from "../runtime/run-training.ts";
import { planBatches } from "../training/batches.ts";
import { initialParams } from "../training/parameters.ts";
import type { StepOptions } from "./step-costs.ts";

/** A model and how it is trained. */
export interface Network {
  readonly model: Model;
  readonly options: StepOptions;
}

const KEY = rootKey(1);
const BATCH_SIZE = 16;
const VOCABULARY = 40;
const RULE = solver.sgd({ learningRate: 0.01 });

/** Networks of many small nodes, with images and with text, and one of few large ones. */
export function networks(): readonly Network[] {
  const input = [3, 16, 16] as const;
  const stages = [
    { expansion: 1, channels: 16, blocks: 1, stride: 1 },
    { expansion: 6, channels: 24, blocks: 2, stride: 2 },
  ];
  const text = { vocabulary: VOCABULARY, key: KEY };
  return [
    ofImages(resnet20({ input, norm: "batch", width: 4, key: KEY })),
    ofImages(mobileNetV2({ input, width: 0.25, stages, head: 64, key: KEY })),
    ofText(gpt({ ...text, layers: 2, width: 16, heads: 2, context: 24 })),
    ofText(charLstm({ ...text, length: 8, units: 256, layers: 1 })),
  ];
}

function ofImages(model: Model): Network {
  return { model, options: { solver: RULE, batchSize: BATCH_SIZE } };
}

function ofText(model: Model): Network {
  return { model, options: { solver: RULE, batchSize: BATCH_SIZE, features: { dataType: "int32", scale: 1 } } };
}

/** A task of one step on made-up examples: images with a class each, or tokens with one token after each. */
export function taskFor({ model, options }: Network): LocalTask {
  const rows = options.batchSize;
  const { shape } = present(model.graph.inputs[0], "the input of a network");
  const count = rows * elementCount((shape ?? []).slice(1).map(Number));
  const isText = options.features !== undefined;
  return {
    params: initialParams(model),
    features: isText
      ? Int32Array.from({ length: count }, (_, at) => at % VOCABULARY)
      : Float32Array.from({ length: count }, (_, at) => Math.sin(at * at)),
    targets: Array.from({ length: isText ? count : rows }, (_, at) => at % 10),
    batches: planBatches(KEY, rows, { epochs: 1, batchSize: rows }),
  };
}
