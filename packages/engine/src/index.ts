/**
 * `@potluck/engine`: trains ONNX models. It differentiates the graph of a model, adds the step of a local solver, and
 * runs the result on ONNX Runtime.
 *
 * @module
 */
export type {
  Attribute,
  DataType,
  Dimension,
  Graph,
  GraphNode,
  Model,
  ModuleTensorKind,
  Origin,
  TensorData,
  ValueInfo,
} from "./graph/graph.ts";
export { type SelfAttentionOptions, selfAttention } from "./builder/attention.ts";
export { named } from "./builder/chain.ts";
export { type Conv2dOptions, conv2d } from "./builder/convolution.ts";
export { dense, type DenseOptions } from "./builder/dense.ts";
export {
  embedding,
  type EmbeddingOptions,
  positions,
  type PositionsOptions,
  tiedOutput,
  type TiedOutputOptions,
} from "./builder/embedding.ts";
export { classToken, type ClassTokenOptions, patches, type PatchesOptions } from "./builder/image-tokens.ts";
export type { InitialSpread } from "./builder/initial-values.ts";
export { invertedResidual, type InvertedResidualOptions } from "./builder/inverted-residual.ts";
export type { Layer } from "./builder/layer.ts";
export {
  batchNorm,
  type BatchNormOptions,
  groupNorm,
  type GroupNormOptions,
  layerNorm,
  type NormOptions,
} from "./builder/normalisation.ts";
export {
  averagePool2d,
  dropout,
  type DropoutOptions,
  elu,
  firstPlace,
  flatten,
  gelu,
  type GeluOptions,
  globalAveragePool2d,
  leakyRelu,
  maxPool2d,
  type Pool2dOptions,
  relu,
  relu6,
  sigmoid,
  silu,
  softplus,
  tanh,
} from "./builder/plain-layers.ts";
export { gru, lstm, type RecurrentOptions } from "./builder/recurrent.ts";
export { residual, type ResidualOptions } from "./builder/residual.ts";
export { mlp, type MlpOptions, sequential, type SequentialOptions } from "./builder/sequential.ts";
export { transformerBlock, type TransformerBlockOptions } from "./builder/transformer-block.ts";
export { charGru, charLstm, type CharRnnOptions } from "./builder/presets/char-rnn.ts";
export { fedAvgCnn, type FedAvgCnnOptions } from "./builder/presets/fed-avg-cnn.ts";
export { gpt, type GptOptions } from "./builder/presets/gpt.ts";
export { lenet5, type LeNet5Options } from "./builder/presets/lenet-5.ts";
export { logisticRegression, type LogisticRegressionOptions } from "./builder/presets/logistic-regression.ts";
export { type MobileNetStage, mobileNetV2, type MobileNetV2Options } from "./builder/presets/mobile-net-v2.ts";
export { resnet20, type ResNet20Options } from "./builder/presets/resnet-20.ts";
export { vitTiny, type VitTinyOptions } from "./builder/presets/vit-tiny.ts";
export { MAX_PARAMETERS } from "./graph/capacity.ts";
export { type Calibration, calibrate, type Rate } from "./cost/calibration.ts";
export { type Cost, costOf } from "./cost/graph-cost.ts";
export type { NamedSizes } from "./cost/node-costs.ts";
export { predictedStepSeconds } from "./cost/prediction.ts";
export type { StepOptions } from "./cost/step-costs.ts";
export type { WorkKind } from "./cost/work.ts";
export type { ConstantReason, ParameterRules, Role } from "./import/parameter-roles.ts";
export {
  type InitializerReport,
  type Inspection,
  type InspectionOptions,
  inspectModel,
  type TrainingReport,
} from "./inspection/inspection.ts";
export type { LayerReport } from "./inspection/layers.ts";
export type { Obstacle } from "./inspection/problems.ts";
export type { Warning } from "./inspection/warnings.ts";

