/**
 * Parameters under the names and in the shapes that a PyTorch module has them: what its `load_state_dict` takes. What is
 * not trained is there, too, as far as the file has it. Which tensors of the module an initializer holds,
 * `module-tensors.ts` says.
 *
 * @module
 */
import { Fault, type Layout, layoutLength, layoutOf, present, type TensorShape } from "@potluck/core";
import type { Model, TensorData } from "../graph/graph.ts";
import { tensorNumbers } from "../graph/tensors.ts";
import type { ParameterRules, Role } from "../import/parameter-roles.ts";
import { type StandardForm, standardForm } from "../import/standard-form.ts";
import { layoutOfForm, withParamsOfForm } from "../training/parameters.ts";
import { missingTensors, type ModuleTensor, moduleTensorsOf } from "./module-tensors.ts";
import { paramsFromFile, type TensorFile } from "./safetensors.ts";

/** The tensors of a module: as many numbers as `layout` says, one tensor after another. */
export type StateDict = Pick<TensorFile, "layout" | "values">;

/**
 * The tensors of the module that `model` was exported from, with the values of `params`, a flat vector in the model's
 * layout. Parameters and buffers that are not trained have the values of the file; left out is what the file does not
 * have, or has only folded into something that is not trained, and whole numbers that float32 cannot hold. Throws Fault
 * "parameters-folded" where the exporter folded what is trained so that it cannot be given back, "data-invalid" where there
 * are too many or too few `params`, and like `layoutOfModel`.
 */
export function stateDict(model: Model, params: Float32Array, rules: ParameterRules = {}): StateDict {
  const form = standardForm(model, rules);
  const { initializers } = withParamsOfForm(form, params).graph;
  const held = new Map([...otherTensors(form), ...trainedTensors(form)].map((tensor) => [tensor.name, tensor]));
  const tensors = [...held.values()].flatMap(({ initializer, ...tensor }) => {
    const numbers = exactNumbers(present(initializers.get(initializer), `"${initializer}"`));
    return numbers === null ? [] : [{ ...tensor, numbers }];
  });
  const layout = layoutOf(tensors);
  const values = new Float32Array(layoutLength(layout));
  tensors.forEach(({ places, numbers }, at) => {
    const { offset } = present(layout[at], "a tensor of the layout");
    places.forEach((place, element) => {
      values[offset + element] = numbers[place] ?? Number.NaN;
    });
  });
  return { layout, values };
}

/**
 * The other way: parameters of `model`, a flat vector in its layout, from the tensors of the module. Tensors that the
 * model does not train are ignored. A tied weight is found by its other name, too, where the exporter has noted that. Throws Fault "data-invalid" for one that is missing or of another shape,
 * "parameters-folded" like {@link stateDict}, and like `layoutOfModel`.
 */
export function paramsFromStateDict(model: Model, state: StateDict, rules: ParameterRules = {}): Float32Array {
  const form = standardForm(model, rules);
  const slots = new Map(layoutOfForm(form).map((slot) => [slot.name, slot]));
  const tensors = trainedTensors(form);
  const layout = layoutOf(tensors);
  const values = paramsFromFile(layout, { ...underOwnNames(form.source, layout, state), metadata: {} });
  const params = new Float32Array(layoutLength([...slots.values()]));
  tensors.forEach(({ initializer, places }, at) => {
    const { offset } = present(layout[at], "a tensor of the layout");
    const start = present(slots.get(initializer), `the slot of "${initializer}"`).offset;
    places.forEach((place, element) => {
      params[start + place] = values[offset + element] ?? Number.NaN;
    });
  });
  return params;
}

/**
 * `state` with tied weights under the names that the model has for them, where it lacks those: a parameter of the module that
 * the file of the model does not hold is the same as the only one of its shape that `state` lacks.
 */
function underOwnNames(source: Model, layout: Layout, state: StateDict): StateDict {
  const saved = new Set(state.layout.map(({ name }) => name));
  const lacking = layout.filter(({ name }) => !saved.has(name));
  const unheld = new Set(missingTensors(source).filter((name) => source.moduleTensors?.get(name) === "parameter"));
  const spare = state.layout.filter(({ name }) => unheld.has(name));
  const named = state.layout.map((slot) => {
    const [own, ...more] = unheld.has(slot.name) ? ofShape(lacking, slot) : [];
    const isOnly = own !== undefined && more.length === 0 && ofShape(spare, slot).length === 1;
    return isOnly ? { ...slot, name: own.name } : slot;
  });
  return { ...state, layout: named };
}

function ofShape(layout: Layout, { shape }: TensorShape): Layout {
  return layout.filter((slot) => slot.shape.join() === shape.join());
}

/** A tensor of a module, and the initializer that holds it. */
interface Held extends ModuleTensor {
  readonly initializer: string;
}

/** The tensors of what training changes. Throws Fault "parameters-folded" where they are not all known, or one is there twice. */
function trainedTensors(form: StandardForm): readonly Held[] {
  const initializers = namesWith(form, ({ kind }) => kind === "trained" || kind === "statistic");
  const tensors = initializers.flatMap((name) => heldBy(form, name) ?? []);
  const holders = Map.groupBy(tensors, ({ name }) => name);
  const lost = initializers.filter((name) => {
    const held = heldBy(form, name);
    return held === null || held.some((tensor) => (holders.get(tensor.name) ?? []).length > 1);
  });
  if (lost.length > 0) throw folded(form, lost);
  return tensors;
}

/** The tensors of the module that stay as they are, or that are the same as others. */
function otherTensors(form: StandardForm): readonly Held[] {
  return namesWith(form, ({ kind }) => kind === "constant" || kind === "shared").flatMap(
    (name) => heldBy(form, name) ?? [],
  );
}

function namesWith({ roles }: StandardForm, fits: (role: Role) => boolean): readonly string[] {
  return [...roles].filter(([, role]) => fits(role)).map(([name]) => name);
}

function heldBy({ source }: StandardForm, initializer: string): readonly Held[] | null {
  return moduleTensorsOf(source, initializer)?.map((tensor) => ({ ...tensor, initializer })) ?? null;
}

/** So many initializers are named in a fault. */
const NAMED_LIMIT = 5;

function folded({ source }: StandardForm, lost: readonly string[]): Fault {
  const named = lost.slice(0, NAMED_LIMIT).map((name) => {
    const from = source.origins?.get(name)?.from ?? [];
    return `"${name}"${from.length === 0 ? "" : ` (from ${from.map((one) => `"${one}"`).join(", ")})`}`;
  });
  const rest = lost.length - named.length;
  const remedy =
    source.origins === undefined
      ? "Export with do_constant_folding=False and training=torch.onnx.TrainingMode.TRAINING, and train that file."
      : "Export with optimize=False, and train that file; or freeze what need not be trained.";
  const all = `${named.join(", ")}${rest === 0 ? "" : ` and ${rest} more`}`;
  const message = `the module's parameters cannot be told from what the exporter folded them into and training changed: ${all}`;
  return new Fault("parameters-folded", message, remedy);
}

/** The elements of `tensor` as numbers; null where float32 does not hold them all exactly. */
function exactNumbers(tensor: TensorData): ArrayLike<number> | null {
  if (tensor.dataType === "float32") return tensor.values;
  if (tensor.dataType === "float16") return null;
  const numbers = tensorNumbers(tensor);
  return numbers.every((number) => Object.is(Math.fround(number), number)) ? numbers : null;
}
