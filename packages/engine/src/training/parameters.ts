/**
 * The parameters of a model, as one flat vector.
 *
 * The rule: every float32 initializer is a parameter and is trained, in the order of the file; everything else is a
 * constant. That is Constant nodes, whatever they hold, and initializers of other element types. A file does not say
 * which of its initializers were meant to change, and neither names nor shapes tell: a scale of shape [] is a constant
 * in one model and is learned in the next. So a fixed scale or mean has to be a Constant node; see the README.
 *
 * @module
 */
import { elementCount, Fault, type Layout, layoutLength, layoutOf, tensorOf } from "@potluck/core";
import { checkParameterCount } from "../graph/capacity.ts";
import type { Model, TensorData } from "../graph/graph.ts";
import { float32Tensor } from "../graph/tensors.ts";

type Parameter = Extract<TensorData, { readonly dataType: "float32" }>;

/** How the parameters of `model` lie in a flat vector. */
export function layoutOfModel(model: Model): Layout {
  return layoutOf(parametersOf(model).map(([name, { shape }]) => ({ name, shape })));
}

/** The values that the parameters have in `model`: a new flat vector. */
export function initialParams(model: Model): Float32Array {
  const layout = layoutOfModel(model);
  const params = new Float32Array(layoutLength(layout));
  parametersOf(model).forEach(([, { values }], at) => {
    const slot = layout[at];
    if (slot !== undefined) params.set(values, slot.offset);
  });
  return params;
}

/** `model` with `params`, a flat vector in its layout, in place of its parameters. Throws Fault "data-invalid". */
export function withParams(model: Model, params: Float32Array): Model {
  const layout = layoutOfModel(model);
  checkParams(layout, params);
  const initializers = new Map(model.graph.initializers);
  for (const slot of layout) initializers.set(slot.name, float32Tensor(slot.shape, tensorOf(params, slot).slice()));
  return { ...model, graph: { ...model.graph, initializers } };
}

/** Throws Fault "data-invalid" unless `params` has as many elements as `layout` says. */
export function checkParams(layout: Layout, params: Float32Array): void {
  const expected = layoutLength(layout);
  if (params.length === expected) return;
  throw new Fault(
    "data-invalid",
    `${params.length} parameters for a model that has ${expected}`,
    "Use parameters of this very model: initialParams(model), or a file written for it.",
  );
}

function parametersOf(model: Model): readonly (readonly [string, Parameter])[] {
  const parameters = [...model.graph.initializers].flatMap(([name, tensor]) =>
    tensor.dataType === "float32" ? [[name, tensor] as const] : [],
  );
  const what = `model "${model.graph.name}" has`;
  if (parameters.length === 0) {
    throw new Fault(
      "model-unsupported",
      `${what} no float32 initializers, so nothing to train`,
      "Export the model in float32 with its parameters inside the file.",
    );
  }
  const count = parameters.reduce((sum, [, { shape }]) => sum + elementCount(shape), 0);
  checkParameterCount(count, "model-unsupported", what, "Use a smaller model.");
  return parameters;
}
