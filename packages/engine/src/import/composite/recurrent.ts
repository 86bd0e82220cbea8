/**
 * Recurrent networks, unrolled: the steps of LSTM, GRU and RNN one after another, in both directions where asked.
 *
 * The products of all inputs with the input weights are one large product before the first step, so that a step is
 * one product with the state and some elementwise arithmetic. The number of steps must be known, and is bounded,
 * because each is a dozen nodes, and three dozen in training.
 *
 * @module
 */
import { int, intOf, ints, textOf } from "../../graph/attributes.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { FIXED_SIZES, input, misfit } from "../../graph/operator.ts";
import { int64List, tensorOf } from "../../graph/tensors.ts";
import type { Composite, Expansion } from "../composite.ts";
import { activationOf, type Cell, cells, type Prepared, type States } from "./recurrent-cells.ts";
import { equalParts } from "./parts.ts";

/** The most steps that are unrolled. */
export const MAX_RECURRENT_STEPS = 1024;

/** A recurrent node with what its shapes say. */
interface Network {
  readonly graph: GraphBuilder;
  readonly node: GraphNode;
  readonly cell: Cell;
  readonly steps: number;
  readonly hiddenSize: number;
  readonly directions: readonly ("forward" | "reverse")[];
  /** Whether the batch is the first axis and not the second. */
  readonly batchFirst: boolean;
}

/** What one direction gives: the state h after each step, in the order of the inputs, and the last states. */
interface Unrolled {
  readonly hidden: readonly string[];
  readonly last: States;
}

function recurrent(cell: Cell): Composite {
  return { name: cell.name, expand: (expansion) => expand(expansion, cell) };
}

function expand({ graph, node }: Expansion, cell: Cell): readonly string[] {
  refuseRare(node);
  const network = networkOf(graph, node, cell);
  const directions = unrolled(network);
  const lastOf = (state: number): string =>
    lastStates(
      network,
      directions.map(({ last }) => last[state] ?? ""),
    );
  return [
    allHidden(
      network,
      directions.map(({ hidden }) => hidden),
    ),
    ...cell.states.map((_, state) => lastOf(state)),
  ];
}

const PLAIN_CELLS =
  "Use the cells of PyTorch's nn.LSTM, nn.GRU and nn.RNN, over sequences of one length: without sequence_lens, peephole " +
  "weights, clip and input_forget.";

/** Throws Fault "model-unsupported" for what no exporter in wide use emits. */
function refuseRare(node: GraphNode): void {
  const has = (place: number): boolean => (node.inputs[place] ?? "") !== "";
  const refuse = (what: string): never => {
    throw misfit(node, `${what} not supported`, PLAIN_CELLS);
  };
  if (has(4)) refuse("sequences of different lengths (sequence_lens) are");
  if (has(7)) refuse("peephole weights are");
  if (node.attributes["clip"] !== undefined) refuse("clipping of the cell is");
  if (intOf(node, "input_forget", 0) !== 0) refuse("coupled input and forget gates are");
}

function networkOf(graph: GraphBuilder, node: GraphNode, cell: Cell): Network {
  const batchFirst = intOf(node, "layout", 0) !== 0;
  const steps = graph.typeOf(input(node, 0)).shape[batchFirst ? 1 : 0];
  const hiddenSize = graph.typeOf(input(node, 2)).shape[2];
  if (typeof hiddenSize !== "number") {
    throw misfit(node, "the size of its state is not known before the graph runs", FIXED_SIZES);
  }
  if (typeof steps !== "number") {
    throw misfit(node, `the number of steps, "${String(steps)}", is not known before the graph runs`, FIXED_SIZES);
  }
  if (steps < 1 || steps > MAX_RECURRENT_STEPS) {
    throw misfit(node, `${steps} steps cannot be unrolled, but from 1 to ${MAX_RECURRENT_STEPS}`);
  }
  return { graph, node, cell, steps, hiddenSize, directions: directionsOf(node), batchFirst };
}

function directionsOf(node: GraphNode): Network["directions"] {
  const direction = textOf(node, "direction", "forward");
  if (direction === "bidirectional") return ["forward", "reverse"];
  if (direction === "forward" || direction === "reverse") return [direction];
  throw misfit(node, `the direction "${direction}" is not one of forward, reverse and bidirectional`);
}

