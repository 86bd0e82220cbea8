/**
 * The contract of graph builders: a graph that grows, node by node, and knows the type of every value.
 *
 * It is an interface apart from its implementation, because the rules of operators are written against it and the
 * implementation needs those rules.
 *
 * @module
 */
import type { Attributes } from "./attributes.ts";
import type { Dimension, Graph, GraphNode, TensorData, TensorType, ValueInfo } from "./graph.ts";

export type { TensorType } from "./graph.ts";

/** A graph that grows. Every value that is made gets a name of its own; nodes stay in topological order. */
export interface GraphBuilder {
  /** Appends a node with one output and returns the output's name: `name` if it is free, else `name` with a number. */
  readonly add: (operator: string, inputs: readonly string[], attributes?: Attributes, name?: string) => string;
  /** Appends any node as it is; `types` are those of its outputs where the operator has no rule of its own (Loop). */
  readonly append: (node: GraphNode, types?: readonly TensorType[]) => void;
  /** Output `at` of `node`, which has left it out so far. The node stays where it is. */
  readonly furtherOutput: (node: GraphNode, at: number) => string;
  /** Declares an input of the graph. */
  readonly input: (info: ValueInfo) => string;
  /** Declares a value that comes from outside: one of the surrounding graph, or an initializer that is put in later. */
  readonly outer: (name: string, type: TensorType) => string;
  /** Adds a parameter under this very name. */
  readonly initializer: (name: string, tensor: TensorData) => string;
  /** A constant: a node of its own, so that initializers are parameters. Small equal constants are made once. */
  readonly constant: (tensor: TensorData) => string;
  /** A name that no value has yet: `stem` itself if it is free. */
  readonly fresh: (stem: string) => string;
  /** Whether there is a value of this name. */
  readonly has: (value: string) => boolean;
  /** The type of a value; a name that nobody has made is a bug and throws. */
  readonly typeOf: (value: string) => TensorType;
  /** The constant that a value is, or null. An initializer of floats is a parameter, which may change, and no constant. */
  readonly constantOf: (value: string) => TensorData | null;
  /** The whole numbers that a value holds, with names among them for sizes known only when the graph runs; or null. */
  readonly dimensionsOf: (value: string) => readonly Dimension[] | null;
  /** The node that makes a value; null for inputs and initializers. */
  readonly producerOf: (value: string) => GraphNode | null;
  /** The nodes so far. */
  readonly nodes: () => readonly GraphNode[];
  /** The graph with these outputs, without the nodes, initializers and constants that they do not need. */
  readonly build: (name: string, outputs: readonly string[]) => Graph;
}
