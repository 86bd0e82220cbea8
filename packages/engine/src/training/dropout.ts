/**
 * Dropout whose mask is a function of a seed, so that a step can be repeated anywhere to the bit.
 *
 *     y = x · 1[u ≥ p] ÷ (1 − p),   u = hash(seed, node, position) ÷ 2^32
 *
 * ONNX Runtime's own operator draws from a generator that lives as long as its session: what it drops depends on what
 * ran before. The hash is a 32-bit finaliser of two multiplications and three shifts (the constants are those found by
 * Wellons' search, https://github.com/skeeto/hash-prospector), computed in int64, where products of 32-bit numbers wrap.
 *
 * @module
 */
import { int } from "../graph/attributes.ts";
import { dimensionProduct } from "../graph/dimensions.ts";
import { elementTypeCode } from "../graph/element-types.ts";
import type { GraphNode } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { scalarLike } from "../graph/operators/constants.ts";
import { scalarTensor } from "../graph/tensors.ts";

const WORD = 2 ** 32;
const MULTIPLIERS = [0x21f0aaad, 0xd35a2d97] as const;
const SHIFTS = [16, 15, 15] as const;
/** Steps between positions and between nodes: odd, so that 2^32 of them are all different. */
const POSITION_STEP = 0x9e3779b1;
const NODE_STEP = 0x85ebca6b;

/** What to drop. */
export interface Dropping {
  readonly node: GraphNode;
  /** The number of the node among those that drop, so that no two drop the same. */
  readonly place: number;
  /** The share p of elements that is dropped, in [0, 1). */
  readonly ratio: number;
  /** The value of the seed, an int64 scalar in [0, 2^32). */
  readonly seed: string;
}

/** Appends dropout under the name of the output of its node. */
export function appendDropout(graph: GraphBuilder, { node, place, ratio, seed }: Dropping): void {
  const [x = ""] = node.inputs;
  const [y = ""] = node.outputs;
  const offset = hashed(graph, graph.add("Add", [scramble(graph, seed), int64(graph, place * NODE_STEP)]));
  const word = hashed(graph, mixedPositions(graph, x, offset));
  const isKept = graph.add("GreaterOrEqual", [word, int64(graph, Math.round(ratio * WORD))]);
  const kept = graph.add("Cast", [isKept], { to: int(elementTypeCode("float32")) });
  const factor = graph.add("Mul", [kept, scalarLike(graph, 1 / (1 - ratio), x)]);
  const inputs = [x, graph.add("Reshape", [factor, graph.add("Shape", [x])])];
  graph.append({ name: y, operator: "Mul", domain: "", inputs, outputs: [y], attributes: {} });
}

/** The seed spread over all its bits, so that neighbouring seeds have nothing in common. */
function scramble(graph: GraphBuilder, seed: string): string {
  return hashed(graph, graph.add("Add", [seed, int64(graph, POSITION_STEP)]));
}

/** A 32-bit word for each element of `x`, in a list: its position times a constant, plus `offset`. */
function mixedPositions(graph: GraphBuilder, x: string, offset: string): string {
  const count = graph.add("Size", [x]);
  const positions = graph.fresh("positions");
  graph.append(
    {
      name: positions,
      operator: "Range",
      domain: "",
      inputs: [int64(graph, 0), count, int64(graph, 1)],
      outputs: [positions],
      attributes: {},
    },
    [{ dataType: "int64", shape: [dimensionProduct(graph.typeOf(x).shape)] }],
  );
  const spread = graph.add("Mul", [positions, int64(graph, POSITION_STEP)]);
  return lowWord(graph, graph.add("Add", [spread, offset]));
}

/** The finaliser: w ^= w >> s; w *= m; … in the low 32 bits. */
function hashed(graph: GraphBuilder, word: string): string {
  const mixed = MULTIPLIERS.reduce((value, multiplier, at) => {
    const folded = shifted(graph, lowWord(graph, value), SHIFTS[at] ?? 0);
    return lowWord(graph, graph.add("Mul", [folded, int64(graph, multiplier)]));
  }, word);
  return shifted(graph, mixed, SHIFTS[2]);
}

/** w ^ (w >> s) of words in [0, 2^32). */
function shifted(graph: GraphBuilder, word: string, shift: number): string {
  const high = graph.add("Div", [word, int64(graph, 2 ** shift)]);
  return graph.add("BitwiseXor", [word, high]);
}

function lowWord(graph: GraphBuilder, value: string): string {
  return graph.add("BitwiseAnd", [value, int64(graph, WORD - 1)]);
}

function int64(graph: GraphBuilder, value: number): string {
  return graph.constant(scalarTensor("int64", value));
}
