/**
 * Kinds of work: operators that take a device about as long for the same arithmetic, bytes and runs.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import { intOf } from "../graph/attributes.ts";
import type { GraphNode } from "../graph/graph.ts";
import { BLOCKED_DOMAIN } from "../graph/operators/blocked-channels.ts";

/**
 * The kinds. What an "alias" gives is its input under another shape, so that nothing is moved. Convolutions are wide where
 * their windows have more cells than those of layers do, as in gradients for weights, or more than two axes. Pooling is
 * indexed where it also says where the maxima are. Convolutions are blocked, and images reordered, where channels lie in
 * blocks.
 */
export const workKinds = [
  "alias",
  "blocked-convolution",
  "constant",
  "convolution",
  "elementwise",
  "function",
  "grouped-convolution",
  "grouped-transposed-convolution",
  "indexed-pooling",
  "movement",
  "normalisation",
  "pooling",
  "product",
  "reduction",
  "reordering",
  "transposed-convolution",
  "transposition",
  "wide-convolution",
] as const;

/** A kind of work. */
export type WorkKind = (typeof workKinds)[number];

/** The operators of each kind; all others work on each element. */
const kinds: readonly (readonly [WorkKind, RegExp])[] = [
  ["alias", /^(Dropout|Flatten|Identity|Reshape|Squeeze|Unsqueeze)$/u],
  ["constant", /^Constant$/u],
  ["convolution", /^(Conv|ConvTranspose)$/u],
  ["function", /^(A?(Cos|Sin|Tan)h?|Celu|Elu|Erf|Exp|Log|LogSoftmax|Mish|Mod|Pow|Selu|Sigmoid|Softmax|Softplus)$/u],
  ["movement", /^(Concat|ConstantOfShape|Expand|Gather.*|OneHot|Pad|Range|ReverseSequence|Scatter.*)$/u],
  ["movement", /^(DepthToSpace|Slice|SpaceToDepth|Split|Tile|Trilu)$/u],
  ["normalisation", /^(Batch|Instance|Layer|Lp)Normalization$/u],
  ["pooling", /^((Global)?(Average|Max)Pool|MaxUnpool)$/u],
  ["product", /^(Einsum|Gemm|MatMul)$/u],
  ["reduction", /^(Reduce.*|Arg(Max|Min)|CumSum|TopK)$/u],
  ["transposition", /^Transpose$/u],
];

/** The most cells of a window that is not wide: 7 by 7. */
const WINDOW_CELLS = 49;
/** The dimensions of an image: batch, channels, rows, columns. */
const IMAGE_RANK = 4;

/** The kind of work that a node is whose inputs have these shapes. */
export function workKindOf(node: GraphNode, inputs: readonly (readonly number[])[]): WorkKind {
  const { operator, domain, outputs } = node;
  if (domain === BLOCKED_DOMAIN) return operator === "Conv" ? "blocked-convolution" : "reordering";
  const kind = kinds.find(([, operators]) => operators.test(operator))?.[0] ?? "elementwise";
  if (kind === "convolution") return convolutionKind(node, inputs[1] ?? []);
  return operator === "MaxPool" && (outputs[1] ?? "") !== "" ? "indexed-pooling" : kind;
}

function convolutionKind(node: GraphNode, weights: readonly number[]): WorkKind {
  const isGrouped = intOf(node, "group", 1) > 1;
  if (node.operator === "ConvTranspose") {
    return isGrouped ? "grouped-transposed-convolution" : "transposed-convolution";
  }
  if (isGrouped) return "grouped-convolution";
  return isWide(weights) ? "wide-convolution" : "convolution";
}

function isWide(weights: readonly number[]): boolean {
  return weights.length > IMAGE_RANK || elementCount(weights.slice(2)) > WINDOW_CELLS;
}
