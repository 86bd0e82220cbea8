/**
 * The tensors of a PyTorch module that an initializer holds.
 *
 * PyTorch's exporter folds what its operators do to parameters inside, and calls the results `val_8`. What they were computed
 * from is noted, but not how. A name is given back only where the way can be told, and all that was done is to put the
 * numbers into another order:
 *
 *     right factor of MatMul, of one parameter and nothing else                  transposed
 *     slope of PRelu, of one parameter                                           one dimension
 *     input of LSTM, GRU or RNN, of the parameters that such a layer has         one tensor for each direction, biases two;
 *                                                                                blocks of rows reordered
 *     factor or summand [C, 1, …] after a normalisation, of one parameter        [C]
 *
 * Everything else may be anything, `exp` of the parameter or some of its rows: of that no name is known.
 *
 * @module
 */
import { elementCount } from "@potluck/core";
import type { Graph, GraphNode, Model, Origin, TensorData } from "../graph/graph.ts";
import { placeBeforeTransposition } from "../graph/tensors.ts";
import { isNameless } from "../onnx/origins.ts";

/** A tensor of a module. */
export interface ModuleTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** For each of its elements the place in the initializer. */
  readonly places: Int32Array;
}

/** What the exporter calls values inside its translation of an operator. */
const INSIDE = /^val_\d+$/u;
/** What it calls the transposition of a matrix that the module itself asks for. */
const TRANSPOSITION = /^(?:t|permute|transpose)(?:_\d+)?$/u;
/** What PyTorch's older exporter calls parameters that it folded. It notes nothing of them. */
const FOLDED_BY_OLDER = /^(?:onnx::|\/)/u;

/** The tensors of the module that initializer `name` of `model` holds; null where it holds none, or that is not known. */
export function moduleTensorsOf({ graph, origins }: Model, name: string): readonly ModuleTensor[] | null {
  const tensor = graph.initializers.get(name);
  if (tensor === undefined) return null;
  if (origins === undefined) return FOLDED_BY_OLDER.test(name) ? null : [plain(name, tensor)];
  const origin = origins.get(name);
  switch (origin?.kind) {
    case "parameter":
    case "buffer":
      return [plain(name, tensor)];
    case "derived":
      return derived({ ...origin, called: name, tensor, uses: usesOf(graph, name) });
    default:
      return null;
  }
}

/** Counts of batches, which no exporter keeps and nobody needs. */
const COUNT = /\bnum_batches_tracked$/u;

/**
 * The parameters and buffers of the module that no initializer is called by or was computed from, such as the second name
 * of a tied weight; none where the exporter does not list them.
 */
export function missingTensors({ graph, moduleTensors = new Map(), origins = new Map() }: Model): readonly string[] {
  const held = new Set([...graph.initializers.keys(), ...[...origins.values()].flatMap(({ from }) => from)]);
  return [...moduleTensors]
    .filter(([name, kind]) => kind !== "transient" && !held.has(name) && !COUNT.test(name))
    .map(([name]) => name);
}

/** A use of a tensor: by which node of a graph, and as which of its inputs. */
interface Use {
  readonly graph: Graph;
  readonly node: GraphNode;
  readonly at: number;
}

function usesOf(graph: Graph, name: string): readonly Use[] {
  return graph.nodes.flatMap((node) => node.inputs.flatMap((read, at) => (read === name ? [{ graph, node, at }] : [])));
}

/** What the exporter folded, and who reads it: at least one node. */
interface Folded extends Origin {
  readonly called: string;
  readonly tensor: TensorData;
  readonly uses: readonly Use[];
}

/** The tensors that the exporter put in another order; null where it may have done anything else. */
function derived(folded: Folded): readonly ModuleTensor[] | null {
  if (folded.uses.length === 0) return null;
  return ofLinearLayer(folded) ?? ofRecurrentLayer(folded) ?? ofChannels(folded);
}

function isRead({ uses }: Folded, operator: string, input: number): boolean {
  return uses.every(({ node, at }) => node.operator === operator && at === input);
}

function ofLinearLayer(folded: Folded): readonly ModuleTensor[] | null {
  const { called, tensor, from, through } = folded;
  const [name, ...more] = [...from, ...through];
  if (name === undefined || more.length > 0 || tensor.shape.length !== 2) return null;
  const isTransposition = INSIDE.test(called) || TRANSPOSITION.test(called);
  return isTransposition && isRead(folded, "MatMul", 1) ? [transposed(name, tensor)] : null;
}

