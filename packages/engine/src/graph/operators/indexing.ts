/**
 * Operators that take entries by their numbers and put entries at numbered places: each is the other's gradient.
 *
 * @module
 */
import { type Attributes, int, intOf, ints, textOf } from "../attributes.ts";
import { shapeText } from "../dimensions.ts";
import type { GraphNode } from "../graph.ts";
import type { GraphBuilder } from "../graph-builder.ts";
import {
  type Application,
  type GradientContext,
  input,
  inputType,
  misfit,
  noFlops,
  type Operator,
} from "../operator.ts";
import { fixedInput, fixedShape, picked, placesOf, stepsOf } from "../shape-arithmetic.ts";
import { int64List } from "../tensors.ts";
import { axisFromStart, axisOf } from "./axes.ts";
import { cast } from "./comparison.ts";
import { likeInput } from "./elementwise.ts";
import { padAxis, sizesValue, zerosLike, zerosOf } from "./sizes.ts";

const ADDED: Attributes = { reduction: { kind: "string", value: "add" } };

function gatherAxis({ node }: Pick<Application, "node">, rank: number): number {
  return axisOf(node, 0, rank);
}

/** Entries of one axis, chosen by their numbers, of which negative ones count from the end. */
const gather: Operator = {
  name: "Gather",
  types: (application) => {
    const { dataType, shape } = inputType(application, 0);
    const axis = gatherAxis(application, shape.length);
    return [
      { dataType, shape: [...shape.slice(0, axis), ...inputType(application, 1).shape, ...shape.slice(axis + 1)] },
    ];
  },
  dimensions: (application) => {
    const [held, shape, chosen] = [application.dimensions(0), fixedInput(application), application.dimensions(1)];
    const numbers = fixedShape(chosen ?? []);
    if (held === null || shape === null || chosen === null || numbers === null) return null;
    const axis = gatherAxis(application, shape.length);
    const steps = stepsOf(shape);
    const before = placesOf(shape.slice(0, axis), steps);
    const after = placesOf(shape.slice(axis + 1), steps.slice(axis + 1));
    const along = numbers.map((number) => axisFromStart(number, shape[axis] ?? 0) * (steps[axis] ?? 0));
    return picked(
      held,
      before.flatMap((a) => along.flatMap((b) => after.map((c) => a + b + c))),
    );
  },
  gradient: (context) => [() => gatherBack(context), null],
  flops: noFlops,
};

function gatherBack(context: GradientContext): string {
  const { graph, node, gradient } = context;
  const { shape } = graph.typeOf(input(node, 0));
  const axis = gatherAxis({ node }, shape.length);
  const chosen = fixedShape(graph.dimensionsOf(input(node, 1)) ?? [""]);
  const size = shape[axis] ?? 1;
  const isList = graph.typeOf(input(node, 1)).shape.length <= 1;
  if (chosen !== null && typeof size === "number" && isList) {
    const places = chosen.map((number) => axisFromStart(number, size));
    if (new Set(places).size === places.length) return putAt(context, { axis, size, places });
  }
  return axis === 0 ? addedInRows(context, gradient()) : addedAlong(context, axis);
}

/** Different places along an axis. */
interface Places {
  readonly axis: number;
  readonly size: number;
  readonly places: readonly number[];
}

/**
 * The gradient of entries at places that are known and differ: neighbours get zeros around them; for others one zero
 * is put at the end, and all places that were not chosen take that one.
 */
function putAt({ graph, node, gradient }: GradientContext, { axis, size, places }: Places): string {
  const isOne = graph.typeOf(input(node, 1)).shape.length === 0;
  const kept = isOne ? graph.add("Unsqueeze", [gradient(), graph.constant(int64List([axis]))]) : gradient();
  const [first = 0] = places;
  const areNeighbours = places.every((place, at) => place === first + at);
  if (areNeighbours) return padAxis(graph, kept, axis, [first, size - first - places.length]);
  const padded = padAxis(graph, kept, axis, [0, 1]);
  const sources = Array.from({ length: size }, (_, place) =>
    places.includes(place) ? places.indexOf(place) : places.length,
  );
  return graph.add("Gather", [padded, graph.constant(int64List(sources))], { axis: int(axis) });
}

/**
 * The rows of `gradient` added up at the places that the indices name.
 *
 * ScatterND, because it is the fastest: for 1,024 rows of 128 floats, one thread of ONNX Runtime 1.30 needs 0.14, 0.38
 * and 1.2 ms for tables of 65, 1,000 and 5,000 rows, making the zeros and summing up the result included;
 * ScatterElements, which wants an index for every element, 1.5, 1.8 and 3.0 ms; a product with a one-hot matrix 0.37,
 * 3.9 and 21 ms.
 */
function addedInRows({ graph, node }: Pick<GradientContext, "graph" | "node">, gradient: string): string {
  return graph.add("ScatterND", [zerosLike(graph, input(node, 0)), rowNumbers(graph, node), gradient], ADDED);
}