/** The inputs of all steps, one step after another, as rows [steps · batch, inputs]. */
function inputRows({ graph, node, batchFirst }: Network): string {
  const x = input(node, 0);
  const size = graph.typeOf(x).shape[2];
  if (typeof size !== "number") {
    throw misfit(node, "the size of its inputs is not known before the graph runs", FIXED_SIZES);
  }
  const byStep = batchFirst ? graph.add("Transpose", [x], { perm: ints([1, 0, 2]) }) : x;
  return graph.add("Reshape", [byStep, graph.constant(int64List([-1, size]))]);
}

/** All steps of each direction. */
function unrolled(network: Network): readonly Unrolled[] {
  const { graph, node, cell, directions, batchFirst } = network;
  const rows = inputRows(network);
  const parts = (place: number, axis: number): readonly string[] => partsByDirection(network, place, axis);
  const [weights, recurrences, biases] = [parts(1, 0), parts(2, 0), parts(3, 0)];
  const states = cell.states.map((place) => parts(place, batchFirst ? 1 : 0));
  return directions.map((_, at) => {
    const bias = biases[at];
    const prepared = cell.prepare({
      graph,
      node,
      hiddenSize: network.hiddenSize,
      rows,
      weights: weights[at] ?? "",
      recurrence: recurrences[at] ?? "",
      biases: bias === undefined ? null : equalParts(graph, bias, 0, 2),
      activations: cell.activations.map((_name, place) =>
        activationOf(node, cell, at * cell.activations.length + place),
      ),
    });
    return unroll(
      network,
      at,
      prepared,
      states.map((given) => given[at] ?? null),
    );
  });
}

/** The parts of input `place` that belong to the directions, without the axis of directions; none if it is left out. */
function partsByDirection({ graph, node, directions }: Network, place: number, axis: number): readonly string[] {
  const value = node.inputs[place] ?? "";
  if (value === "") return [];
  const parts = equalParts(graph, value, axis, directions.length);
  return parts.map((part) => graph.add("Squeeze", [part, graph.constant(int64List([axis]))]));
}

/** All steps of the direction `at`, from the given states; null stands for zeros. */
function unroll(network: Network, at: number, prepared: Prepared, given: readonly (string | null)[]): Unrolled {
  const { graph, steps, hiddenSize, directions } = network;
  const byStep = prepared.inputs.map((value) => equalParts(graph, value, 0, steps));
  const order = Array.from({ length: steps }, (_, place) => place);
  if (directions[at] === "reverse") order.reverse();
  const hidden: string[] = [];
  let states: States = given.map((state) => state ?? zeros(graph, byStep[0]?.[0] ?? "", hiddenSize));
  for (const place of order) {
    states = prepared.step(
      byStep.map((values) => values[place] ?? ""),
      states,
    );
    hidden[place] = states[0] ?? "";
  }
  return { hidden, last: states };
}

/** Zeros [batch, size], where `like` is [batch, …] and of the same element type. */
function zeros(graph: GraphBuilder, like: string, size: number): string {
  const batch = graph.add("Shape", [like], { start: int(0), end: int(1) });
  const shape = graph.add("Concat", [batch, graph.constant(int64List([size]))], { axis: int(0) });
  const { dataType } = graph.typeOf(like);
  return graph.add("ConstantOfShape", [shape], { value: { kind: "tensor", value: tensorOf(dataType, [1], [0]) } });
}

/** The states after the last step, as the node gives them out: [directions, batch, size], or with the batch first. */
function lastStates({ graph, batchFirst }: Network, states: readonly string[]): string {
  const axis = batchFirst ? 1 : 0;
  const axes = graph.constant(int64List([axis]));
  return joined(
    graph,
    states.map((state) => graph.add("Unsqueeze", [state, axes])),
    axis,
  );
}

/** The state h after all steps: [steps, directions, batch, size], or with the batch first. */
function allHidden(network: Network, byDirection: readonly (readonly string[])[]): string {
  const { graph, steps, hiddenSize, batchFirst } = network;
  const shape = graph.constant(int64List([steps, 1, -1, hiddenSize]));
  const whole = byDirection.map((hidden) => graph.add("Reshape", [joined(graph, hidden, 0), shape]));
  const all = joined(graph, whole, 1);
  return batchFirst ? graph.add("Transpose", [all], { perm: ints([2, 0, 1, 3]) }) : all;
}

function joined(graph: GraphBuilder, values: readonly string[], axis: number): string {
  const [first = ""] = values;
  return values.length === 1 ? first : graph.add("Concat", values, { axis: int(axis) });
}

/** The composites of this family. */
export const recurrentComposites: readonly Composite[] = cells.map(recurrent);