/** The slopes of a rectifier, or what scales or shifts after a group norm: one number for each channel. */
function ofChannels(folded: Folded): readonly ModuleTensor[] | null {
  const { called, tensor, from, through, uses } = folded;
  const [name, ...more] = from;
  if (name === undefined || more.length > 0 || !INSIDE.test(called) || !through.every(isNameless)) return null;
  const channels = elementCount(tensor.shape);
  if (!tensor.shape.every((size) => size === 1 || size === channels)) return null;
  return isRead(folded, "PRelu", 1) || uses.every(isAfterNormalisation) ? [plain(name, { shape: [channels] })] : null;
}

function plain(name: string, { shape }: Pick<TensorData, "shape">): ModuleTensor {
  return { name, shape, places: Int32Array.from({ length: elementCount(shape) }, (_, at) => at) };
}

function transposed(name: string, { shape }: TensorData): ModuleTensor {
  const [rows = 1, columns = 1] = shape;
  const length = rows * columns;
  const places = Int32Array.from({ length }, (_, at) => placeBeforeTransposition(at, rows, columns));
  return { name, shape: [columns, rows], places };
}

/** Whether a tensor scales or shifts what was normalised just before: γ and β of a group norm that was written out. */
function isAfterNormalisation({ graph, node, at }: Use): boolean {
  const [other = ""] = node.inputs.filter((_, input) => input !== at);
  if (node.operator === "Mul") return isNormalised(graph, other);
  if (node.operator !== "Add") return false;
  const factor = producerOf(graph, other);
  return factor?.operator === "Mul" && factor.inputs.some((input) => isNormalised(graph, input));
}

/** Whether `value` comes from a normalisation, perhaps in another shape. */
function isNormalised(graph: Graph, value: string): boolean {
  const producer = producerOf(graph, value);
  const source = producer?.operator === "Reshape" ? producerOf(graph, producer.inputs[0] ?? "") : producer;
  return source?.operator === "InstanceNormalization";
}

function producerOf({ nodes }: Graph, value: string): GraphNode | undefined {
  return nodes.find(({ outputs }) => outputs.includes(value));
}

/** For each block of rows of the operator the block of PyTorch's that it holds. */
const gateOrders: ReadonlyMap<string, readonly number[]> = new Map([
  ["LSTM", [0, 3, 1, 2]],
  ["GRU", [1, 0, 2]],
  ["RNN", [0]],
]);

/** What a recurrent layer calls its tensors. */
const RECURRENT = /(?:^|\.)(?<kind>weight_ih|weight_hh|bias_ih|bias_hh)_l\d+(?<reverse>_reverse)?$/u;

/** The kinds of tensors that each input of a recurrent operator holds, for every direction. */
const recurrentInputs: ReadonlyMap<number, readonly string[]> = new Map([
  [1, ["weight_ih"]],
  [2, ["weight_hh"]],
  [3, ["bias_ih", "bias_hh"]],
]);

function ofRecurrentLayer(folded: Folded): readonly ModuleTensor[] | null {
  const { called, tensor, from, through, uses } = folded;
  const [use] = uses;
  const gates = gateOrders.get(use?.node.operator ?? "");
  if (use === undefined || gates === undefined || !isRead(folded, use.node.operator, use.at)) return null;
  const [directions = 1, rows = 0, ...columns] = tensor.shape;
  const kinds = recurrentInputs.get(use.at) ?? [];
  const wanted = ["", "_reverse"].slice(0, directions).flatMap((direction) => kinds.map((kind) => kind + direction));
  const names = wanted.flatMap((part) => from.filter((name) => partOf(name) === part).slice(0, 1));
  const isWhole = names.length === wanted.length && from.length === wanted.length && INSIDE.test(called);
  if (!isWhole || names.length === 0 || !through.every(isNameless)) return null;
  const shape = [rows / kinds.length, ...columns];
  return names.map((name, part) => ({ name, shape, places: inOrder(gates, elementCount(shape), part) }));
}

/** The places of part `part` of a recurrent operator's input, `length` elements in a block for each gate. */
function inOrder(gates: readonly number[], length: number, part: number): Int32Array {
  const block = length / gates.length;
  return Int32Array.from({ length }, (_, element) => {
    const gate = gates.indexOf(Math.floor(element / block));
    return part * length + gate * block + (element % block);
  });
}

/** What a recurrent layer calls a tensor, without the number of the layer. */
function partOf(name: string): string {
  const { kind = "", reverse = "" } = RECURRENT.exec(name)?.groups ?? {};
  return kind + reverse;
}
