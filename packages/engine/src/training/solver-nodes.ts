/**
 * Compiles the step of a solver into nodes: one node for each operation, for each parameter tensor.
 *
 * What does not depend on a tensor (powers of the step number, say) is computed once a step for all tensors, and a part
 * that an expression uses twice, as the same object, is computed once.
 *
 * @module
 */
import { type Expression, present, type Solver } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import { elementTypeCode } from "../graph/element-types.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { scalarTensor } from "../graph/tensors.ts";
import { simplifier } from "./simplify.ts";

type Unary = Extract<Expression, { readonly kind: "unary" }>;
type Binary = Extract<Expression, { readonly kind: "binary" }>;

/** The values that hold the parameters and each slot after a step. */
export interface NextValues {
  readonly params: string;
  /** In the order of the solver's slots. */
  readonly slots: readonly string[];
}

/** Appends the step for one tensor; `tensors` are its gradient, params, anchor and slots, by the solver's names. */
export type StepCompiler = (tensors: Readonly<Record<string, string>>) => NextValues;

/** What is computed already, by expression. */
type Computed = Map<Expression, string>;

interface Compilation {
  readonly graph: GraphBuilder;
  /** The value that holds the number of finished steps, an int64 scalar. */
  readonly finishedSteps: string;
  readonly scalars: Computed;
}

/** A compiler of `solver` into `graph`, where the int64 scalar `finishedSteps` counts from 0. */
export function stepCompiler(graph: GraphBuilder, solver: Solver, finishedSteps: string): StepCompiler {
  const simplify = simplifier();
  const params = simplify(solver.step.params);
  const slots = solver.slots.map((slot) => simplify(present(solver.step.state[slot], `the next value of "${slot}"`)));
  const compilation: Compilation = { graph, finishedSteps, scalars: new Map() };
  return (tensors) => {
    const computed: Computed = new Map();
    const next = (whole: Expression): string =>
      asNextValue(graph, emit(compilation, whole, tensors, computed), tensors);
    return { params: next(params), slots: slots.map(next) };
  };
}

/** Makes `value` fit to be carried to the next step: of the parameter's shape and made inside the loop. */
function asNextValue(graph: GraphBuilder, value: string, tensors: Readonly<Record<string, string>>): string {
  if (Object.values(tensors).includes(value)) return graph.add("Identity", [value], {}, "carried");
  if (graph.typeOf(value).shape.length > 0) return value;
  const zeros = graph.add("Mul", [present(tensors["params"], "the parameters"), scalar(graph, 0)]);
  return graph.add("Add", [zeros, value]);
}

function emit(
  compilation: Compilation,
  whole: Expression,
  tensors: Readonly<Record<string, string>>,
  computed: Computed,
): string {
  const known = compilation.scalars.get(whole) ?? computed.get(whole);
  if (known !== undefined) return known;
  const part = (of: Expression): string => emit(compilation, of, tensors, computed);
  const value = emitNode(compilation, whole, tensors, part);
  (dependsOnTensor(whole) ? computed : compilation.scalars).set(whole, value);
  return value;
}

function emitNode(
  { graph, finishedSteps }: Compilation,
  whole: Expression,
  tensors: Readonly<Record<string, string>>,
  part: (of: Expression) => string,
): string {
  switch (whole.kind) {
    case "constant":
      return scalar(graph, whole.value);
    case "step":
      return graph.add(
        "Add",
        [graph.add("Cast", [finishedSteps], { to: int(elementTypeCode("float32")) }), scalar(graph, 1)],
        {},
        "step",
      );
    case "tensor":
      return present(tensors[whole.name], `the tensor "${whole.name}" of a solver`);
    case "unary":
      return emitUnary(graph, whole, part(whole.of));
    case "binary":
      return graph.add(BINARY[whole.operation], [part(whole.left), part(whole.right)]);
  }
}

function emitUnary(graph: GraphBuilder, { operation }: Unary, of: string): string {
  return operation === "square" ? graph.add("Mul", [of, of]) : graph.add(UNARY[operation], [of]);
}

function scalar(graph: GraphBuilder, value: number): string {
  return graph.constant(scalarTensor("float32", value));
}

function dependsOnTensor(whole: Expression): boolean {
  switch (whole.kind) {
    case "constant":
    case "step":
      return false;
    case "tensor":
      return true;
    case "unary":
      return dependsOnTensor(whole.of);
    case "binary":
      return dependsOnTensor(whole.left) || dependsOnTensor(whole.right);
  }
}

const UNARY: Readonly<Record<Exclude<Unary["operation"], "square">, string>> = {
  negate: "Neg",
  sqrt: "Sqrt",
  abs: "Abs",
  sign: "Sign",
};

const BINARY: Readonly<Record<Binary["operation"], string>> = {
  add: "Add",
  subtract: "Sub",
  multiply: "Mul",
  divide: "Div",
  minimum: "Min",
  maximum: "Max",
  power: "Pow",
};
