/**
 * How the graph of a step is brought into the form that runs, after everything in it is derived.
 *
 * @module
 */
import type { Graph } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { absorbIntoProducts } from "./absorb.ts";
import { withBlockedConvolutions } from "./blocks/blocked-convolutions.ts";
import type { Blocks } from "./blocks/plan.ts";

/** What is done to the graph of a step. */
export interface StepForm {
  /** Whether matrix products absorb the arithmetic that is done to their results: see `absorb.ts`. */
  readonly absorbed: boolean;
  /** The blocks of channels that convolutions work on: see `blocks/`. Null where the runtime has no kernels for them. */
  readonly blocks: Blocks | null;
}

/** The form that every runtime has. */
export const PORTABLE_FORM: StepForm = { absorbed: true, blocks: null };

/** `graph`, which `builder` has built, in `form`. */
export function inForm(graph: Graph, builder: GraphBuilder, { absorbed, blocks }: StepForm): Graph {
  const shorter = absorbed ? absorbIntoProducts(graph, builder) : graph;
  return blocks === null ? shorter : withBlockedConvolutions(shorter, builder.typeOf, blocks);
}
