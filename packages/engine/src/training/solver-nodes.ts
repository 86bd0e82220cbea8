/**
 * Compiles the step of a solver into nodes: one node for each operation, for each parameter tensor.
 *
 * What does not depend on a tensor (powers of the step number, norms of the whole model) is computed once a step for
 * all tensors, and a part that an expression uses twice, as the same object, is computed once.
 *
 * @module
 */
import { elementCount, type Expression, expression, Fault, namePattern, present, type Solver } from "@potluck/core";
import { int } from "../graph/attributes.ts";
import { elementTypeCode } from "../graph/element-types.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { scalarTensor } from "../graph/tensors.ts";
import { appendOperation } from "../objective/expression-nodes.ts";
import { type Simplifier, simplifier, simplifierFor } from "./simplify.ts";

/** The values that hold the parameters and each slot after a step. */
export interface NextValues {
  readonly params: string;
  /** In the order of the solver's slots. */
  readonly slots: readonly string[];
}

/** Values by the names of the tensors that they belong to. */
export type TensorValues = ReadonlyMap<string, string>;

/** What a step is made from. */
export interface StepSetting {
  /** The value of the number of finished steps, an int64 scalar that counts from 0. */
  readonly finishedSteps: string;
  /** The value of the number of steps of the task, an int64 scalar. */
  readonly stepCount: string;
  /** By the names of the trained tensors: their gradient, params, anchor and slots, by the solver's names. */
  readonly tensors: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Appends the gradients of the same batch's loss at other parameters. */
  readonly gradientAt: (params: TensorValues) => TensorValues;
  /** Appends the mean of the examples' gradients, each clipped to this norm. */
  readonly clippedGradient: (clipNorm: number) => TensorValues;
}

/** One trained tensor in the course of compilation. */
interface Tensor {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  readonly simplify: Simplifier;
  /** What is computed already of this tensor, by expression. */
  readonly computed: Map<Expression, string>;
}

interface Compilation {
  readonly graph: GraphBuilder;
  readonly setting: StepSetting;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What is computed already for all tensors, by expression. */
  readonly scalars: Map<Expression, string>;
  /** Gradients at other parameters, by the expression of these; clipped ones by their own expression. */
  readonly gradients: Map<Expression, TensorValues>;
}

/**
 * Appends a step of `solver` for every tensor; the values after it by the names of the tensors.
 * Throws Fault "option-invalid" where the solver has a rule for layers that there are not.
 */
export function appendStep(graph: GraphBuilder, solver: Solver, setting: StepSetting): ReadonlyMap<string, NextValues> {
  const simplify = simplifier();
  const params = simplify(solver.step.params);
  const slots = solver.slots.map((slot) => simplify(present(solver.step.state[slot], `the next value of "${slot}"`)));
  for (const whole of [params, ...slots]) checkLayers(whole, [...setting.tensors.keys()]);
  const tensors = new Map(
    [...setting.tensors].map(([name, values]) => [
      name,
      { name, values, simplify: simplifierFor(name), computed: new Map<Expression, string>() },
    ]),
  );
  const compilation: Compilation = { graph, setting, tensors, scalars: new Map(), gradients: new Map() };
  return new Map(
    [...tensors.values()].map((tensor) => {
      const next = (whole: Expression): string => asNextValue(graph, emitFor(compilation, tensor, whole), tensor);
      return [tensor.name, { params: next(params), slots: slots.map(next) }];
    }),
  );
}

/** Throws Fault "option-invalid" where `whole` has a number for layers of which none of the tensors called `names` is one. */
function checkLayers(whole: Expression, names: readonly string[]): void {
  if (whole.kind === "by-layer") {
    const idle = whole.values.find(({ match }) => !names.some(namePattern(match)));
    if (idle !== undefined) throw withoutLayer(idle.match, names);
  }
  for (const part of expression.operandsOf(whole)) checkLayers(part, names);
}

function withoutLayer(match: string, names: readonly string[]): Fault {
  const shown = names.slice(0, 20).map((name) => `"${name}"`);
  return new Fault(
    "option-invalid",
    `a rule of the solver is for "${match}", and no parameter that is trained is called that`,
    `Trained are ${shown.join(", ")}${names.length > shown.length ? " and more" : ""}.`,
  );
}

/** Makes `value` fit to be carried to the next step: of the parameter's shape and made inside the loop. */
function asNextValue(graph: GraphBuilder, value: string, tensor: Tensor): string {
  if (Object.values(tensor.values).includes(value)) return graph.add("Identity", [value], {}, "carried");
  return inShape(graph, value, tensor);
}

