/**
 * Parameters under the names and in the shapes that a PyTorch module has them: what its `load_state_dict` takes.
 *
 * PyTorch's exporter folds what it does to parameters: the weight of a linear layer lies transposed in the file, that of a
 * recurrent layer with its gates in another order, that of a group norm with more dimensions, and the file calls them
 * `val_8`. The exporter notes what they were made from, and their use says how.
 *
 *     matrix, right factor of MatMul             transposed
 *     input of LSTM or GRU, [directions, …]      one tensor for each direction, biases two; blocks of rows reordered
 *     other sizes of 1                           left out
 *
 * What has no such note keeps its name and its shape.
 *
 * @module
 */
import { elementCount, layoutLength, layoutOf, present, type TensorSlot } from "@potluck/core";
import type { GraphNode, Model } from "../graph/graph.ts";
import { placeBeforeTransposition } from "../graph/tensors.ts";
import type { ParameterRules } from "../import/parameter-roles.ts";
import { type StandardForm, standardForm } from "../import/standard-form.ts";
import { checkParams, layoutOfForm } from "../training/parameters.ts";
import { paramsFromFile, type TensorFile } from "./safetensors.ts";

/** The tensors of a module: as many numbers as `layout` says, one tensor after another. */
export type StateDict = Pick<TensorFile, "layout" | "values">;

/**
 * The tensors of the module that `model` was exported from, with the values of `params`, a flat vector in the model's
 * layout. Throws Fault "data-invalid" where there are too many or too few, and like `layoutOfModel`.
 */
export function stateDict(model: Model, params: Float32Array, rules: ParameterRules = {}): StateDict {
  const form = standardForm(model, rules);
  checkParams(layoutOfForm(form), params);
  const tensors = moduleTensors(form);
  const layout = layoutOf(tensors);
  const values = new Float32Array(layoutLength(layout));
  tensors.forEach(({ places }, at) => {
    const { offset } = present(layout[at], "a tensor of the layout");
    places.forEach((place, element) => {
      values[offset + element] = params[place] ?? Number.NaN;
    });
  });
  return { layout, values };
}

/**
 * The other way: parameters of `model`, a flat vector in its layout, from the tensors of the module. Tensors that the
 * model does not have are ignored. Throws Fault "data-invalid" for one that is missing or of another shape, and like
 * `layoutOfModel`.
 */
export function paramsFromStateDict(model: Model, state: StateDict, rules: ParameterRules = {}): Float32Array {
  const form = standardForm(model, rules);
  const tensors = moduleTensors(form);
  const layout = layoutOf(tensors);
  const values = paramsFromFile(layout, { ...state, metadata: {} });
  const params = new Float32Array(layoutLength(layoutOfForm(form)));
  tensors.forEach(({ places }, at) => {
    const { offset } = present(layout[at], "a tensor of the layout");
    places.forEach((place, element) => {
      params[place] = values[offset + element] ?? Number.NaN;
    });
  });
  return params;
}

/** A tensor of a module. */
interface ModuleTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** For each of its elements the place in the flat vector of the model's parameters. */
  readonly places: Int32Array;
}

function moduleTensors(form: StandardForm): readonly ModuleTensor[] {
  return layoutOfForm(form).flatMap((slot) => {
    const origin = form.source.origins?.get(slot.name);
    if (origin === undefined || origin.kind !== "derived") return [plain(slot.name, slot)];
    return derived(slot, modulesOwn(origin.from), usesOf(form, slot.name));
  });
}

/** The module's own tensors among `names`: inside it they have dots, while what was computed on the way has none. */
function modulesOwn(names: readonly string[]): readonly string[] {
  const dotted = names.filter((name) => name.includes("."));
  return dotted.length === 0 ? names : dotted;
}

/** A use of a tensor: by which node, and as which of its inputs. */
interface Use {
  readonly node: GraphNode;
  readonly at: number;
}

function usesOf({ source }: StandardForm, name: string): readonly Use[] {
  return source.graph.nodes.flatMap((node) => node.inputs.flatMap((read, at) => (read === name ? [{ node, at }] : [])));
}

/** The tensors that the initializer in `slot` was made from. */
function derived(slot: TensorSlot, from: readonly string[], uses: readonly Use[]): readonly ModuleTensor[] {
  const [use] = uses;
  const gates = use === undefined ? undefined : gateOrders.get(use.node.operator);
  if (use !== undefined && gates !== undefined) return recurrent(slot, from, gates, use.at === BIASES);
  const [name, ...more] = from;
  if (name === undefined || more.length > 0) return [plain(slot.name, slot)];
  if (uses.some(({ node, at }) => node.operator === "MatMul" && at === 1)) return [transposed(name, slot)];
  const shape =
    slot.shape.length > 1 && slot.shape.slice(1).every((size) => size === 1) ? slot.shape.slice(0, 1) : slot.shape;
  return [plain(name, { ...slot, shape })];
}

function plain(name: string, { shape, offset, length }: TensorSlot): ModuleTensor {
  return { name, shape, places: Int32Array.from({ length }, (_, at) => offset + at) };
}

function transposed(name: string, slot: TensorSlot): ModuleTensor {
  const { shape, offset, length } = slot;
  const [rows = 1, columns = 1, ...more] = shape;
  if (more.length > 0) return plain(name, slot);
  const places = Int32Array.from({ length }, (_, at) => offset + placeBeforeTransposition(at, rows, columns));
  return { name, shape: [columns, rows], places };
}

/** For each block of rows of the operator the block of PyTorch's that it holds. */
const gateOrders: ReadonlyMap<string, readonly number[]> = new Map([
  ["LSTM", [0, 3, 1, 2]],
  ["GRU", [1, 0, 2]],
  ["RNN", [0]],
]);
/** The order of the tensors in a recurrent operator: one direction after the other, for the inputs and then for the state. */
function recurrentPlace(name: string): number {
  return (name.endsWith("_reverse") ? 2 : 0) + (name.includes("_hh_") ? 1 : 0);
}

/** Which input of a recurrent operator holds the biases, those for the inputs and then those for the state. */
const BIASES = 3;

function recurrent(
  slot: TensorSlot,
  from: readonly string[],
  gates: readonly number[],
  biases: boolean,
): readonly ModuleTensor[] {
  const [directions = 1, rows = 0, ...columns] = slot.shape;
  const parts = directions * (biases ? 2 : 1);
  if (from.length !== parts) return [plain(slot.name, slot)];
  const shape = [biases ? rows / 2 : rows, ...columns];
  const length = elementCount(shape);
  const block = length / gates.length;
  const inOrder = from.toSorted((a, b) => recurrentPlace(a) - recurrentPlace(b));
  return inOrder.map((name, part) => {
    const places = Int32Array.from({ length }, (_, at) => {
      const gate = gates.indexOf(Math.floor(at / block));
      return slot.offset + part * length + gate * block + (at % block);
    });
    return { name, shape, places };
  });
}
