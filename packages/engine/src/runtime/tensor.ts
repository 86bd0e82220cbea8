/**
 * Tensors on their way into a session or out of it: plain data, whatever runs the session.
 *
 * @module
 */

/** Values, one after another, and how they lie: row by row. */
export type Tensor =
  | TensorOf<"float32", Float32Array>
  | TensorOf<"int64", BigInt64Array>
  | TensorOf<"int32", Int32Array>
  | TensorOf<"uint8", Uint8Array>;

interface TensorOf<Type, Values> {
  readonly type: Type;
  readonly data: Values;
  readonly dims: readonly number[];
}

/** Tensors by the names of the graph's inputs or outputs. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** The outputs that are wanted, and where their values are to be written; null: nowhere. */
export type Targets = Readonly<Record<string, Tensor | null>>;

/** A float32 tensor over `values`, which are not copied. */
export function float32(values: Float32Array, shape: readonly number[]): Tensor {
  return { type: "float32", data: values, dims: shape };
}

/** An int64 tensor over `values`, which are not copied. */
export function int64(values: BigInt64Array, shape: readonly number[]): Tensor {
  return { type: "int64", data: values, dims: shape };
}

/** A tensor over stored features, which are not copied. */
export function featureTensor(values: Uint8Array | Int32Array | Float32Array, shape: readonly number[]): Tensor {
  if (values instanceof Uint8Array) return { type: "uint8", data: values, dims: shape };
  return values instanceof Int32Array ? { type: "int32", data: values, dims: shape } : float32(values, shape);
}
