/**
 * Functions of one tensor, element by element.
 *
 * @module
 */
import type { Attributes } from "../attributes.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder, TensorType } from "../graph-builder.ts";
import { type Application, input, inputType, type Operator, output, perElement } from "../operator.ts";
import { scalarLike, times } from "./constants.ts";

/** The output is like the first input. */
export function likeInput(application: Application): readonly TensorType[] {
  return [inputType(application, 0)];
}

/** What the derivative of y = f(x) may be written with. */
interface Slope {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  readonly x: string;
  readonly y: string;
}

/** An elementwise operator y = f(x); `slope` makes f′(x). */
export function elementwise(name: string, slope: (of: Slope) => string): Operator {
  return {
    name,
    types: likeInput,
    gradient: ({ graph, node, narrowGradient }) => [
      () => times(graph, narrowGradient, slope({ graph, node, x: input(node, 0), y: output(node) })),
    ],
    flops: perElement(1),
  };
}

/** What the derivative of y = f(x) may be written with where it is a function of y alone. */
type OutputSlope = Omit<Slope, "x">;

/**
 * An elementwise operator y = f(x) whose slope is a function of y alone. Where only a maximum over windows of y is
 * used, the slope is needed, and computed, for the maxima only.
 */
export function elementwiseByOutput(name: string, slope: (of: OutputSlope) => string): Operator {
  return {
    ...elementwise(name, slope),
    gradient: ({ graph, node, narrowGradient }) => [
      () => {
        const y = output(node);
        const pooled = pooledGradient(graph, narrowGradient, y);
        if (pooled === null) return times(graph, narrowGradient, slope({ graph, node, y }));
        const atMaxima = times(graph, pooled.gradient, slope({ graph, node, y: pooled.maxima }));
        return graph.add("MaxUnpool", [atMaxima, ...pooled.rest], pooled.attributes);
      },
    ],
  };
}

/** A gradient that MaxUnpool put back from where it was taken. */
interface PooledGradient {
  readonly maxima: string;
  readonly gradient: string;
  /** The other inputs of MaxUnpool, and its attributes. */
  readonly rest: readonly string[];
  readonly attributes: Attributes;
}

/** The gradient with respect to the maxima of `y`, where `gradient` is that put back; null where it is not. */
function pooledGradient(graph: GraphBuilder, gradient: string, y: string): PooledGradient | null {
  const unpool = graph.producerOf(gradient);
  if (unpool?.operator !== "MaxUnpool") return null;
  const [ofMaxima = "", cells = "", ...rest] = unpool.inputs;
  const pool = graph.producerOf(cells);
  if (pool === null || pool.operator !== "MaxPool" || pool.inputs[0] !== y) return null;
  return { maxima: output(pool), gradient: ofMaxima, rest: [cells, ...rest], attributes: unpool.attributes };
}

/** The operators of this family. */
export const elementwiseOperators: readonly Operator[] = [
  elementwise("Identity", ({ graph, x }) => scalarLike(graph, 1, x)),
  elementwise("Neg", ({ graph, x }) => scalarLike(graph, -1, x)),
  elementwiseByOutput("Exp", ({ y }) => y),
  elementwise("Log", ({ graph, x }) => graph.add("Div", [scalarLike(graph, 1, x), x])),
  elementwiseByOutput("Sqrt", ({ graph, y }) => graph.add("Div", [scalarLike(graph, 0.5, y), y])),
  elementwise("Abs", ({ graph, x }) => graph.add("Sign", [x])),
  { name: "Sign", types: likeInput, gradient: "zero", flops: perElement(1) },
];
