import { describe, expect, test } from "vitest";
import { gradientError } from "../../differentiate/check-gradient.ts";
import { type Attributes, float, int, ints } from "../../graph/attributes.ts";
import type { Attribute } from "../../graph/graph.ts";
import { appended, difference, importError, modelOf, nodeOf, normalSample, type Samples } from "../check-rewrite.ts";
import { expanded } from "../rewrite.ts";
import { MAX_RECURRENT_STEPS } from "./recurrent.ts";

const TOLERANCE = 2e-6;

const [STEPS, BATCH, INPUTS, SIZE] = [4, 3, 2, 5];
const gates = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type Name = keyof typeof gates;

const text = (value: string): Attribute => ({ kind: "string", value });
const texts = (...value: readonly string[]): Attribute => ({ kind: "strings", value });

/** What a use of an operator gives it beside its sequence and weights. */
interface Use {
  readonly bias?: boolean;
  readonly states?: boolean;
  readonly attributes?: Attributes;
  readonly directions?: 1 | 2;
}

/** The shapes of the inputs of an operator by name, in order; what is left out has no shape. */
function shapesOf(
  name: Name,
  { bias = false, states = false, directions = 1 }: Use,
): Record<string, readonly number[]> {
  const rows = gates[name] * SIZE;
  const state = [directions, BATCH, SIZE];
  return {
    x: [STEPS, BATCH, INPUTS],
    w: [directions, rows, INPUTS],
    r: [directions, rows, SIZE],
    ...(bias ? { b: [directions, 2 * rows] } : {}),
    ...(states ? { h: state, ...(name === "LSTM" ? { c: state } : {}) } : {}),
  };
}

function nodeOfUse(name: Name, use: Use): ReturnType<typeof nodeOf> {
  const shapes = shapesOf(name, use);
  const given = ["x", "w", "r", "b", "", "h", "c"].map((input) => (input in shapes ? input : ""));
  const length = given.findLastIndex((input) => input !== "") + 1;
  const outputs = name === "LSTM" ? ["y", "last.h", "last.c"] : ["y", "last.h"];
  return nodeOf(name, given.slice(0, length), outputs, { hidden_size: int(SIZE), ...use.attributes });
}

function samplesOf(name: Name, use: Use): Samples {
  return Object.fromEntries(
    Object.entries(shapesOf(name, use)).map(([input, shape]) => [input, normalSample(input, shape)]),
  );
}

const reset = { linear_before_reset: int(1) };
const uses: readonly (readonly [string, Name, Use])[] = (["RNN", "GRU", "LSTM"] as const).flatMap((name) => [
  [`${name} from zeros`, name, {}] as const,
  [`${name} with biases and given states`, name, { bias: true, states: true }] as const,
  [`${name} backwards`, name, { bias: true, attributes: { direction: text("reverse") } }] as const,
  [
    `${name} in both directions`,
    name,
    { bias: true, states: true, directions: 2, attributes: { direction: text("bidirectional") } },
  ] as const,
]);

const furtherUses: readonly (readonly [string, Name, Use])[] = [
  ["GRU as PyTorch has it", "GRU", { bias: true, states: true, attributes: reset }],
  ["GRU as PyTorch has it, without biases", "GRU", { attributes: reset }],
  ["RNN with relu", "RNN", { bias: true, attributes: { activations: texts("Relu") } }],
  ["LSTM with other activations", "LSTM", { attributes: { activations: texts("sigmoid", "Softsign", "Relu") } }],
  [
    "RNN with another activation in each direction",
    "RNN",
    { directions: 2, attributes: { direction: text("bidirectional"), activations: texts("Tanh", "Relu") } },
  ],
];

const all = [...uses, ...furtherUses];