export { binaryCrossEntropy } from "./objective/binary-cross-entropy.ts";
export { crossEntropy, type CrossEntropyOptions } from "./objective/cross-entropy.ts";
export { expressionLoss } from "./objective/expression-loss.ts";
export { huber, type HuberOptions } from "./objective/huber.ts";
export { meanSquaredError } from "./objective/mean-squared-error.ts";
export { nextToken, type NextTokenOptions } from "./objective/next-token.ts";
export { namedObjective } from "./objective/named-objective.ts";
export type { Objective, ObjectiveReference } from "./objective/objective.ts";
export { softCrossEntropy } from "./objective/soft-cross-entropy.ts";
export {
  accuracy,
  type ClassAccuracy,
  classAccuracies,
  type Hits,
  type LabelledHits,
  type LossTotal,
  meanLossOf,
  perplexity,
  topKAccuracy,
  totalLoss,
} from "./objective/metrics.ts";

export type { DataFiles } from "./onnx/data-files.ts";
export { readModel } from "./onnx/read.ts";
export { writeModel } from "./onnx/write.ts";

export {
  MAX_DATA_FILE_BYTES,
  MAX_MODEL_FILE_BYTES,
  type ModelFileOptions,
  readModelFile,
  writeModelFile,
} from "./files/model-file.ts";
export { paramsFromStateDict, type StateDict, stateDict } from "./files/state-dict.ts";
export { paramsFromFile, readSafetensors, type TensorFile, writeSafetensors } from "./files/safetensors.ts";

export { type Batches, MAX_EXAMPLES_PER_TASK, planBatches } from "./training/batches.ts";
export { initialParams, layoutOfModel, withParams } from "./training/parameters.ts";
export type { FeatureFormat, TargetFormat } from "./training/program.ts";
export { type InversionSize, MAX_INVERTED_EXAMPLES, MAX_UNROLLED_STEPS } from "./training/inversion-program.ts";
export { inversionFlops, trainingFlopsPerExample } from "./training/training-cost.ts";

export type { Backend, RuntimeOptions } from "./runtime/backend.ts";
export { createEvaluator, type EvaluatorOptions } from "./runtime/evaluator.ts";
export {
  createExampleGradients,
  type ExampleGradients,
  type ExampleGradientsOptions,
  type SummedGradients,
} from "./runtime/example-gradients.ts";
export type { ExampleRows, StoredFeatures } from "./runtime/feeds.ts";
export { createGradient } from "./runtime/gradient.ts";
export { createInverter, type InverterOptions } from "./runtime/inverter.ts";
export { createHessian, createJacobian } from "./runtime/products.ts";
export {
  type Evaluation,
  EVALUATION_CHUNK_ROWS,
  type EvaluationTask,
  type Evaluator,
  type Scores,
} from "./runtime/run-evaluation.ts";
export {
  type InversionTask,
  type Inverted,
  type Inverter,
  type MadeUp,
  MAX_INVERSION_ITERATIONS,
  type ReplayTask,
} from "./runtime/run-inversion.ts";
export type { BatchTask, DirectionTask, Hessian, HessianTimesVector, Jacobian } from "./runtime/run-products.ts";
export type { Gradient, LossGradient } from "./runtime/run-gradient.ts";
export type { LocalTask, Trained, Trainer } from "./runtime/run-training.ts";
export { createTrainer, type SpeedUp, type TrainerOptions } from "./runtime/trainer.ts";

export { MAX_EXIT_WAIT_SECONDS, MAX_WORKERS } from "./pool/checks.ts";
export { type ConversionJob, type ConversionResult, MAX_INVERSION_PROGRAMS } from "./pool/conversions.ts";
export {
  GRADIENT_PIECE,
  type GradientSum,
  type GradientSums,
  sumGradients,
  type WeightedRows,
} from "./pool/sum-gradients.ts";
export { MAX_OPEN_SESSIONS } from "./pool/handler.ts";
export { MAX_REPLACEMENTS, MAX_WAITING } from "./pool/dispatcher.ts";
export type { EvaluationJob, GradientsJob, PoolUsage, TrainingJob, TrainingPool, TrainingResult } from "./pool/jobs.ts";
export type { Checkpoint, Checkpoints } from "./pool/parts.ts";
export { createPool, MAX_PROGRAMS, type PoolOptions } from "./pool/pool.ts";
export { type Keeping, keepingOf, type Provision } from "./task/keeping.ts";
export { codecOf } from "./task/made-once.ts";
export { type Load, loadOf } from "./task/load.ts";
export { type Pace, type PacedTask, UNPACED } from "./task/pace.ts";
export { type Answer, answerOf, type Failure, type Outcome, type Sending, trainTask } from "./task/train-task.ts";
