/**
 * Probes: small graphs whose running times say how fast a device is at each kind of work.
 *
 * A probe is a chain: each node reads what the one before it made, so that a runtime can neither leave out nor merge
 * any of them. The sizes are those of small models, where most time is not spent on arithmetic.
 *
 * @module
 */
import { type Attributes, int, ints } from "../graph/attributes.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { graphBuilder } from "../graph/graph-building.ts";
import { blockedNode } from "../graph/operators/blocked-channels.ts";
import { weightGradient } from "../graph/operators/convolution-weights.ts";
import { int64List } from "../graph/tensors.ts";

/** A graph to run on float32 inputs. */
export interface Probe {
  readonly name: string;
  readonly graph: Graph;
}

/** Appends nodes that turn `value` into one of the same shape; `other` is a second input of the graph. */
type Link = (graph: GraphBuilder, value: string, other: string) => string;

/** The same links over several shapes. */
interface Family {
  readonly name: string;
  readonly link: Link;
  readonly repeats: number;
  /** The sizes of the value that runs through the chain and, after a bar, of the other input: "32 256 | 256". */
  readonly shapes: readonly string[];
}

/** All probes; those of blocks of `blockSize` channels only where the device has kernels for them. */
export function probes(blockSize: number | null): readonly Probe[] {
  const always = [...elementwise, ...rowwise, ...moving, ...products, ...convolutions, ...gradients, ...pooling];
  const families = blockSize === null ? always : [...always, ...blocked];
  return families.flatMap((family) => family.shapes.map((shapes) => chain(family, shapes)));
}

function chain({ name, link, repeats }: Family, shapes: string): Probe {
  const [shape = [], otherShape = []] = shapes.split("|").map((sizes) => sizes.trim().split(" ").map(Number));
  const graph = graphBuilder();
  let value = graph.input({ name: "value", dataType: "float32", shape });
  const other = graph.input({ name: "other", dataType: "float32", shape: otherShape });
  const kept: string[] = [];
  for (let count = 0; count < repeats; count++) {
    value = link(graph, value, other);
    if (sizesOf(graph, value).join() === shape.join()) kept.push(value);
  }
  return { name: `${name}, ${shapes}`, graph: graph.build(name, [graph.add("Sum", kept)]) };
}

const unary =
  (operator: string, attributes: Attributes = {}): Link =>
  (graph, value) =>
    graph.add(operator, [value], attributes);

const binary =
  (operator: string, attributes: Attributes = {}): Link =>
  (graph, value, other) =>
    graph.add(operator, [value, other], attributes);

function reshaped(graph: GraphBuilder, value: string, sizes: readonly number[]): string {
  return graph.add("Reshape", [value, graph.constant(int64List(sizes))]);
}

function sizesOf(graph: GraphBuilder, value: string): readonly number[] {
  return graph.typeOf(value).shape.map(Number);
}

/** In the reversed shape, so that it cannot be left out. */
const reversed: Link = (graph, value, other) =>
  reshaped(graph, graph.add("Add", [value, other]), sizesOf(graph, value).toReversed());

const elementwise: readonly Family[] = [
  { name: "a single node", link: binary("Add"), repeats: 1, shapes: ["4 16 | 4 16"] },
  { name: "sum", link: binary("Add"), repeats: 32, shapes: ["4 16 | 4 16", "32 256 | 32 256", "64 2048 | 64 2048"] },
  { name: "sum with a row", link: binary("Add"), repeats: 32, shapes: ["32 16 | 16", "256 256 | 256"] },
  { name: "sum with a column", link: binary("Add"), repeats: 16, shapes: ["64 12 | 64 1", "512 16 | 512 1"] },
  { name: "sum with channels", link: binary("Add"), repeats: 16, shapes: ["16 16 8 8 | 16 1 1"] },
  { name: "relu", link: unary("Relu"), repeats: 32, shapes: ["64 1024 | 1"] },
  { name: "other shape", link: reversed, repeats: 16, shapes: ["4 16 | 1"] },
  { name: "tanh", link: unary("Tanh"), repeats: 16, shapes: ["4 16 | 1", "32 256 | 1", "64 1024 | 1"] },
  { name: "softmax", link: unary("Softmax"), repeats: 16, shapes: ["256 64 | 1", "1024 16 | 1"] },
];

const centred =
  (...axes: readonly number[]): Link =>
  (graph, value) =>
    graph.add("Sub", [value, graph.add("ReduceMean", [value, graph.constant(int64List(axes))])]);

