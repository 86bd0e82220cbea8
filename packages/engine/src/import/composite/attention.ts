/**
 * Scaled dot-product attention: Y = softmax(softcap(s · Q Kᵀ) + bias) V, head by head.
 *
 * Queries, keys and values are [batch, heads, time, size], or [batch, time, heads · size] with the number of heads said
 * by the node. Where there are fewer heads of keys than of queries, several of the latter in a row share one.
 * The bias forbids a key to a query: with the lowest number there is instead of −∞, so that a row in which everything
 * is forbidden gives zeros, as ONNX Runtime does, and a gradient of zero instead of one that is not a number.
 *
 * @module
 */
import { floatOf, int, intOf, ints } from "../../graph/attributes.ts";
import type { Dimension, GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { FIXED_SIZES, input, misfit } from "../../graph/operator.ts";
import { scalarLike, times } from "../../graph/operators/constants.ts";
import { int64List, scalarTensor, tensorOf } from "../../graph/tensors.ts";
import type { Composite, Expansion } from "../composite.ts";

/** The lowest float32, for keys that a query must not see. */
const FORBIDDEN = -3.4028234663852886e38;

/** The heads of one attention. */
interface Heads {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  /** [batch, heads, time, size] */
  readonly queries: string;
  /** Those of keys and values, each shared by as many heads of queries as there are for it. */
  readonly keys: string;
  readonly values: string;
}

const attention: Composite = { name: "Attention", expand };

function expand({ graph, node }: Expansion): readonly string[] {
  refuseRare(node);
  const heads = headsOf(graph, node);
  const scores = softCapped(graph, node, scaledProducts(heads));
  const { bias, allowed } = maskOf(heads);
  const open = bias === null ? scores : graph.add("Add", [scores, bias]);
  const shares = graph.add("Softmax", [open], { axis: int(-1) });
  const seen = allowed === null ? shares : graph.add("Where", [allowed, shares, scalarLike(graph, 0, shares)]);
  return [inShapeOfQueries(heads, graph.add("MatMul", [seen, heads.values]))];
}

/** Throws Fault "model-unsupported" for what belongs to generating text token by token, not to training. */
function refuseRare(node: GraphNode): void {
  const has = (place: number): boolean => (node.inputs[place] ?? "") !== "";
  const gives = (place: number): boolean => (node.outputs[place] ?? "") !== "";
  if (has(4) || has(5) || gives(1) || gives(2)) throw misfit(node, "keys and values of the past are not supported");
  if (has(6)) throw misfit(node, "numbers of keys by example (nonpad_kv_seqlen) are not supported; give a mask");
  if (gives(3)) throw misfit(node, "the products of queries and keys as an output are not supported");
  if (intOf(node, "left_window_size", -1) >= 0 || intOf(node, "right_window_size", -1) >= 0) {
    throw misfit(node, "attention windows are not supported; give a mask");
  }
}

function headsOf(graph: GraphBuilder, node: GraphNode): Heads {
  const [q, k, v] = [0, 1, 2].map((place) => input(node, place));
  const queryHeads = intOf(node, "q_num_heads", 0);
  const keyHeads = intOf(node, "kv_num_heads", 0);
  const queries = byHead(graph, node, q ?? "", queryHeads);
  const count = headCount(graph, node, queries);
  const shared = (value: string): string => repeated(graph, node, byHead(graph, node, value, keyHeads), count);
  return { graph, node, queries, keys: shared(k ?? ""), values: shared(v ?? "") };
}

/** [batch, time, heads · size] as [batch, heads, time, size]; what has four axes is so already. */
function byHead(graph: GraphBuilder, node: GraphNode, value: string, heads: number): string {
  const { shape } = graph.typeOf(value);
  if (shape.length === 4) return value;
  const width = shape[2];
  if (shape.length !== 3 || typeof width !== "number" || heads < 1 || width % heads !== 0) {
    throw misfit(node, `an input [${shape.join(", ")}] has no ${heads} heads`);
  }
  const apart = graph.add("Reshape", [value, graph.constant(int64List([0, 0, heads, width / heads]))]);
  return graph.add("Transpose", [apart], { perm: ints([0, 2, 1, 3]) });
}

function headCount(graph: GraphBuilder, node: GraphNode, value: string): number {
  const heads = graph.typeOf(value).shape[1];
  if (typeof heads === "number") return heads;
  throw misfit(node, "the number of heads is not known before the graph runs", FIXED_SIZES);
}

/** Each head of `value` as often in a row as makes `count` heads. */
function repeated(graph: GraphBuilder, node: GraphNode, value: string, count: number): string {
  const heads = headCount(graph, node, value);
  if (heads === count) return value;
  if (count % heads !== 0) throw misfit(node, `${count} heads of queries cannot share ${heads} heads of keys`);
  const size = graph.typeOf(value).shape[3];
  if (typeof size !== "number") {
    throw misfit(node, "the size of a head is not known before the graph runs", FIXED_SIZES);
  }
  const apart = graph.add("Unsqueeze", [value, graph.constant(int64List([2]))]);
  const copies = graph.add("Expand", [apart, graph.constant(int64List([1, 1, count / heads, 1, 1]))]);
  return graph.add("Reshape", [copies, graph.constant(int64List([0, count, -1, size]))]);
}

/** s · Q Kᵀ, with s = 1 ÷ √size unless the node says otherwise. The queries are scaled, which are fewer numbers. */
function scaledProducts({ graph, node, queries, keys }: Heads): string {
  const size = graph.typeOf(queries).shape[3];
  if (typeof size !== "number") {
    throw misfit(node, "the size of a head is not known before the graph runs", FIXED_SIZES);
  }
  const scaled = times(graph, queries, scalarLike(graph, floatOf(node, "scale", 1 / Math.sqrt(size)), queries));
  return graph.add("MatMul", [scaled, graph.add("Transpose", [keys], { perm: ints([0, 1, 3, 2]) })]);
}

/** c · tanh(x ÷ c); x itself where the node has no c */
function softCapped(graph: GraphBuilder, node: GraphNode, scores: string): string {
  const cap = floatOf(node, "softcap", 0);
  if (cap === 0) return scores;
  const bent = graph.add("Tanh", [graph.add("Mul", [scores, scalarLike(graph, 1 / cap, scores)])]);
  return graph.add("Mul", [bent, scalarLike(graph, cap, scores)]);
}

/** What is added to the scores; and, where a row may have nothing to see, the keys that each query may see. */
interface Mask {
  readonly bias: string | null;
  readonly allowed: string | null;
}

function maskOf(heads: Heads): Mask {
  const { graph, node } = heads;
  const given = node.inputs[3] ?? "";
  const causal = intOf(node, "is_causal", 0) === 0 ? null : keysUpToQuery(heads);
  if (given === "") return { bias: causal === null ? null : forbidding(heads, causal, 0), allowed: null };
  requireWholeMask(heads, given);
  if (graph.typeOf(given).dataType === "bool") {
    const allowed = causal === null ? given : graph.add("And", [given, causal]);
    return { bias: forbidding(heads, allowed, 0), allowed };
  }
  return { bias: causal === null ? given : forbidding(heads, causal, given), allowed: null };
}

/** `base` where `allowed`, else the lowest number. */
function forbidding({ graph, queries }: Heads, allowed: string, base: string | number): string {
  const open = typeof base === "string" ? base : scalarLike(graph, base, queries);
  return graph.add("Where", [allowed, open, scalarLike(graph, FORBIDDEN, queries)]);
}

/** Throws Fault "model-unsupported" where the mask says nothing of some keys, which the operator would forbid. */
function requireWholeMask({ graph, node, keys }: Heads, mask: string): void {
  const said = graph.typeOf(mask).shape.at(-1);
  const there = graph.typeOf(keys).shape[2];
  if (typeof said === "number" && typeof there === "number" && said !== 1 && said < there) {
    throw misfit(node, `a mask over ${said} of ${there} keys is not supported`);
  }
}

/** [queries, keys]: whether the place of the key is at most that of the query. */
function keysUpToQuery({ graph, queries, keys }: Heads): string {
  const ofKeys = places(graph, keys);
  const ofQueries = graph.add("Unsqueeze", [places(graph, queries), graph.constant(int64List([1]))]);
  return graph.add("LessOrEqual", [ofKeys, ofQueries]);
}

/** 0, 1, 2 … along the axis of time of `value` [batch, heads, time, size]. */
function places(graph: GraphBuilder, value: string): string {
  const time: Dimension = graph.typeOf(value).shape[2] ?? 0;
  if (typeof time === "number") {
    return graph.constant(
      tensorOf(
        "int64",
        [time],
        Array.from({ length: time }, (_, place) => place),
      ),
    );
  }
  const size = graph.add("Shape", [value], { start: int(2), end: int(3) });
  const scalar = graph.add("Squeeze", [size, graph.constant(int64List([0]))]);
  const number = (of: number): string => graph.constant(scalarTensor("int64", of));
  return graph.add("Range", [number(0), scalar, number(1)]);
}

/** [batch, heads, time, size] as [batch, time, heads · size] where the queries came so. */
function inShapeOfQueries({ graph, node, queries, values }: Heads, result: string): string {
  if (graph.typeOf(input(node, 0)).shape.length === 4) return result;
  const size = graph.typeOf(values).shape[3];
  if (typeof size !== "number") {
    throw misfit(node, "the size of a value is not known before the graph runs", FIXED_SIZES);
  }
  const beside = graph.add("Transpose", [result], { perm: ints([0, 2, 1, 3]) });
  const width = headCount(graph, node, queries) * size;
  return graph.add("Reshape", [beside, graph.constant(int64List([0, 0, width]))]);
}

/** The composites of this family. */
export const attentionComposites: readonly Composite[] = [attention];
