import { elementCount } from "@potluck/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Attributes, int, ints } from "../../graph/attributes.ts";
import type { Dimension, Graph } from "../../graph/graph.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { graphBuilder } from "../../graph/graph-building.ts";
import { BLOCKED_DOMAIN } from "../../graph/operators/blocked-channels.ts";
import { weightGradient } from "../../graph/operators/convolution-weights.ts";
import { standardModel } from "../../graph/standard-model.ts";
import { writeModel } from "../../onnx/write.ts";
import { channelBlocks } from "../../runtime/channel-blocks.ts";
import { openSession } from "../../runtime/session.ts";
import { float32, type Tensor } from "../../runtime/tensor.ts";
import { allowingBlocks, withBlockedConvolutions } from "./blocked-convolutions.ts";

const blocks = await channelBlocks();
/** As a device with AVX2 has them, for graphs that are only looked at. */
const EIGHT = { size: 8, batch: null };

/** A graph of float32 inputs of these shapes. */
interface Scene {
  readonly shapes: Readonly<Record<string, readonly Dimension[]>>;
  readonly build: (graph: GraphBuilder) => string;
}

function graphOf({ shapes, build }: Scene): { readonly plain: Graph; readonly graph: GraphBuilder } {
  const graph = graphBuilder();
  for (const [name, shape] of Object.entries(shapes)) graph.input({ name, dataType: "float32", shape });
  return { plain: graph.build("test", [build(graph)]), graph };
}

/** What `graph` gives of these inputs for a batch of `batch`. */
async function resultOf(graph: Graph, feeds: Readonly<Record<string, Tensor>>, batch: number): Promise<Float32Array> {
  const session = await openSession(writeModel(allowingBlocks(standardModel(graph))));
  const [output] = graph.outputs;
  const shape = sized(output?.shape ?? [], batch);
  const result = new Float32Array(elementCount(shape));
  await session.run(feeds, { [output?.name ?? ""]: float32(result, shape) });
  await session.close();
  return result;
}

function sized(shape: readonly Dimension[], batch: number): readonly number[] {
  return shape.map((size) => (typeof size === "string" ? batch : size));
}

/**
 * The largest difference between what `scene` gives without and with blocks, of inputs made up for a batch of `batch`, in units of the
 * largest sum of products there can be of numbers of these sizes: what cancels out leaves the rounding of all that was summed.
 */
async function largestDifference(scene: Scene, batch: number): Promise<number> {
  const { plain, graph } = graphOf(scene);
  const blocked = withBlockedConvolutions(plain, graph.typeOf, blocks ?? EIGHT);
  const inputs = (value: (x: number) => number): Readonly<Record<string, Tensor>> =>
    Object.fromEntries(
      Object.entries(scene.shapes).map(([name, shape], seed) => {
        const sizes = sized(shape, batch);
        const numbers = Float32Array.from({ length: elementCount(sizes) }, (_, at) => value(Math.cos(3 * at + seed)));
        return [name, float32(numbers, sizes)];
      }),
    );
  const [expected, found, sums] = [
    await resultOf(plain, inputs(Number), batch),
    await resultOf(blocked, inputs(Number), batch),
    await resultOf(plain, inputs(Math.abs), batch),
  ];
  return Math.max(...expected.map((x, at) => Math.abs(x - (found[at] ?? Number.NaN)))) / Math.max(...sums);
}

/** Convolutions and transposed ones, as far as they can be done in blocks. */
const convolutions = fc
  .record({
    channels: fc.constantFrom(16, 32),
    filters: fc.constantFrom(16, 48),
    sizes: fc.tuple(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 })),
    taps: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 2, max: 3 })),
    pads: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 1 }))),
    strides: fc.constantFrom([1, 1], [2, 1], [2, 2]),
    dilations: fc.constantFrom([1, 1], [1, 2]),
    bias: fc.boolean(),
    transposed: fc.boolean(),
  })
  .map((drawn) => ({ ...drawn, strides: drawn.transposed ? [1, 1] : drawn.strides }));

function sceneOf(drawn: typeof convolutions extends fc.Arbitrary<infer Drawn> ? Drawn : never): Scene {
  const { channels, filters, sizes, taps, pads, strides, dilations, bias, transposed } = drawn;
  const attributes: Attributes = { pads: ints(pads), strides: ints(strides), dilations: ints(dilations) };
  const weights = transposed ? [channels, filters, ...taps] : [filters, channels, ...taps];
  return {
    shapes: { image: ["batch", channels, ...sizes], weights, ...(bias ? { bias: [filters] } : {}) },
    build: (graph) =>
      graph.add(transposed ? "ConvTranspose" : "Conv", ["image", "weights", ...(bias ? ["bias"] : [])], attributes),
  };
}