const rowwise: readonly Family[] = [
  { name: "mean of rows", link: centred(1), repeats: 16, shapes: ["4 16 | 1", "64 256 | 1", "1024 12 | 1"] },
  { name: "mean of columns", link: centred(0), repeats: 16, shapes: ["256 256 | 1"] },
  { name: "mean of channels", link: centred(0, 2, 3), repeats: 16, shapes: ["16 16 8 8 | 1"] },
  {
    name: "normalised channels",
    link: (graph, value, other) => graph.add("BatchNormalization", [value, other, other, other, other]),
    repeats: 16,
    shapes: ["32 8 8 8 | 8", "16 16 16 16 | 16"],
  },
  {
    name: "normalised rows",
    link: binary("LayerNormalization"),
    repeats: 16,
    shapes: ["4 16 | 16", "512 12 | 12", "256 256 | 256"],
  },
];

/** Turned and put back into the old shape, which is no turning back as long as the sizes differ. */
const turned =
  (...order: readonly number[]): Link =>
  (graph, value) =>
    reshaped(graph, graph.add("Transpose", [value], { perm: ints(order) }), sizesOf(graph, value));

const rolled: Link = (graph, value) => {
  const slice = (...bounds: readonly number[]): string =>
    graph.add("Slice", [value, ...[...bounds, 1].map((number) => graph.constant(int64List([number])))]);
  return graph.add("Concat", [slice(1, Number.MAX_SAFE_INTEGER), slice(0, 1)], { axis: int(1) });
};

const moving: readonly Family[] = [
  { name: "rows turned", link: turned(1, 0, 2), repeats: 16, shapes: ["4 3 5 | 1", "16 32 24 | 1", "48 64 80 | 1"] },
  { name: "matrices turned", link: turned(0, 2, 1), repeats: 16, shapes: ["64 12 16 | 1", "32 48 64 | 1"] },
  { name: "heads apart", link: turned(0, 2, 1, 3), repeats: 16, shapes: ["32 16 4 6 | 1"] },
  { name: "channels last", link: turned(1, 0, 3, 4, 2), repeats: 8, shapes: ["32 1 2 16 16 | 1"] },
  { name: "heads turned", link: turned(0, 2, 3, 1), repeats: 16, shapes: ["32 16 4 6 | 1"] },
  { name: "rolled", link: rolled, repeats: 16, shapes: ["4 16 | 1", "512 12 | 1", "128 512 | 1"] },
];

const productOfWeights: Link = (graph, value, other) => {
  const weights = graph.add("Gemm", [value, other], { transA: int(1) });
  return graph.add("Gemm", [other, weights], { transB: int(1) });
};

const products: readonly Family[] = [
  {
    name: "matrix product",
    link: binary("MatMul"),
    repeats: 16,
    shapes: ["4 8 | 8 8", "32 128 | 128 128", "32 512 | 512 512", "256 256 | 256 256"],
  },
  { name: "many products", link: binary("MatMul"), repeats: 16, shapes: ["64 16 12 | 64 12 12"] },
  { name: "product for weights", link: productOfWeights, repeats: 4, shapes: ["32 256 | 32 256", "512 32 | 512 8"] },
];

const samePadding = (size: number): Attributes => ({
  kernel_shape: ints([size, size]),
  pads: ints(Array.from({ length: 4 }, () => (size - 1) / 2)),
});

const convolutions: readonly Family[] = [
  {
    name: "convolution",
    link: binary("Conv", samePadding(3)),
    repeats: 6,
    shapes: ["1 4 8 8 | 4 4 3 3", "4 4 16 16 | 4 4 3 3", "4 16 16 16 | 16 16 3 3", "8 32 8 8 | 32 32 3 3"],
  },
  { name: "wide windows", link: binary("Conv", samePadding(5)), repeats: 4, shapes: ["32 4 14 14 | 4 4 5 5"] },
  { name: "windows of one", link: binary("Conv", samePadding(1)), repeats: 4, shapes: ["32 16 8 8 | 16 16 1 1"] },
  {
    name: "depthwise",
    link: binary("Conv", { ...samePadding(3), group: int(8) }),
    repeats: 4,
    shapes: ["1 8 4 4 | 8 1 3 3", "16 8 14 14 | 8 1 3 3", "32 8 4 4 | 8 1 3 3", "32 8 32 32 | 8 1 3 3"],
  },
  {
    name: "transposed",
    link: binary("ConvTranspose", samePadding(3)),
    repeats: 6,
    shapes: ["1 4 8 8 | 4 4 3 3", "4 4 16 16 | 4 4 3 3", "4 16 16 16 | 16 16 3 3", "8 32 8 8 | 32 32 3 3"],
  },
  {
    name: "transposed, wide",
    link: binary("ConvTranspose", samePadding(5)),
    repeats: 4,
    shapes: ["32 4 14 14 | 4 4 5 5"],
  },
  {
    name: "transposed, depthwise",
    link: binary("ConvTranspose", { ...samePadding(3), group: int(8) }),
    repeats: 4,
    shapes: ["1 8 4 4 | 8 1 3 3", "16 8 14 14 | 8 1 3 3", "32 8 4 4 | 8 1 3 3", "32 8 32 32 | 8 1 3 3"],
  },
];