/** The indices as ScatterND wants them: int64, each a list of one number. */
function rowNumbers(graph: GraphBuilder, node: GraphNode): string {
  const indices = input(node, 1);
  const wide = graph.typeOf(indices).dataType === "int64" ? indices : cast(graph, indices, "int64");
  return graph.add("Unsqueeze", [wide, graph.constant(int64List([-1]))]);
}

/** The same along another axis, which is brought to the front and back. */
function addedAlong({ graph, node, gradient }: GradientContext, axis: number): string {
  const { dataType, shape } = graph.typeOf(input(node, 0));
  const count = graph.typeOf(input(node, 1)).shape.length;
  const order = [...axesFrom(axis, count), ...axesFrom(0, axis), ...axesFrom(axis + count, shape.length - axis - 1)];
  const rows = graph.add("Transpose", [gradient()], { perm: ints(order) });
  const sizes = [shape[axis] ?? 1, ...shape.slice(0, axis), ...shape.slice(axis + 1)];
  const zeros = zerosOf(graph, sizesValue({ graph, node }, sizes), dataType);
  const sum = graph.add("ScatterND", [zeros, rowNumbers(graph, node), rows], ADDED);
  const back = [...axesFrom(1, axis), 0, ...axesFrom(axis + 1, shape.length - axis - 1)];
  return graph.add("Transpose", [sum], { perm: ints(back) });
}

function axesFrom(start: number, length: number): readonly number[] {
  return Array.from({ length }, (_, i) => start + i);
}

/** Along one axis, for every place the entry whose number stands there: y[i, j] = x[i, index[i, j]] */
const gatherElements: Operator = {
  name: "GatherElements",
  types: (application) => {
    const { dataType, shape } = inputType(application, 0);
    const indices = inputType(application, 1).shape;
    axisOf(application.node, 0, shape.length);
    if (indices.length === shape.length) return [{ dataType, shape: indices }];
    throw misfit(application.node, `indices ${shapeText(indices)} for entries of ${shapeText(shape)}`);
  },
  gradient: ({ graph, node, gradient }) => [
    () => {
      const attributes = { ...ADDED, axis: int(intOf(node, "axis", 0)) };
      return graph.add("ScatterElements", [zerosLike(graph, input(node, 0)), input(node, 1), gradient()], attributes);
    },
    null,
  ],
  flops: noFlops,
};

/** For every list of numbers in the last axis of the indices, the entry, or the rows, that it leads to. */
const gatherND: Operator = {
  name: "GatherND",
  types: (application) => {
    const { node } = application;
    const { dataType, shape } = inputType(application, 0);
    const indices = inputType(application, 1).shape;
    const depth = indices.at(-1);
    const batchAxes = intOf(node, "batch_dims", 0);
    if (typeof depth === "number" && batchAxes + depth <= shape.length) {
      return [{ dataType, shape: [...indices.slice(0, -1), ...shape.slice(batchAxes + depth)] }];
    }
    throw misfit(node, `indices ${shapeText(indices)} for entries of ${shapeText(shape)}`);
  },
  gradient: ({ graph, node, gradient }) => [
    () => {
      if (intOf(node, "batch_dims", 0) !== 0) throw misfit(node, "its gradient is not supported with batch_dims");
      return graph.add("ScatterND", [zerosLike(graph, input(node, 0)), input(node, 1), gradient()], ADDED);
    },
    null,
  ],
  flops: noFlops,
};

/** Operators that put updates at places of a copy of their data; `taking` is the operator that reads those places. */
function scatter(name: string, taking: string, attributes: (node: GraphNode) => Attributes): Operator {
  return {
    name,
    types: likeInput,
    gradient: ({ graph, node, gradient }) => {
      const [indices, updates] = [input(node, 1), input(node, 2)];
      const isAdded = reductionOf(node) === "add";
      const cleared = (): string => graph.add(name, [gradient(), indices, zerosLike(graph, updates)], attributes(node));
      return [isAdded ? gradient : cleared, null, () => graph.add(taking, [gradient(), indices], attributes(node))];
    },
    flops: noFlops,
  };
}

/** How updates meet what is there: they replace it ("none") or are added. */
function reductionOf(node: GraphNode): "none" | "add" {
  const reduction = textOf(node, "reduction", "none");
  if (reduction === "none" || reduction === "add") return reduction;
  const remedy =
    'Use the reduction "none" or "add" there, or an operator such as ReduceMax that meets values along an axis.';
  throw misfit(node, `its gradient is not supported with the reduction "${reduction}"`, remedy);
}

/** The operators of this family. */
export const indexingOperators: readonly Operator[] = [
  gather,
  gatherElements,
  gatherND,
  scatter("ScatterElements", "GatherElements", (node) => ({ axis: int(intOf(node, "axis", 0)) })),
  scatter("ScatterND", "GatherND", () => ({})),
];