/** The gradient for the weights of a convolution of 16 channels with padding. */
const gradientForWeights: Scene = {
  shapes: { image: ["batch", 16, 9, 8], map: ["batch", 32, 9, 8], like: [32, 16, 3, 3] },
  build: (graph) => {
    const windows = [0, 1].map(() => ({ size: 3, stride: 1, dilation: 1, before: 1, after: 1 }));
    return weightGradient(graph, { image: "image", map: "map", windows, groups: 1 }, "like");
  },
};

describe.skipIf(blocks === null)("on a processor that has kernels for blocks", () => {
  test("convolutions and transposed ones give the same in blocks", async () => {
    const property = fc.asyncProperty(convolutions, fc.integer({ min: 1, max: 3 }), async (drawn, batch) => {
      expect(await largestDifference(sceneOf(drawn), batch)).toBeLessThan(1e-6);
    });
    await fc.assert(property, { numRuns: 60 });
  });

  test.each([16, 32])("so does the gradient for weights of a batch of %i", async (batch) => {
    expect(await largestDifference(gradientForWeights, batch)).toBeLessThan(1e-6);
  });

  test.each([1, 7, 10])("it is computed as ever, to the last bit, for a batch of %i", async (batch) => {
    expect(await largestDifference(gradientForWeights, batch)).toBe(0);
  });
});

/** The operators of a graph after its convolutions are in blocks of 8. */
function operatorsAfter(scene: Scene, batch: number | null = null): readonly string[] {
  const { plain, graph } = graphOf(scene);
  const { nodes } = withBlockedConvolutions(plain, graph.typeOf, { ...EIGHT, batch });
  return nodes.map(({ operator, domain }) => (domain === BLOCKED_DOMAIN ? `${operator} in blocks` : operator));
}

function convolving(image: readonly Dimension[], weights: readonly number[], attributes: Attributes = {}): Scene {
  return { shapes: { image, weights }, build: (graph) => graph.add("Conv", ["image", "weights"], attributes) };
}

describe("a graph", () => {
  test("whose convolution has whole blocks gets it in blocks", () => {
    expect(operatorsAfter(convolving([2, 8, 6, 6], [16, 8, 3, 3]))).toContain("Conv in blocks");
  });

  test.each<[string, Scene]>([
    ["of 12 channels", convolving([2, 12, 6, 6], [16, 12, 3, 3])],
    ["of 12 filters", convolving([2, 8, 6, 6], [12, 8, 3, 3])],
    ["in groups", convolving([2, 16, 6, 6], [16, 8, 3, 3], { group: int(2) })],
    ["along one axis", convolving([2, 8, 6], [8, 8, 3])],
    ["with windows of one cell", convolving([2, 8, 6, 6], [8, 8, 1, 1])],
  ])("whose convolution is one %s stays as it is", (_, scene) => {
    expect(operatorsAfter(scene)).toEqual(["Conv"]);
  });

  test("whose transposed convolution has strides stays as it is", () => {
    const shapes = { image: [2, 8, 6, 6], weights: [8, 8, 3, 3] };
    const build = (graph: GraphBuilder): string =>
      graph.add("ConvTranspose", ["image", "weights"], { strides: ints([2, 2]) });
    expect(operatorsAfter({ shapes, build })).toEqual(["ConvTranspose"]);
  });

  test("brings what two convolutions read into blocks once", () => {
    const build = (graph: GraphBuilder): string =>
      graph.add("Add", [graph.add("Conv", ["image", "one"]), graph.add("Conv", ["image", "other"])]);
    const shapes = { image: [2, 8, 6, 6], one: [8, 8, 3, 3], other: [8, 8, 3, 3] };
    const images = operatorsAfter({ shapes, build }).filter((operator) => operator === "ReorderInput in blocks");
    expect(images).toHaveLength(1);
  });

  test("looks whether the batch falls into blocks only where that is not known", () => {
    expect(operatorsAfter(gradientForWeights)).toContain("If");
    expect(operatorsAfter(gradientForWeights, 16)).toContain("Conv in blocks");
    expect(operatorsAfter(gradientForWeights, 16)).not.toContain("If");
    expect(operatorsAfter(gradientForWeights, 10)).toEqual(
      graphOf(gradientForWeights).plain.nodes.map((n) => n.operator),
    );
  });
});
