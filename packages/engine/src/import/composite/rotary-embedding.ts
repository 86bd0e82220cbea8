/**
 * Rotary position embedding: pairs (a, b) of each vector are turned by an angle that belongs to their place in the
 * sequence.
 *
 *     a′ = a · cos − b · sin     b′ = a · sin + b · cos
 *
 * a and b are the two halves of the vector, or its even and its odd elements where it is `interleaved`; of the vector
 * only the first `rotary_embedding_dim` elements are turned.
 *
 * Su, Lu, Pan, Murtadha, Wen, Liu, "RoFormer: Enhanced Transformer with Rotary Position Embedding", Neurocomputing 568,
 * 2024. https://arxiv.org/abs/2104.09864
 *
 * @module
 */
import { int, intOf } from "../../graph/attributes.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { input, misfit } from "../../graph/operator.ts";
import { reshapeLike } from "../../graph/operators/layout.ts";
import { int64List } from "../../graph/tensors.ts";
import type { Composite, Expansion } from "../composite.ts";
import { equalParts, partsOfSizes } from "./parts.ts";

const rotaryEmbedding: Composite = { name: "RotaryEmbedding", expand };

function expand({ graph, node }: Expansion): readonly string[] {
  const x = input(node, 0);
  const { shape } = graph.typeOf(x);
  const headsFirst = shape.length === 4;
  const apart = headsFirst ? x : headsApart(graph, node, x);
  const size = graph.typeOf(apart).shape[3];
  const turnedSize = intOf(node, "rotary_embedding_dim", 0) || size;
  if (typeof size !== "number" || typeof turnedSize !== "number" || turnedSize % 2 !== 0 || turnedSize > size) {
    throw misfit(node, `${String(turnedSize)} elements of vectors of ${String(size)} cannot be turned in pairs`);
  }
  const parts = partsOfSizes(graph, apart, 3, turnedSize < size ? [turnedSize, size - turnedSize] : [size]);
  const [first = "", ...rest] = parts;
  const turned = turn(graph, node, first, headsFirst ? 1 : 2);
  const whole = rest.length === 0 ? turned : graph.add("Concat", [turned, ...rest], { axis: int(3) });
  return [headsFirst ? whole : reshapeLike(graph, whole, x)];
}

/** [batch, time, heads · size] as [batch, time, heads, size]. */
function headsApart(graph: GraphBuilder, node: GraphNode, x: string): string {
  const heads = intOf(node, "num_heads", 0);
  if (heads < 1) throw misfit(node, "num_heads is needed for an input of three axes");
  return graph.add("Reshape", [x, graph.constant(int64List([0, 0, heads, -1]))]);
}

/** `x`, of four axes that `headsAxis` is one of, with each pair turned. */
function turn(graph: GraphBuilder, node: GraphNode, x: string, headsAxis: number): string {
  const interleaved = intOf(node, "interleaved", 0) !== 0;
  const paired = interleaved ? graph.add("Reshape", [x, graph.constant(int64List([0, 0, 0, -1, 2]))]) : x;
  const axis = interleaved ? 4 : 3;
  const [a = "", b = ""] = equalParts(graph, paired, axis, 2);
  const axes = graph.constant(int64List(interleaved ? [headsAxis, 4] : [headsAxis]));
  const [cos = "", sin = ""] = [1, 2].map((place) => graph.add("Unsqueeze", [angles(graph, node, place), axes]));
  const product = (left: string, right: string): string => graph.add("Mul", [left, right]);
  const turnedA = graph.add("Sub", [product(a, cos), product(b, sin)]);
  const turnedB = graph.add("Add", [product(a, sin), product(b, cos)]);
  const joined = graph.add("Concat", [turnedA, turnedB], { axis: int(axis) });
  return interleaved ? reshapeLike(graph, joined, x) : joined;
}

/** The cosines or sines [batch, time, pairs] that input `place` holds, in a table by place where places are given. */
function angles(graph: GraphBuilder, node: GraphNode, place: number): string {
  const table = input(node, place);
  const places = node.inputs[3] ?? "";
  return places === "" ? table : graph.add("Gather", [table, places]);
}

/** The composites of this family. */
export const rotaryComposites: readonly Composite[] = [rotaryEmbedding];
