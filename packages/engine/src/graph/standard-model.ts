/**
 * Operator sets: which versions of the standard operators graphs are written in.
 *
 * @module
 */
import { Fault } from "@potluck/core";
import type { Graph, Model } from "./graph.ts";

/** The first operator set in which softmax and sums mean what the rules of operators here say. */
const FIRST_OPERATOR_SET = 13;
/** The first in which all reductions do, and every current runtime has it. */
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
  if (version !== undefined && version >= FIRST_OPERATOR_SET) return;
  throw new Fault(
    "model-unsupported",
    `the model uses ${version === undefined ? "no standard operator set" : `operator set ${version}`}`,
    `Export it with operator set ${FIRST_OPERATOR_SET} or later, or convert it with onnx.version_converter in Python.`,
  );
}
