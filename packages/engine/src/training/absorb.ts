/**
 * Lets a matrix product absorb the arithmetic that is done to its result:
 *
 *     c · (A·B)   X + A·B   X − A·B   A·B − X   with X = c · Y or not
 *
 * become one Gemm node, α A·B + β Y. The step of plain descent, w − η · xᵀd, is then a single pass over w instead
 * of three. Where a product is also used elsewhere it stays as it is.
 *
 * @module
 */
import { float, floatOf, int, intOf } from "../graph/attributes.ts";
import { valuesUsed } from "../graph/check.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";

/** What must be known of values: a builder knows it. */
export type Knowledge = Pick<GraphBuilder, "typeOf" | "constantOf">;

/** α A·B + β C, where `addend` is C. */
interface Product {
  readonly node: GraphNode;
  readonly alpha: number;
  readonly beta: number;
  readonly addend: string | null;
}

interface Absorption {
  readonly known: Knowledge;
  /** How often each value is used. */
  readonly uses: ReadonlyMap<string, number>;
  /** The nodes that stay, by their first output. */
  readonly nodes: Map<string, GraphNode>;
}

/** `graph` with arithmetic absorbed into the products before it. */
export function absorbIntoProducts(graph: Graph, known: Knowledge): Graph {
  const absorption: Absorption = { known, uses: countUses(graph), nodes: new Map() };
  for (const node of graph.nodes) {
    const [first = ""] = node.outputs;
    absorption.nodes.set(first, absorbed(absorption, node) ?? node);
  }
  return { ...graph, nodes: [...absorption.nodes.values()] };
}

function absorbed(absorption: Absorption, node: GraphNode): GraphNode | null {
  const [left = "", right = ""] = node.inputs;
  switch (node.operator) {
    case "Mul":
      return scaled(absorption, node, left, right) ?? scaled(absorption, node, right, left);
    case "Add":
      return (
        summed(absorption, node, { product: right, sign: 1, addend: left, addendSign: 1 }) ??
        summed(absorption, node, { product: left, sign: 1, addend: right, addendSign: 1 })
      );
    case "Sub":
      return (
        summed(absorption, node, { product: right, sign: -1, addend: left, addendSign: 1 }) ??
        summed(absorption, node, { product: left, sign: 1, addend: right, addendSign: -1 })
      );
    default:
      return null;
  }
}

/** factor · product as one node, or null where that is not what the two values are. */
function scaled(absorption: Absorption, node: GraphNode, factor: string, product: string): GraphNode | null {
  const constant = scalarConstant(absorption, factor);
  const inner = productOf(absorption, product);
  if (constant === null || inner === null) return null;
  absorption.nodes.delete(product);
  return gemm(node, { ...inner, alpha: constant * inner.alpha, beta: constant * inner.beta });
}

interface Sum {
  readonly product: string;
  readonly sign: 1 | -1;
  readonly addend: string;
  readonly addendSign: 1 | -1;
}

/** sign · product + addendSign · addend as one node, or null where that is not what the two values are. */
function summed(absorption: Absorption, node: GraphNode, { product, sign, addend, addendSign }: Sum): GraphNode | null {
  const inner = productOf(absorption, product);
  if (inner === null || inner.addend !== null || !sameShape(absorption, product, addend)) return null;
  const outer = scaleOf(absorption, addend);
  absorption.nodes.delete(product);
  if (outer.value !== addend) absorption.nodes.delete(addend);
  return gemm(node, { ...inner, alpha: sign * inner.alpha, beta: addendSign * outer.factor, addend: outer.value });
}

/** `value` as a product that nothing else uses, or null. */
function productOf({ known, uses, nodes }: Absorption, value: string): Product | null {
  const node = nodes.get(value);
  if (node === undefined || node.domain !== "" || uses.get(value) !== 1) return null;
  if (node.operator === "Gemm") {
    const addend = node.inputs[2] ?? "";
    return {
      node,
      alpha: floatOf(node, "alpha", 1),
      beta: addend === "" ? 0 : floatOf(node, "beta", 1),
      addend: addend === "" ? null : addend,
    };
  }
  const flat = node.operator === "MatMul" && node.inputs.every((name) => known.typeOf(name).shape.length === 2);
  return flat ? { node, alpha: 1, beta: 0, addend: null } : null;
}

/** `value` as a constant times another value of its shape; itself times 1 where it is not such a product. */
function scaleOf(absorption: Absorption, value: string): { readonly factor: number; readonly value: string } {
  const node = absorption.nodes.get(value);
  if (node?.operator === "Mul" && absorption.uses.get(value) === 1) {
    const [left = "", right = ""] = node.inputs;
    const factor = scalarConstant(absorption, left);
    if (factor !== null && sameShape(absorption, right, value)) return { factor, value: right };
  }
  return { factor: 1, value };
}

function scalarConstant({ known }: Absorption, value: string): number | null {
  const tensor = known.constantOf(value);
  if (tensor?.dataType !== "float32" || tensor.shape.length > 0) return null;
  return tensor.values[0] ?? null;
}

function sameShape({ known }: Absorption, a: string, b: string): boolean {
  const [left, right] = [known.typeOf(a).shape, known.typeOf(b).shape];
  return left.length === right.length && left.every((size, axis) => size === right[axis]);
}

/** The node that computes `product` under the name of `node`. */
function gemm({ name, outputs }: GraphNode, { node, alpha, beta, addend }: Product): GraphNode {
  const [a = "", b = ""] = node.inputs;
  return {
    name,
    operator: "Gemm",
    domain: "",
    inputs: addend === null ? [a, b] : [a, b, addend],
    outputs,
    attributes: {
      alpha: float(alpha),
      beta: float(beta),
      transA: int(intOf(node, "transA", 0)),
      transB: int(intOf(node, "transB", 0)),
    },
  };
}

function countUses(graph: Graph): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  const used = [...graph.nodes.flatMap(valuesUsed), ...graph.outputs.map(({ name }) => name)];
  for (const name of used) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}