/** In blocks; that the numbers of the probe do not lie so makes no difference for the time. */
const inBlocks =
  (operator: string, attributes: Attributes = {}): Link =>
  (graph, value, other) => {
    const name = graph.fresh(operator);
    const inputs = operator === "Conv" ? [value, other] : [value];
    graph.append(blockedNode(operator, inputs, name, attributes));
    return name;
  };

/** Of 16 channels and multiples, which are whole blocks on all processors. */
const blocked: readonly Family[] = [
  {
    name: "convolution in blocks",
    link: inBlocks("Conv", samePadding(3)),
    repeats: 4,
    shapes: ["1 16 8 8 | 16 16 3 3", "8 16 16 16 | 16 16 3 3", "8 32 8 8 | 32 32 3 3", "8 64 4 4 | 64 64 3 3"],
  },
  {
    name: "wide windows in blocks",
    link: inBlocks("Conv", samePadding(5)),
    repeats: 4,
    shapes: ["8 16 14 14 | 16 16 5 5", "8 32 14 14 | 32 32 5 5"],
  },
  { name: "into blocks", link: inBlocks("ReorderInput"), repeats: 8, shapes: ["1 16 8 8 | 1", "8 32 14 14 | 1"] },
  {
    name: "out of blocks",
    link: (graph, value, other) =>
      inBlocks("ReorderOutput", { channels: int(sizesOf(graph, value)[1] ?? 1) })(graph, value, other),
    repeats: 8,
    shapes: ["1 16 8 8 | 1", "32 64 14 14 | 1"],
  },
];

/** The gradient for weights with windows of `size`, as it is computed in training; `map` is [batch, filters, …]. */
const gradientOfWeights =
  (size: number): Link =>
  (graph, image, map) => {
    const before = (size - 1) / 2;
    const windows = [0, 1].map(() => ({ size, stride: 1, dilation: 1, before, after: before }));
    const [filters = 1, channels = 1] = [map, image].map((value) => sizesOf(graph, value)[1]);
    const like = graph.outer(graph.fresh("weights"), { dataType: "float32", shape: [filters, channels, size, size] });
    const weights = weightGradient(graph, { image, map, windows, groups: 1 }, like);
    return graph.add("Add", [image, reshaped(graph, graph.add("ReduceMean", [weights]), [1])]);
  };

const gradients: readonly Family[] = [
  {
    name: "gradient for weights",
    link: gradientOfWeights(3),
    repeats: 2,
    shapes: ["4 2 8 8 | 4 2 8 8", "32 2 16 16 | 32 2 16 16", "32 8 8 8 | 32 8 8 8", "8 16 16 16 | 8 16 16 16"],
  },
  {
    name: "gradient for weights, wide",
    link: gradientOfWeights(5),
    repeats: 2,
    shapes: ["32 1 28 28 | 32 3 28 28", "32 3 14 14 | 32 5 14 14"],
  },
];

const overlapping: Attributes = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) };
const halving: Attributes = { kernel_shape: ints([2, 2]), strides: ints([2, 2]) };

const thereAndBack: Link = (graph, value) => {
  const [maxima, places] = [graph.fresh("maxima"), graph.fresh("places")];
  const outputs = [maxima, places];
  graph.append({ name: maxima, operator: "MaxPool", domain: "", inputs: [value], outputs, attributes: halving });
  return graph.add("MaxUnpool", [maxima, places, graph.constant(int64List(sizesOf(graph, value)))], halving);
};

const pooling: readonly Family[] = [
  { name: "maxima", link: unary("MaxPool", overlapping), repeats: 4, shapes: ["1 4 4 4 | 1", "8 16 16 16 | 1"] },
  {
    name: "maxima and back",
    link: thereAndBack,
    repeats: 1,
    shapes: ["2 4 8 8 | 1", "32 5 14 14 | 1", "32 3 28 28 | 1"],
  },
];
