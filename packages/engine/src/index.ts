/**
 * `@potluck/engine`: trains ONNX models. It differentiates the graph of a model, adds the step of a local solver, and
 * runs the result on ONNX Runtime.
 *
 * @module
 */
export type { Attribute, DataType, Dimension, Graph, GraphNode, Model, TensorData, ValueInfo } from "./graph/graph.ts";
export { type Conv2dOptions, conv2d } from "./builder/convolution.ts";
export { dense, type DenseOptions } from "./builder/dense.ts";
export type { InitialSpread } from "./builder/initial-values.ts";
export type { Layer } from "./builder/layer.ts";
export {
  elu,
  flatten,
  leakyRelu,
  maxPool2d,
  type MaxPool2dOptions,
  relu,
  sigmoid,
  softplus,
  tanh,
} from "./builder/plain-layers.ts";
export { mlp, type MlpOptions, sequential, type SequentialOptions } from "./builder/sequential.ts";
export { MAX_PARAMETERS } from "./graph/capacity.ts";
export { type Cost, costOf, type NamedSizes } from "./graph/cost.ts";
export { readModel } from "./onnx/read.ts";
export { writeModel } from "./onnx/write.ts";

export { paramsFromFile, readSafetensors, type TensorFile, writeSafetensors } from "./files/safetensors.ts";

export { type Batches, MAX_EXAMPLES_PER_TASK, planBatches } from "./training/batches.ts";
export { initialParams, layoutOfModel, withParams } from "./training/parameters.ts";
export type { FeatureFormat } from "./training/program.ts";
export { trainingFlopsPerExample } from "./training/training-cost.ts";

export { createEvaluator, type EvaluatorOptions } from "./runtime/evaluator.ts";
export type { LabelledRows } from "./runtime/feeds.ts";
export {
  type ClassCount,
  type Evaluation,
  EVALUATION_CHUNK_ROWS,
  type EvaluationTask,
  type Evaluator,
  type Scores,
} from "./runtime/run-evaluation.ts";
export type { LocalTask, Trained, Trainer } from "./runtime/run-training.ts";
export { createTrainer, type TrainerOptions } from "./runtime/trainer.ts";

export { MAX_WORKERS } from "./pool/checks.ts";
export { MAX_EXIT_WAIT_SECONDS } from "./pool/exit-gate.ts";
export { MAX_OPEN_SESSIONS } from "./pool/handler.ts";
export { MAX_REPLACEMENTS, MAX_WAITING } from "./pool/dispatcher.ts";
export {
  createPool,
  type EvaluationJob,
  MAX_PROGRAMS,
  type PoolOptions,
  type PoolUsage,
  type TrainingJob,
  type TrainingPool,
  type TrainingResult,
} from "./pool/pool.ts";
