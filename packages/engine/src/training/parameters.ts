/**
 * The parameters of a model, as one flat vector: those that are trained and the statistics that training keeps up to
 * date, in the order of the file. Which they are is a matter of roles; see `import/parameter-roles.ts`.
 *
 * @module
 */
import {
  elementCount,
  Fault,
  type Layout,
  layoutLength,
  layoutOf,
  plainKernels,
  present,
  tensorOf,
} from "@potluck/core";
import { checkParameterCount } from "../graph/capacity.ts";
import type { Model, TensorData } from "../graph/graph.ts";
import { float32Tensor, placeBeforeTransposition } from "../graph/tensors.ts";
import type { ParameterRules } from "../import/parameter-roles.ts";
import { type StandardForm, standardForm } from "../import/standard-form.ts";
import { arrayKind } from "../array-kind.ts";

/** How the parameters of `model` lie in a flat vector. Throws Fault "model-unsupported" or "option-invalid". */
export function layoutOfModel(model: Model, rules: ParameterRules = {}): Layout {
  return layoutOfForm(standardForm(model, rules));
}

/** The values that the parameters have in `model`: a new flat vector. Throws like {@link layoutOfModel}. */
export function initialParams(model: Model, rules: ParameterRules = {}): Float32Array {
  return paramsOfForm(standardForm(model, rules));
}

/**
 * `model` with `params`, a flat vector in its layout, in place of its parameters: in its own operator set and under its
 * own names. Throws Fault "data-invalid" where they are too many or too few, and like {@link layoutOfModel}.
 */
export function withParams(model: Model, params: Float32Array, rules: ParameterRules = {}): Model {
  return withParamsOfForm(standardForm(model, rules), params);
}

/** How the parameters of a model in standard form lie in a flat vector. */
export function layoutOfForm(form: StandardForm): Layout {
  const { name, initializers } = form.model.graph;
  if (initializers.size === 0) throw nothingToTrain(form);
  const count = [...initializers.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0);
  checkParameterCount(count, "model-unsupported", `model "${name}" has`, "Use a smaller model.");
  return layoutOf([...initializers].map(([parameter, { shape }]) => ({ name: parameter, shape })));
}

/** Throws Fault "option-invalid" where rules freeze all parameters of a model, "model-unsupported" where it has none. */
export function requireTrained(form: StandardForm): void {
  if (![...form.roles.values()].some(({ kind }) => kind === "trained")) throw nothingToTrain(form);
}

function nothingToTrain({ source, roles }: StandardForm): Fault {
  const { name } = source.graph;
  if ([...roles.values()].some((role) => role.kind === "constant" && role.because === "frozen")) {
    const message = `freeze: nothing is left to train of model "${name}", as its parameters are all frozen`;
    return new Fault("option-invalid", message, "Freeze less: leave out what shall be trained.");
  }
  return new Fault(
    "model-unsupported",
    `model "${name}" has no float32 initializers that are trained, so nothing to train`,
    "Export the model in float32 with its parameters inside the file, or name what shall be trained.",
  );
}

/** The values that the parameters of a model in standard form have: a new flat vector. */
export function paramsOfForm(form: StandardForm): Float32Array {
  const layout = layoutOfForm(form);
  const params = new Float32Array(layoutLength(layout));
  for (const { name, offset } of layout) {
    const { values } = asFloat32(present(form.model.graph.initializers.get(name), `"${name}"`));
    params.set(values, offset);
  }
  return params;
}

/** The model that a standard form was made from, with `params`. Throws Fault "data-invalid". */
export function withParamsOfForm(form: StandardForm, params: Float32Array): Model {
  const { source, roles } = form;
  const layout = layoutOfForm(form);
  checkParams(layout, params);
  const initializers = new Map(source.graph.initializers);
  for (const slot of layout) initializers.set(slot.name, float32Tensor(slot.shape, tensorOf(params, slot).slice()));
  for (const [name, role] of roles) {
    if (role.kind !== "shared") continue;
    const original = asFloat32(present(initializers.get(role.with), `"${role.with}"`));
    initializers.set(name, role.transposed ? transposed(original) : original);
  }
  return { ...source, graph: { ...source.graph, initializers } };
}

/** Throws Fault "data-invalid" unless `params` is a Float32Array with as many elements as `layout` says. */
export function checkParams(layout: Layout, params: Float32Array): void {
  if (!(params instanceof Float32Array)) {
    const remedy = "Give a Float32Array; Float32Array.from(params) makes one of other numbers.";
    throw new Fault("data-invalid", `the parameters are ${arrayKind(params)}`, remedy);
  }
  const expected = layoutLength(layout);
  if (params.length === expected) return;
  throw new Fault(
    "data-invalid",
    `${params.length} parameters for a model that has ${expected}`,
    "Use parameters of this very model: initialParams(model), or a file written for it.",
  );
}

/** Throws Fault "training-failed", naming the tensor, where a parameter is not a finite number. */
export function checkFiniteParams(layout: Layout, params: Float32Array): void {
  const lost = layout.find((slot) => !plainKernels.inspect(tensorOf(params, slot)).finite);
  if (lost === undefined) return;
  const at = tensorOf(params, lost).findIndex((value) => !Number.isFinite(value));
  throw new Fault(
    "training-failed",
    `the parameters that were given are not finite: element ${at} of "${lost.name}" is ${params[lost.offset + at]}`,
    "Start from finite parameters; those of a training that failed are none.",
  );
}

type Float32Data = Extract<TensorData, { readonly dataType: "float32" }>;

function asFloat32(tensor: TensorData): Float32Data {
  if (tensor.dataType === "float32") return tensor;
  throw new Fault("model-unsupported", `a parameter is ${tensor.dataType}`, "Export the model in float32.");
}

function transposed({ shape, values }: Float32Data): TensorData {
  const [rows = 1, columns = 1] = shape;
  return float32Tensor(
    [columns, rows],
    values.map((_, at) => values[placeBeforeTransposition(at, rows, columns)] ?? Number.NaN),
  );
}
