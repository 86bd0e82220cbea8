/**
 * Self-attention: every place of a sequence takes from others what their keys answer to its query.
 *
 *     Q, K, V = x W_qᵀ + b_q, x W_kᵀ, x W_vᵀ + b_v     y = softmax(Q Kᵀ ÷ √d + mask) V W_oᵀ + b_o
 *
 * for each of the heads, which share the width: d = width ÷ heads. The mask of causal attention is −1e30 for all later
 * places. Keys have no bias: the softmax would take it away again.
 *
 * Vaswani, Shazeer, Parmar, Uszkoreit, Jones, Gomez, Kaiser, Polosukhin, "Attention Is All You Need", NeurIPS 2017.
 * https://arxiv.org/abs/1706.03762
 *
 * @module
 */
import { int, ints } from "../graph/attributes.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { scalarLike } from "../graph/operators/constants.ts";
import { float32Tensor, int64List } from "../graph/tensors.ts";
import { equalParts } from "../import/composite/parts.ts";
import { checkParts, checkSize } from "./checks.ts";
import { checkSpread, type InitialSpread } from "./initial-values.ts";
import { type Layer, type LayerPlace, sequenceSizes } from "./layer.ts";
import { appendLinear, linearParameters } from "./linear.ts";

/** Options of {@link selfAttention}. */
export interface SelfAttentionOptions {
  /** The number of heads, ≥ 1, which divides the width. */
  readonly heads: number;
  /** Whether a place sees only itself and those before it; no unless given. */
  readonly causal?: boolean;
  /**
   * Whether queries, keys and values are made by one matrix, "attention.weight" of [3 · width, width] without bias, or
   * by three, "query", "key" and "value", which is the default.
   */
  readonly projections?: "joint" | "separate";
  /** How wide the initial weights are spread; "glorot" unless given. */
  readonly spread?: InitialSpread;
  /** The same for the last projection, "projection"; like `spread` unless given. */
  readonly outputSpread?: InitialSpread;
}

/** What rules a place out; small enough for float32, and large enough to leave no weight. */
const RULED_OUT = -1e30;

/** Self-attention: [batch, places, width] becomes another such. Throws Fault "option-invalid". */
export function selfAttention(options: SelfAttentionOptions): Layer {
  const { heads, causal = false, spread = "glorot", outputSpread = spread } = options;
  checkSize("selfAttention", "heads", heads);
  checkSpread("selfAttention", spread);
  checkSpread("selfAttention", outputSpread);
  return {
    kind: "attention",
    append: (place) => {
      const { graph, name, output } = place;
      const [length, width] = sequenceSizes(place);
      checkParts(name, "heads", heads, ["values", width]);
      const shape = [-1, length, heads, width / heads];
      const mixed = appendMixture(graph, projected(place, options, width), { shape, causal });
      const joined = graph.add("Reshape", [mixed, graph.constant(int64List([-1, length, width]))]);
      const parameters = { name: "projection", inputs: width, units: width, bias: true, spread: outputSpread };
      return appendLinear(graph, { input: joined, ...linearParameters(place, parameters) }, output);
    },
  };
}

/** Queries, keys and values, each [batch, places, width]. */
function projected(place: LayerPlace, options: SelfAttentionOptions, width: number): readonly string[] {
  const { graph, input } = place;
  const { projections = "separate", spread = "glorot" } = options;
  const project = (name: string, units: number, bias: boolean): string => {
    const map = linearParameters(place, { name, inputs: width, units, bias, spread });
    return appendLinear(graph, { input, ...map });
  };
  if (projections === "joint") return equalParts(graph, project("attention", 3 * width, false), 2, 3);
  return [project("query", width, true), project("key", width, false), project("value", width, true)];
}

interface Heads {
  /** [batch, places, heads, values of a head] */
  readonly shape: readonly number[];
  readonly causal: boolean;
}

/** Appends softmax(Q Kᵀ ÷ √d + mask) V, [batch, places, heads, values of a head]. */
function appendMixture(graph: GraphBuilder, projections: readonly string[], { shape, causal }: Heads): string {
  const [, length = 1, , size = 1] = shape;
  const target = graph.constant(int64List(shape));
  const [query = "", key = "", value = ""] = projections.map((projection, at) => {
    const heads = graph.add("Reshape", [projection, target]);
    return graph.add("Transpose", [heads], { perm: ints(at === 1 ? [0, 2, 3, 1] : [0, 2, 1, 3]) });
  });
  const scaled = graph.add("Mul", [query, scalarLike(graph, 1 / Math.sqrt(size), query)]);
  const scores = graph.add("MatMul", [scaled, key]);
  const masked = causal ? graph.add("Add", [scores, causalMask(graph, length)]) : scores;
  const weights = graph.add("Softmax", [masked], { axis: int(-1) });
  return graph.add("Transpose", [graph.add("MatMul", [weights, value])], { perm: ints([0, 2, 1, 3]) });
}

/** 0 on and below the diagonal of [length, length], and what rules out above; one for all layers of the model. */
function causalMask(graph: GraphBuilder, length: number): string {
  const name = `causal-mask-${length}`;
  if (graph.has(name)) return name;
  const numbers = Array.from({ length: length * length }, (_, at) =>
    at % length > Math.floor(at / length) ? RULED_OUT : 0,
  );
  const value = { kind: "tensor", value: float32Tensor([length, length], numbers) } as const;
  return graph.add("Constant", [], { value }, name);
}
