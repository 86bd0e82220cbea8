/**
 * The graph in memory: what an ONNX model says, as plain data that is easy to read, rewrite and derive.
 *
 * @module
 */

/** The element types that graphs here may hold. */
export type DataType = "float32" | "float64" | "float16" | "int64" | "int32" | "int8" | "uint8" | "bool";

/** A constant tensor. int64 values are bigints; float16 values are their bits; bool values are 0 or 1. */
export type TensorData =
  | { readonly dataType: "float32"; readonly shape: readonly number[]; readonly values: Float32Array }
  | { readonly dataType: "float64"; readonly shape: readonly number[]; readonly values: Float64Array }
  | { readonly dataType: "float16"; readonly shape: readonly number[]; readonly values: Uint16Array }
  | { readonly dataType: "int64"; readonly shape: readonly number[]; readonly values: BigInt64Array }
  | { readonly dataType: "int32"; readonly shape: readonly number[]; readonly values: Int32Array }
  | { readonly dataType: "int8"; readonly shape: readonly number[]; readonly values: Int8Array }
  | { readonly dataType: "uint8" | "bool"; readonly shape: readonly number[]; readonly values: Uint8Array };

/** An attribute of a node. Integers are plain numbers: every integer attribute of ONNX in use fits 2^53. */
export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "strings"; readonly value: readonly string[] }
  | { readonly kind: "tensor"; readonly value: TensorData }
  | { readonly kind: "graph"; readonly value: Graph };

/** One operation. An empty input name stands for an optional input that is left out. */
export interface GraphNode {
  readonly name: string;
  readonly operator: string;
  /** "" for the standard operators. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A dimension: a number, or the name of one that is known when the graph runs ("batch"). */
export type Dimension = number | string;

/** What is known of a value before the graph runs. */
export interface TensorType {
  readonly dataType: DataType;
  readonly shape: readonly Dimension[];
}

/** A value's name, element type and shape; `shape` is null where the file does not say. */
export interface ValueInfo {
  readonly name: string;
  readonly dataType: DataType;
  readonly shape: readonly Dimension[] | null;
  /** Whether the file says nothing at all, as it may inside of nodes; `dataType` means nothing then. */
  readonly isUntyped?: true;
}

/** A graph in topological order of its nodes. Every value has one producer: a node, an input or an initializer. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: ReadonlyMap<string, TensorData>;
  readonly nodes: readonly GraphNode[];
  /** The types of values that nodes make, as far as they are known: a runtime plans its memory by them. */
  readonly types?: ReadonlyMap<string, TensorType>;
}

/** What a tensor of a module is: a parameter, a buffer, or a buffer that its state leaves out. */
export type ModuleTensorKind = "parameter" | "buffer" | "transient";

/**
 * What the exporter says an initializer is: one of the module's own tensors; derived, that is computed from some of them,
 * parameters among them; a constant, that is a literal or computed without a parameter; or "unnoted" where it does not say.
 */
export interface Origin {
  readonly kind: ModuleTensorKind | "derived" | "constant" | "unnoted";
  /** The module's names of its tensors that the initializer is or is computed from. */
  readonly from: readonly string[];
  /** The names of what else it is computed from: literals and intermediate values. */
  readonly through: readonly string[];
}

/** A model: a graph with the operator-set versions by domain ("" is the standard one) and free-form metadata. */
export interface Model {
  readonly graph: Graph;
  /** Where initializers come from, by name; left out where the exporter took no notes. */
  readonly origins?: ReadonlyMap<string, Origin>;
  /** The tensors of the module that the model was exported from, by name; left out where the exporter does not list them. */
  readonly moduleTensors?: ReadonlyMap<string, ModuleTensorKind>;
  readonly irVersion: number;
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
}
