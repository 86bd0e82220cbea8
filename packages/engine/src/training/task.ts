/**
 * The learning task that a model and an objective make together: what goes in, and what is asked of what comes out.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import { isFloating } from "../graph/element-types.ts";
import type { DataType, Graph, Model, ValueInfo } from "../graph/graph.ts";
import type { TensorType } from "../graph/graph-builder.ts";
import { shapeText } from "../graph/dimensions.ts";
import type { Objective } from "../objective/objective.ts";
import { type ExampleRules, RESERVED_PREFIX, type TargetFormat } from "./program.ts";
import { vocabularyOf } from "./vocabulary.ts";

/** A model and an objective that fit. */
export interface LearningTask extends ExampleRules {
  readonly objective: Objective;
  /** The input that takes the features, [batch, …]. */
  readonly features: ValueInfo;
  /** The output that is scored, [batch, …]. */
  readonly output: ValueInfo;
}

/** The element types that features may have. */
const FEATURE_TYPES: readonly DataType[] = ["float32", "int64", "int32"];

/** What `objective` asks of `model`. Throws Fault "model-unsupported" where the two do not fit. */
export function learningTask({ graph }: Model, objective: Objective): LearningTask {
  refuseReservedNames(graph);
  const features = onlyOne(graph.inputs, "input");
  const output = onlyOne(graph.outputs, "output");
  const exampleShape = fixedSizes(features, FEATURE_TYPES);
  fixedSizes(output, ["float32"]);
  const targets = objective.targets(typeOf(output), typeOf(features));
  return {
    objective,
    features,
    exampleShape,
    vocabulary: vocabularyOf(graph, features),
    output,
    targets: targets === null ? null : targetFormat(targets),
    labels: objective.labels?.(typeOf(output)) ?? null,
    probabilities: objective.probabilities ?? null,
  };
}

/** What a task says of examples: for a program, which knows nothing else of it. */
export function rulesOf({ exampleShape, vocabulary, targets, labels, probabilities }: LearningTask): ExampleRules {
  return { exampleShape, vocabulary, targets, labels, probabilities };
}

function typeOf({ dataType, shape }: ValueInfo): TensorType {
  return { dataType, shape: shape ?? [] };
}

function targetFormat({ dataType, shape }: TensorType): TargetFormat {
  const sizes = shape.slice(1).filter((size) => typeof size === "number");
  return { dataType: dataType === "int64" ? "int64" : "float32", shape: sizes };
}

function onlyOne(values: readonly ValueInfo[], what: string): ValueInfo {
  const [first, ...more] = values;
  if (first !== undefined && more.length === 0) return first;
  const names = values.map(({ name }) => `"${name}"`).join(", ");
  throw new Fault(
    "model-unsupported",
    `the model has ${values.length} ${what}s (${names}) instead of one`,
    "Export a model that takes one tensor and gives one, both with the batch first.",
  );
}

/** The sizes of one example, all but the first dimension. */
function fixedSizes(value: ValueInfo, dataTypes: readonly DataType[]): readonly number[] {
  const { name, dataType, shape } = value;
  const [batch, ...example] = shape ?? [];
  const sizes = example.filter((size) => typeof size === "number");
  if (isFloating(dataType) && !dataTypes.includes(dataType)) {
    throw new Fault(
      "model-unsupported",
      `"${name}" is ${dataType}, and models are trained in float32`,
      "Export the model in float32 (model.float() before torch.onnx.export).",
    );
  }
  if (dataTypes.includes(dataType) && typeof batch === "string" && sizes.length === example.length) return sizes;
  throw new Fault(
    "model-unsupported",
    `"${name}" is ${dataType}${shape === null ? "[?]" : shapeText(shape)}, not ${dataTypes.join(" or ")} [batch, fixed sizes…]`,
    "Export the model with a batch dimension that may vary and all others fixed (dynamic_shapes in torch.onnx.export).",
  );
}

function refuseReservedNames({ inputs, initializers, nodes }: Graph): void {
  const names = [...inputs.map(({ name }) => name), ...initializers.keys(), ...nodes.flatMap(({ outputs }) => outputs)];
  const reserved = names.find((name) => name.startsWith(RESERVED_PREFIX));
  if (reserved === undefined) return;
  throw new Fault(
    "model-unsupported",
    `the model has a value "${reserved}"; names that start with "${RESERVED_PREFIX}" are reserved`,
    "Rename the value.",
  );
}