describe("recurrent networks, unrolled", () => {
  test.each(all)("%s gives what ONNX Runtime gives", async (_, name, use) => {
    const node = nodeOfUse(name, use);
    const shapes = { x: [STEPS, "batch", INPUTS], h: [use.directions ?? 1, "batch", SIZE] };
    const parts = { operatorSet: 17, inputs: samplesOf(name, use), nodes: [node], outputs: node.outputs };
    expect(await importError(parts)).toBeLessThan(TOLERANCE);
    expect(await importError({ ...parts, shapes: { ...shapes, c: shapes.h } })).toBeLessThan(TOLERANCE);
  });

  test.each(all)("%s has the gradient that central differences give", async (_, name, use) => {
    const node = nodeOfUse(name, use);
    const relu = JSON.stringify(use.attributes ?? {}).includes("Relu");
    const error = await gradientError({
      inputs: shapesOf(name, use),
      build: (graph) => {
        const flat = appended(graph, node).map((output) => graph.add("Flatten", [output], { axis: int(0) }));
        return graph.add("Concat", flat, { axis: int(1) });
      },
      ...(relu ? { step: 1e-6 } : {}),
    });
    expect(error).toBeLessThan(1e-7);
  });

  test("with the batch first, all axes of steps and batch have changed places", async () => {
    const swap = { perm: ints([1, 0, 2]) };
    const use: Use = { bias: true, states: true, directions: 2, attributes: { direction: text("bidirectional") } };
    const plain = nodeOfUse("LSTM", use);
    const inputs = samplesOf("LSTM", use);
    const swapped = ["x", "h", "c"].map((name) => nodeOf("Transpose", [name], [`${name}.swapped`], swap));
    const inner = plain.inputs.map((name) => (["x", "h", "c"].includes(name) ? `${name}.swapped` : name));
    const node = {
      ...plain,
      inputs: inner,
      outputs: ["y.swapped", "h.swapped.last", "c.swapped.last"],
      attributes: { ...plain.attributes, layout: int(1) },
    };
    const back = [
      nodeOf("Transpose", ["y.swapped"], ["y"], { perm: ints([1, 2, 0, 3]) }),
      nodeOf("Transpose", ["h.swapped.last"], ["last.h"], swap),
      nodeOf("Transpose", ["c.swapped.last"], ["last.c"], swap),
    ];
    const before = modelOf({ operatorSet: 18, inputs, nodes: [plain], outputs: plain.outputs });
    const after = modelOf({ operatorSet: 18, inputs, nodes: [...swapped, node, ...back], outputs: plain.outputs });
    expect(await difference(before, expanded(after), inputs)).toBeLessThan(TOLERANCE);
  });

  test("a step of an LSTM is one product and nine nodes besides", () => {
    const inputs = samplesOf("LSTM", { bias: true });
    const nodesAt = (steps: number): number => {
      const parts = { operatorSet: 18, inputs, shapes: { x: [steps, "batch", INPUTS] } };
      const node = nodeOfUse("LSTM", { bias: true });
      return expanded(modelOf({ ...parts, nodes: [node], outputs: ["y"] })).graph.nodes.length;
    };
    expect(nodesAt(9) - nodesAt(8)).toBe(10);
  });
});

describe("what is rare in recurrent networks is refused by name", () => {
  const refused: readonly (readonly [string, Use, readonly string[], Attributes])[] = [
    ["sequences of different lengths", {}, ["x", "w", "r", "", "lengths"], {}],
    ["peephole weights", {}, ["x", "w", "r", "", "", "", "", "p"], {}],
    ["clipping", {}, ["x", "w", "r"], { clip: float(1) }],
    ["coupled input and forget gates", {}, ["x", "w", "r"], { input_forget: int(1) }],
    ['the activation "Affine"', {}, ["x", "w", "r"], { activations: texts("Affine", "Tanh", "Tanh") }],
    ['the direction "sideways"', {}, ["x", "w", "r"], { direction: text("sideways") }],
  ];

  test.each(refused)("%s", (what, use, inputs, attributes) => {
    const samples: Samples = {
      ...samplesOf("LSTM", use),
      lengths: { dataType: "int32", shape: [BATCH], values: [1, 2, 3] },
      p: normalSample("p", [1, 3 * SIZE]),
    };
    const nodes = [nodeOf("LSTM", inputs, ["y"], { hidden_size: int(SIZE), ...attributes })];
    const model = modelOf({ operatorSet: 17, inputs: samples, nodes, outputs: ["y"] });
    expect(() => expanded(model)).toThrow(`node "y" (LSTM): ${what}`);
  });

  test.each([
    ["time", 'the number of steps, "time", is not known'],
    [MAX_RECURRENT_STEPS + 1, `${MAX_RECURRENT_STEPS + 1} steps cannot be unrolled`],
  ] as const)("%s steps", (steps, message) => {
    const parts = { operatorSet: 17, inputs: samplesOf("GRU", {}), shapes: { x: [steps, BATCH, INPUTS] } };
    const model = modelOf({ ...parts, nodes: [nodeOfUse("GRU", {})], outputs: ["y"] });
    expect(() => expanded(model)).toThrow(message);
  });
});
