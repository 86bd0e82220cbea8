/**
 * Operator sets: which versions of the standard operators graphs are written in.
 *
 * A model keeps its own set, and what training and evaluation add is written in operators that mean the same in all
 * sets from the first to the last one here. Operators whose form changed between them (the axes of ReduceMean) are
 * read in both forms, and ONNX Runtime refuses the one that does not belong to the set.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { Graph, Model } from "./graph.ts";

/** The first operator set in which softmax, sums and squeezing mean what the rules of operators here say. */
export const FIRST_OPERATOR_SET = 13;
/** The last one that the rules were read against and that ONNX Runtime takes; a later one may change a meaning. */
export const LAST_OPERATOR_SET = 26;
/** The one that models made here are written in: the first with all reductions as they are today. */
const OPERATOR_SET = 18;
/** The IR version that goes with it. */
const IR_VERSION = 8;

/** `graph`, made of standard operators here, as a model. */
export function standardModel(graph: Graph): Model {
  return { graph, irVersion: IR_VERSION, opsets: new Map([["", OPERATOR_SET]]), metadata: new Map() };
}

/** Throws Fault "model-unsupported" where `model` is written in an operator set that the rules here do not cover. */
export function requireOperatorSet(model: Model): void {
  const version = model.opsets.get("");
  if (version !== undefined && version >= FIRST_OPERATOR_SET && version <= LAST_OPERATOR_SET) return;
  const range = `one from ${FIRST_OPERATOR_SET} to ${LAST_OPERATOR_SET}`;
  throw new Fault(
    "model-unsupported",
    `the model uses ${version === undefined ? "no standard operator set" : `operator set ${version}`}, not ${range}`,
    "Export it with such an operator set, or convert it with onnx.version_converter in Python.",
  );
}