/** `value` in the shape of the tensor: a number is repeated. */
function inShape(graph: GraphBuilder, value: string, { values }: Tensor): string {
  if (graph.typeOf(value).shape.length > 0) return value;
  const zeros = graph.add("Mul", [present(values["params"], "the parameters"), scalar(graph, 0)]);
  return graph.add("Add", [zeros, value]);
}

/** The value of `whole`, which holds for every tensor, for this one. */
function emitFor(compilation: Compilation, tensor: Tensor, whole: Expression): string {
  return emit(compilation, tensor, tensor.simplify(whole));
}

function emit(compilation: Compilation, tensor: Tensor, whole: Expression): string {
  const known = compilation.scalars.get(whole) ?? tensor.computed.get(whole);
  if (known !== undefined) return known;
  const value = emitNode(compilation, tensor, whole);
  (dependsOnTensor(whole) ? tensor.computed : compilation.scalars).set(whole, value);
  return value;
}

function emitNode(compilation: Compilation, tensor: Tensor, whole: Expression): string {
  const { graph, setting } = compilation;
  switch (whole.kind) {
    case "constant":
      return scalar(graph, whole.value);
    case "step":
      return graph.add("Add", [asFloat(graph, setting.finishedSteps), scalar(graph, 1)], {}, "step");
    case "steps":
      return asFloat(graph, setting.stepCount);
    case "tensor":
      return present(tensor.values[whole.name], `the tensor "${whole.name}" of a solver`);
    case "by-layer":
      return emitFor(compilation, tensor, whole);
    case "norm":
      return emitNorm(compilation, whole.of);
    case "gradient-at":
      return present(gradientsAt(compilation, whole.at).get(tensor.name), `the gradient of "${tensor.name}"`);
    case "clipped-gradient":
      return present(clippedGradients(compilation, whole).get(tensor.name), `the gradient of "${tensor.name}"`);
    case "unary":
    case "binary":
      return appendOperation(graph, whole, (of) => emit(compilation, tensor, of));
  }
}

/** Appends √Σ x² over the elements of all tensors. */
function emitNorm(compilation: Compilation, of: Expression): string {
  const { graph } = compilation;
  const sums = [...compilation.tensors.values()].map((tensor) => {
    const value = emitFor(compilation, tensor, of);
    const sum = graph.add("ReduceSumSquare", [value], { keepdims: int(0) });
    const times = elementsOf(graph, present(tensor.values["params"], "the parameters")) / elementsOf(graph, value);
    return times === 1 ? sum : graph.add("Mul", [sum, scalar(graph, times)]);
  });
  return graph.add("Sqrt", [graph.add("Sum", sums)], {}, "norm");
}

function elementsOf(graph: GraphBuilder, value: string): number {
  return elementCount(graph.typeOf(value).shape.map(Number));
}

/** Appends, once, the gradients of all tensors where the parameters are `at`. */
function gradientsAt(compilation: Compilation, at: Expression): TensorValues {
  const known = compilation.gradients.get(at);
  if (known !== undefined) return known;
  const { graph, setting, gradients } = compilation;
  const params = [...compilation.tensors.values()].map((tensor) => {
    return [tensor.name, inShape(graph, emitFor(compilation, tensor, at), tensor)] as const;
  });
  const values = setting.gradientAt(new Map(params));
  gradients.set(at, values);
  return values;
}

type Clipped = Extract<Expression, { readonly kind: "clipped-gradient" }>;

/** Appends, once, the clipped gradients of all tensors. */
function clippedGradients({ setting, gradients }: Compilation, whole: Clipped): TensorValues {
  const values = gradients.get(whole) ?? setting.clippedGradient(whole.clipNorm);
  gradients.set(whole, values);
  return values;
}

function asFloat(graph: GraphBuilder, count: string): string {
  return graph.add("Cast", [count], { to: int(elementTypeCode("float32")) });
}

function scalar(graph: GraphBuilder, value: number): string {
  return graph.constant(scalarTensor("float32", value));
}

function dependsOnTensor(whole: Expression): boolean {
  switch (whole.kind) {
    case "tensor":
    case "by-layer":
    case "gradient-at":
    case "clipped-gradient":
      return true;
    case "norm":
      return false;
    default:
      return expression.operandsOf(whole).some(dependsOnTensor);
  }
}
