/**
 * The contract of composites: operators that are written out in others when a model is imported, so that nothing after
 * the import knows them. What is written out is operator set 18, and every operator in it can be differentiated.
 *
 * @module
 */
import type { GraphNode } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";

/** One use of a composite. */
export interface Expansion {
  /** Where its nodes go. It knows the types of the node's inputs. */
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  /** Lists of values, which only operators on sequences make and read, by the names that the model calls them. */
  readonly sequences: Map<string, readonly string[]>;
}

/** An operator that is written out in others. */
export interface Composite {
  readonly name: string;
  /** Whether it stands for this node of its name; for each unless given. Others are operators as they are. */
  readonly covers?: (node: GraphNode) => boolean;
  /** Whether its first input may hold anything; floats unless given. */
  readonly takesAnything?: true;
  /** Whether its inputs are sequences, which no other operator reads. */
  readonly readsSequences?: true;
  /**
   * Appends nodes that do what the node does and returns the values that are its outputs, in their order; "" for
   * those that nobody uses and for sequences. Throws Fault "model-unsupported" where an attribute or an input is in
   * use that this composite does not cover.
   */
  readonly expand: (expansion: Expansion) => readonly string[];
}
