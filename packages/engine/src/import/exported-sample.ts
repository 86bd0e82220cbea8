/**
 * Models as PyTorch's exporter writes them, notes included, for tests.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import type { GraphNode, Model, ModuleTensorKind, Origin, TensorData } from "../graph/graph.ts";
import { standardModel } from "../graph/standard-model.ts";
import { float32Tensor } from "../graph/tensors.ts";

/** What a model is made of; it takes "x", [batch, 4], and gives "y", [batch, 3]. */
export interface ExportedParts {
  readonly nodes: readonly GraphNode[];
  readonly initializers: Readonly<Record<string, TensorData>>;
  readonly origins: Readonly<Record<string, Origin>>;
  readonly moduleTensors?: Readonly<Record<string, ModuleTensorKind>>;
}

/** The model of `parts`. Initializers without an origin bear no note of the exporter. */
export function exportedModel({ nodes, initializers, origins, moduleTensors }: ExportedParts): Model {
  const model = standardModel({
    name: "exported",
    inputs: [{ name: "x", dataType: "float32", shape: ["batch", 4] }],
    outputs: [{ name: "y", dataType: "float32", shape: ["batch", 3] }],
    initializers: new Map(Object.entries(initializers)),
    nodes,
  });
  const all = Object.keys(initializers).map((name) => [name, origins[name] ?? unnoted] as const);
  const noted = { ...model, origins: new Map(all) };
  return moduleTensors === undefined ? noted : { ...noted, moduleTensors: new Map(Object.entries(moduleTensors)) };
}

/** The origin of a tensor of the module that the file calls as the module does. */
export function own(kind: ModuleTensorKind, name: string): Origin {
  return { kind, from: [name], through: [] };
}

/** The origin of what the exporter computed from parameters `from` and other values. */
export function computedFrom(from: readonly string[], through: readonly string[] = []): Origin {
  return { kind: "derived", from, through };
}

const unnoted: Origin = { kind: "unnoted", from: [], through: [] };

/** A float32 tensor of different numbers. */
export function numbered(...shape: readonly number[]): TensorData {
  return float32Tensor(
    shape,
    Array.from({ length: elementCount(shape) }, (_, at) => at + 1),
  );
}
